import type { RequestScope } from '../../kit/room/scope/request-scope.js';

/** Which members figures are about; conditions are joined by AND, and a list that is left out restricts nothing. */
export interface MemberFilter {
  readonly institutionIds?: readonly string[] | null | undefined;
  readonly provinces?: readonly string[] | null | undefined;
  readonly kinds?: readonly string[] | null | undefined;
  readonly memberStates?: readonly string[] | null | undefined;
  readonly subAllianceId?: string | null | undefined;
}

/**
 * The members that a filter selects within a supervisor's scope, in one statement, by id; null where nothing restricts
 * them, so that other rooms are not sent the list of everybody.
 */
export async function selectMembers(
  scope: RequestScope,
  filter: MemberFilter,
  within: Pick<MemberFilter, 'institutionIds' | 'provinces'>,
): Promise<string[] | null> {
  const among = (column: string) => `${column} in (select jsonb_array_elements_text(?::jsonb))`;
  const conditions = [
    { sql: among('member.institution_id'), values: filter.institutionIds },
    { sql: among('member.institution_id'), values: within.institutionIds },
    { sql: among('about.province'), values: filter.provinces },
    { sql: among('about.province'), values: within.provinces },
    { sql: among('about.kind'), values: filter.kinds },
    { sql: among('member.state'), values: filter.memberStates },
    {
      sql: `exists (select from sub_alliance_member belonging
        where belonging.institution_id = member.institution_id and belonging.state = 'MEMBER'
          and ${among('belonging.sub_alliance_id')})`,
      values: filter.subAllianceId == null ? null : [filter.subAllianceId],
    },
  ].flatMap(({ sql, values }) => (values == null ? [] : [{ sql, values }]));
  if (conditions.length === 0) return null;
  const { sql } = await scope.unit();
  const rows = await sql.execute<{ institution_id: string }>(
    `select member.institution_id
     from membership member join institution about on about.id = member.institution_id
     where ${conditions.map((one) => one.sql).join(' and ')}
     order by member.institution_id`,
    conditions.map(({ values }) => JSON.stringify(values)),
  );
  return rows.map((row) => row.institution_id);
}
