import type { RoomMigration } from '../../kit/room/database/migration.js';

/** Schools move, leave and come back; how hard each may be pressed stands in its line of the directory. */
export const movingSchools: RoomMigration = {
  name: '0002_moving_schools',
  statements: [
    `alter table school
       add column timeout_ms integer check (timeout_ms between 100 and 30000),
       add column max_concurrent integer check (max_concurrent between 1 and 256),
       add column disconnected_at timestamptz`,
  ],
};
