import type { Sql } from '../database/sql.js';

/**
 * Adds up the rows of every group of a tally, in one statement: a reader sees all of the old rows or the new one. Rows
 * that are written meanwhile stay for the next time, and two who fold at once take each row once.
 * @param of the table that is counted
 * @returns how many rows became fewer
 */
export async function foldTally(sql: Sql, of: string): Promise<number> {
  const [done] = await sql.execute<{ fewer: string }>(
    `with many as (
       select figure, institution_id, keys from ${of}_tally group by 1, 2, 3 having count(*) > 1
     ), taken as (
       delete from ${of}_tally tally using many
       where (tally.figure, tally.institution_id, tally.keys) = (many.figure, many.institution_id, many.keys)
       returning tally.*
     ), added as (
       insert into ${of}_tally (figure, institution_id, keys, rows, amount)
       select figure, institution_id, keys, sum(rows), sum(amount) from taken group by 1, 2, 3
       having sum(rows) <> 0 or sum(amount) <> 0
       returning 1
     )
     select ((select count(*) from taken) - (select count(*) from added))::text as fewer`,
  );
  return Number(done?.fewer ?? 0);
}
