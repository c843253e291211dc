import { servicePointsFunction } from '../../kit/room/database/session.js';
import type { RoomMigration } from '../../kit/room/database/migration.js';

/** Clerks are waited for at their service point, no longer at their whole institution. */
export const inboxPoints: RoomMigration = {
  name: '0012_inbox_points',
  statements: [
    servicePointsFunction,
    // Tasks that were opened for the clerks of an institution stay as they are; no clerk has that key any more.
    `create or replace function app_task_keys() returns text[] language sql stable parallel safe as $$
       with held (entry) as (
         select entry from unnest(string_to_array(current_setting('app.grants', true), ',')) as given (entry)
         where entry <> ''), keys (key) as (
         select entry from held where split_part(entry, '@', 1) <> 'SERVICE_POINT_CLERK'
         union select 'SERVICE_POINT_CLERK@' || point from unnest(app_service_points()) as served (point)
         union select split_part(entry, '@', 1) || '@' from held
         union select '@' || app_subject() where app_is_person() and app_subject() is not null)
       select coalesce(array_agg(key), '{}') from keys $$`,
  ],
};
