import { auditAppendOnly, auditTables } from './audit/audit-tables.js';
import type { RoomMigration } from './database/migration.js';
import { sessionFunctions } from './database/session.js';
import { idempotencyTables } from './idempotency/idempotency-tables.js';
import { jobTables } from './jobs/job-tables.js';
import { outboxTables } from './outbox/outbox-tables.js';
import { announcedWorkTables } from './work/announced-work.js';

/** What every room's schema begins with. A later change of the kit is a later entry, never an edit of an earlier one. */
export const kitMigrations: readonly RoomMigration[] = [
  {
    name: '0000_kit',
    statements: [...sessionFunctions, ...auditTables, ...outboxTables, ...idempotencyTables, ...jobTables],
  },
  { name: '0000_kit_announced_work', statements: announcedWorkTables },
];

/** The kit's tables that may only grow. */
export const kitAppendOnly: readonly string[] = auditAppendOnly;
