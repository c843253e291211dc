import type { RoomMigration } from '../../kit/room/database/migration.js';
import { servicePointsFunction } from '../../kit/room/database/session.js';

const mine = `owner_subject = (select app_subject())`;
const service = `(select app_is_service())`;
const seenHere = `institution_id = any ((select app_institutions('REGISTRAR', 'INSTITUTION_ADMIN'))::text[])
  or institution_id || '/' || service_point_id = any ((select app_service_points())::text[])`;

/**
 * Accounts are opened at a service point, or at the institution itself; clerks see and check those of their own point
 * and no others. Accounts from before have none, so the institution's registrars and administrators go on with them.
 */
export const servicePoints: RoomMigration = {
  name: '0004_service_points',
  statements: [
    servicePointsFunction,
    `create function guard_service_point() returns trigger language plpgsql as $$
     begin
       if new.service_point_id is distinct from old.service_point_id then
         raise exception 'where the document is shown was chosen at the opening'
           using errcode = '23514', constraint = tg_table_name || '_point_fixed';
       end if;
       return new;
     end $$`,
    ...['account', 'person_identity'].flatMap((table) => [
      `alter table ${table} add column service_point_id text check (service_point_id <> '')`,
      `create trigger ${table}_point_fixed before update on ${table}
         for each row execute function guard_service_point()`,
    ]),
    `create index account_service_point on account (service_point_id, state, id) where service_point_id is not null`,
    `drop policy account_read on account`,
    `create policy account_read on account for select using (${service} or ${mine} or ${seenHere})`,
    `drop policy account_change on account`,
    `create policy account_change on account for update using (${service} or ${mine} or ${seenHere})`,
    `drop policy identity_read on person_identity`,
    `create policy identity_read on person_identity for select using (${service} or ${mine} or ${seenHere})`,
    `drop policy identity_verify on person_identity`,
    `create policy identity_verify on person_identity for update using (${service} or ${mine} or ${seenHere})`,
  ],
};
