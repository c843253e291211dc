import type { Clock } from '../../kit/base/clock.js';
import { newId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';

/**
 * Grants are given by those who hold one; the first has to come from the operator. Given only while nobody holds a
 * grant of the secretariat, now or from a later day on, so that the setting cannot be used to get in beside others.
 */
export async function giveFirstGrant(sql: Sql, subject: string | undefined, clock: Clock): Promise<void> {
  if (subject === undefined) return;
  const now = clock.now().toISOString();
  await sql.execute(`select pg_advisory_xact_lock(hashtext('first grant of the secretariat'))`);
  await sql.execute(
    `insert into role_grant (id, subject, role, valid_from, given_by, created_at)
     select ?, ?, 'SECRETARIAT', ?::timestamptz, 'operator', ?::timestamptz
     where not exists (
       select 1 from role_grant
       where role = 'SECRETARIAT' and (valid_to is null or valid_to > greatest(valid_from, ?::timestamptz)))`,
    [newId('Grant'), subject, now, now, now],
  );
}
