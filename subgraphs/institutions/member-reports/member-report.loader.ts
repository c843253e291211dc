import { readFigure } from '../../kit/room/figures/figure-part.js';
import { suppressCount } from '../../kit/room/figures/suppress.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { Dashboard } from '../dashboards/dashboard.types.js';
import type { MemberReportRow } from './member-report.entity.js';
import {
  memberReportMachine,
  type MemberReportFacts,
  type MemberReportStateName,
} from './member-report.machine.js';
import type { MemberReport, MemberReportFigures, MemberReportState } from './member-report.types.js';

/** What the graph shows of a report to the one who asks. */
export function showMemberReport(scope: RequestScope, row: MemberReportRow): MemberReport {
  return {
    id: row.id,
    institutionId: row.institutionId,
    year: row.year,
    edition: row.edition,
    state: row.state as MemberReportState,
    since: row.stateSince,
    dueAt: memberReportMachine.dueAt(row.state as MemberReportStateName, row.stateSince),
    teachers: row.teachers,
    reformedCourses: row.reformedCourses,
    beneficiaries: row.beneficiaries,
    provinces: row.provinces,
    notes: row.notes ?? null,
    returnReason: row.returnReason ?? null,
    availableActions: memberReportMachine.availableActions({
      ...standingOf(row),
      principal: scope.principal,
    }),
    version: row.version,
  };
}

/** What the machine has to know of a row. */
export function standingOf(row: MemberReportRow): {
  state: MemberReportStateName;
  institutionId: string;
  facts: MemberReportFacts;
} {
  return {
    state: row.state as MemberReportStateName,
    institutionId: row.institutionId,
    facts: { submittedBy: row.submittedBy ?? null },
  };
}

/** The members of a year: by the history of the roster they were members on a day of it. Its parameters are the year, twice. */
export const membersOfYear = `
  select distinct institution_id from membership_period
  where valid_from < make_date(?::integer + 1, 1, 1) and (valid_to is null or valid_to > make_date(?::integer, 1, 1))
    and state not in ('EXITED', 'MERGED') and valid_from is distinct from valid_to`;

/** What the members of a dashboard reported of a year, added up. */
export async function memberReportFigures(
  scope: RequestScope,
  { institutionIds }: Dashboard,
  year: number,
): Promise<MemberReportFigures> {
  const sums = await readFigure<ReportSums>(scope, {
    institutionIds,
    statement: `with expected as (
       select due.institution_id from (${membersOfYear}) as due, given
       where ids is null or due.institution_id in (select jsonb_array_elements_text(ids))),
     counted as (
       select report.* from member_report report join expected using (institution_id)
       where report.year = ?::integer and report.state = 'ACCEPTED')
     select json_build_object(
       'reported', count(*),
       'outstanding', (select count(*) from expected) - count(*),
       'teachers', coalesce(sum(teachers), 0),
       'reformedCourses', coalesce(sum(reformed_courses), 0),
       'beneficiaries', coalesce(sum(beneficiaries), 0),
       'provincesServed', (select count(distinct province) from counted, unnest(provinces) as province))
     from counted`,
    parameters: [year, year, year],
  });
  return {
    ...sums,
    year,
    teachers: suppressCount(sums.teachers),
    beneficiaries: suppressCount(sums.beneficiaries),
  };
}

type ReportSums = Record<
  'reported' | 'outstanding' | 'teachers' | 'reformedCourses' | 'beneficiaries' | 'provincesServed',
  number
>;
