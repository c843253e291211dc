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
 * Takes a list over, in one statement: institutions are known by their Ministry code, their facts become those of the
 * list. Institutions that are no longer on the list stay as they are; whether they are gone is a decision for people.
 */
export async function applyRoster(sql: Sql, roster: Roster, now: Date): Promise<RosterChanges> {
  const rows = roster.rows.map((row) => ({ id: stableId('Institution', `moe:${row.moeCode}`), ...row }));
  const touched = await sql.execute<{ added: boolean }>(
    `insert into institution
       (id, name, kind, moe_code, authority, province, city, level, note, source, created_at)
     select id, name, 'HIGHER_EDUCATION', "moeCode", authority, province, city, level, note, ?, ?::timestamptz
     from jsonb_to_recordset(?::jsonb) as listed
       (id text, name text, "moeCode" text, authority text, province text, city text, level text, note text)
     on conflict (moe_code) do update set
       name = excluded.name, authority = excluded.authority, province = excluded.province, city = excluded.city,
       level = excluded.level, note = excluded.note, source = excluded.source, version = institution.version + 1
     where (institution.name, institution.authority, institution.province, institution.city, institution.level, institution.note)
       is distinct from (excluded.name, excluded.authority, excluded.province, excluded.city, excluded.level, excluded.note)
     returning (xmax = 0) as added`,
    [`MOE ${roster.asOf}`, now.toISOString(), JSON.stringify(rows)],
  );
  const added = touched.filter((row) => row.added).length;
  return { added, changed: touched.length - added, unchanged: rows.length - touched.length };
}
