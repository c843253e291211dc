import { stableId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { Roster } from './parse-roster.js';

/** What an import did. */
export interface RosterChanges {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/**
 * Takes rows of a list over, in one statement: institutions are known by their Ministry code, and what the list says of
 * them becomes what the roster holds; a new name holds from the date of the list. Institutions that are not among the
 * rows stay as they are; whether they are gone is a decision for people.
 */
export async function applyRoster(
  sql: Sql,
  { asOf, rows }: Pick<Roster, 'asOf' | 'rows'>,
  now: Date,
): Promise<RosterChanges> {
  const named = rows.map((row) => ({ id: stableId('Institution', `moe:${row.moeCode}`), ...row }));
  const touched = await sql.execute<{ added: boolean }>(
    `insert into institution
       (id, name, kind, moe_code, authority, province, city, level, note, source, listing, listing_since, created_at)
     select id, name, 'HIGHER_EDUCATION', "moeCode", authority, province, city, level, note, ?, 'LISTED', ?::date,
       ?::timestamptz
     from jsonb_to_recordset(?::jsonb) as listed
       (id text, name text, "moeCode" text, authority text, province text, city text, level text, note text)
     on conflict (moe_code) do update set
       name = excluded.name, authority = excluded.authority, province = excluded.province, city = excluded.city,
       level = excluded.level, note = excluded.note, source = excluded.source, version = institution.version + 1,
       name_since = case when institution.name = excluded.name then institution.name_since else excluded.listing_since end,
       listing = 'LISTED', merged_into = null,
       listing_since = case when institution.listing = 'LISTED' then institution.listing_since else excluded.listing_since end
     where (institution.name, institution.authority, institution.province, institution.city, institution.level,
         institution.note, institution.listing)
       is distinct from (excluded.name, excluded.authority, excluded.province, excluded.city, excluded.level,
         excluded.note, 'LISTED')
     returning (xmax = 0) as added`,
    [`MOE ${asOf}`, asOf, now.toISOString(), JSON.stringify(named)],
  );
  const added = touched.filter((row) => row.added).length;
  return { added, changed: touched.length - added, unchanged: named.length - touched.length };
}
