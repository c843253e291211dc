import { legalDate } from '../../kit/base/clock.js';
import type { Sql } from '../../kit/room/database/sql.js';

/**
 * The next number of a case, for example `MC-2026-0001`: counted in each legal year, in the order of the transactions
 * that took one. The row of the year stays locked until the caller's transaction ends; one that is rolled back gives
 * its number back.
 */
export async function nextCaseNo(sql: Sql, at: Date): Promise<string> {
  const year = Number(legalDate(at).slice(0, 4));
  const [counted] = await sql.execute<{ last: number }>(
    `insert into membership_case_number (year, last) values (?, 1)
     on conflict (year) do update set last = membership_case_number.last + 1 returning last`,
    [year],
  );
  return `MC-${year}-${String(counted?.last).padStart(4, '0')}`;
}
