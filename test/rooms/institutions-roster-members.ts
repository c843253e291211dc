import type pg from 'pg';

/** How many institutions {@link insertMembersWithHistory} makes members. */
export const memberCount = 3_000;

/**
 * Inserts three thousand members who joined in 2010 to 2019, had three names each, and were suspended and reinstated: by
 * plain changes of their rows, so that the database itself writes the history.
 */
export async function insertMembersWithHistory(sql: pg.Client): Promise<void> {
  for (const statement of [
    `insert into institution (id, name, kind, province, source, created_at)
       select 'inst_' || n, '学校' || n, 'HIGHER_EDUCATION', '省' || n % 31, 't', now()
       from generate_series(1, ${memberCount}) as n`,
    `insert into membership (id, institution_id, member_code, state, state_since, joined_on, charter_version, created_at)
       select 'mem_' || n, 'inst_' || n, 'M' || lpad(n::text, 5, '0'), 'ACTIVE', now(), date '2010-01-01' + n % 3650, '1', now()
       from generate_series(1, ${memberCount}) as n`,
    `update institution set name = name || '学院', name_since = date '2014-01-01' + length(name)`,
    `update institution set name = replace(name, '学院', '大学'), name_since = date '2022-01-01' + length(name)`,
    `update membership set state = 'SUSPENDED', state_since = '2023-03-01T08:00:00Z'`,
    `update membership set state = 'ACTIVE', state_since = '2023-09-01T08:00:00Z'`,
    `analyze`,
  ])
    await sql.query(statement);
}
