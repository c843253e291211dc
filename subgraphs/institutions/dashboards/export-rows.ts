import type { Sql, Transact } from '../../kit/room/database/sql.js';
import { suppressCount } from '../../kit/room/figures/suppress.js';
import type { MemberRecord } from './export-columns.js';

/** What an export is about. */
export interface ExportQuestion {
  /** Null: all members. */
  readonly institutionIds: readonly string[] | null;
  readonly year: number;
  /** The instant up to which 24 hours are counted. */
  readonly asOf: Date;
}

const pageSize = 500;

/**
 * The members of an export in the order of their ids, a page at a time, each page in a transaction of its own and in
 * one statement; so an export of any length needs the memory of one page.
 */
export async function* exportedMembers(
  transact: Transact,
  question: ExportQuestion,
): AsyncGenerator<MemberRecord> {
  for (let after = ''; ;) {
    const page = await transact((sql) => memberPage(sql, question, after));
    for (const member of page) yield withoutSmallGroups(member);
    if (page.length < pageSize) return;
    after = page.at(-1)!.id;
  }
}

/** In tens, so that a hidden count does not follow from the total of a dashboard and the other members' counts. */
function withoutSmallGroups(member: MemberRecord): MemberRecord {
  const shown = (count: number | null) => (count === null ? null : suppressCount(count).value);
  return { ...member, teachers: shown(member.teachers), beneficiaries: shown(member.beneficiaries) };
}

async function memberPage(
  sql: Sql,
  { institutionIds, year, asOf }: ExportQuestion,
  after: string,
): Promise<MemberRecord[]> {
  const rows = await sql.execute<{ record: string }>(
    `with given as (select ?::jsonb as ids, ?::timestamptz as now),
     page as (
       select about.id, member.member_code, about.name, about.province, about.kind, member.state, member.joined_on
       from membership member join institution about on about.id = member.institution_id, given
       where about.id > ? and (ids is null or about.id in (select jsonb_array_elements_text(ids)))
       order by about.id limit ${pageSize})
     select json_build_object('id', page.id, 'memberCode', page.member_code, 'name', page.name,
       'province', page.province, 'kind', page.kind, 'state', page.state, 'joinedOn', page.joined_on,
       'health', case when health.sampled_at > now - interval '5 minutes' then health.health end,
       'lastAnswerAt', to_char(health.last_answer_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       'calls', coalesce(hours.calls, 0), 'failures', coalesce(hours.failures, 0), 'p95', hours.p95,
       'unavailableSeconds', coalesce(hours.unavailable, 0),
       'year', report.year, 'teachers', report.teachers, 'reformedCourses', report.reformed_courses,
       'beneficiaries', report.beneficiaries, 'provinces', cardinality(report.provinces))::text as record
     from page cross join given
     left join adapter_health health on health.institution_id = page.id
     left join member_report report
       on report.institution_id = page.id and report.state = 'ACCEPTED' and report.year = ?::integer
     left join lateral (
       select sum(kept.calls) as calls, sum(kept.failures) as failures, sum(kept.unavailable_seconds) as unavailable,
         response_time((
           select array_agg(total order by place) from (
             select place, sum(count)::bigint as total
             from adapter_health_hour one, unnest(one.response_times) with ordinality as class(count, place)
             where one.institution_id = page.id and one.hour > now - interval '24 hours'
             group by place) as summed), 95, max(kept.longest_ms)) as p95
       from adapter_health_hour kept where kept.institution_id = page.id and kept.hour > now - interval '24 hours'
     ) as hours on true
     order by page.id`,
    [idsIn(institutionIds), asOf.toISOString(), after, year],
  );
  return rows.map(({ record }) => JSON.parse(record) as MemberRecord);
}

function idsIn(institutionIds: readonly string[] | null): string | null {
  return institutionIds === null ? null : JSON.stringify(institutionIds);
}
