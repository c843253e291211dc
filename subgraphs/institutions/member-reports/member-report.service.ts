import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { showInstitution } from '../institutions/institution.loader.js';
import type { Institution } from '../institutions/institution.types.js';
import { MemberReportEntity, type MemberReportRow } from './member-report.entity.js';
import { membersOfYear, showMemberReport, standingOf } from './member-report.loader.js';
import { memberReportMachine } from './member-report.machine.js';
import type {
  MemberReport,
  MemberReportPayload,
  MemberReportsArguments,
  SaveMemberReportInput,
} from './member-report.types.js';
import { memberReportWork } from './member-report.work.js';
import { provinces } from './provinces.js';

constraintRefuses('member_report_under_way', () => refuse('VERSION_CONFLICT', { version: 1 }));
constraintRefuses('member_report_edition', () => refuse('VERSION_CONFLICT', { version: 1 }));
constraintRefuses('member_report_two_people', () => refuse('MEMBER_REPORT_SAME_PERSON'));

const count = z.number().int().min(0);
const written = z.object({
  year: z.number().int().min(2000).max(2199),
  teachers: count,
  reformedCourses: count,
  beneficiaries: count,
  provinces: z
    .array(z.string().refine((name) => provinces.has(name), 'provinces: 宁夏回族自治区'))
    .refine((names) => new Set(names).size === names.length, 'provinces: once each'),
  notes: z.string().max(4_000).nullish(),
});
const underWay = ['DRAFT', 'SUBMITTED', 'RETURNED'];

/** A step of a report that is there. */
interface ReportStep {
  readonly reportId: string;
  readonly expectedVersion: number;
  readonly idempotencyKey?: string;
  readonly reason?: string;
}

/** What members report once a year (features.md #74). */
export class MemberReportService {
  /** One report, or null. */
  async byId(scope: RequestScope, id: string): Promise<MemberReport | null> {
    const row = await scope.findOne(MemberReportEntity, { id });
    return row === null ? null : showMemberReport(scope, row);
  }

  /** A page of the reports that the caller may see, the latest year first. */
  async list(
    scope: RequestScope,
    args: MemberReportsArguments,
    withTotal: boolean,
  ): Promise<Connection<MemberReport>> {
    const where = Object.fromEntries(Object.entries(args.filter ?? {}).filter(([, value]) => value != null));
    const orderBy = [{ year: 'desc' }, { edition: 'desc' }] as const;
    const page = await scope.page(MemberReportEntity, args, { where, orderBy, withTotal });
    return connectionOf(page, (row) => showMemberReport(scope, row));
  }

  /** A page of the members of a year that have handed in nothing. */
  async missing(
    scope: RequestScope,
    year: number,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<Institution>> {
    if (!hasRole(scope.principal, 'SECRETARIAT'))
      throw refuse('ACTION_FORBIDDEN', { action: 'memberReports' });
    const { sql } = await scope.unit();
    const rows = await sql.execute<{ institution_id: string }>(
      `select due.institution_id from (${membersOfYear}) as due
       where not exists (select from member_report report where report.institution_id = due.institution_id
         and report.year = ?::integer and report.state in ('SUBMITTED', 'ACCEPTED'))`,
      [year, year, year],
    );
    const page = await scope.page(InstitutionEntity, args, {
      where: { id: { $in: rows.map((row) => row.institution_id) } },
      orderBy: [{ name: 'asc' }],
      withTotal,
    });
    return connectionOf(page, showInstitution);
  }

  /** Writes the edition under way, or begins the next one. */
  save(scope: RequestScope, input: SaveMemberReportInput): Promise<MemberReportPayload> {
    return mutate(
      scope,
      { operation: 'saveMemberReport', action: 'REPORT_FIGURES', subjectType: 'MemberReport', input },
      async (transaction) => {
        const { institutionId, year } = input;
        if (!hasRole(scope.principal, 'INSTITUTION_ADMIN', institutionId)) {
          throw refuse('ACTION_FORBIDDEN', { action: 'saveMemberReport' }, ['input', 'institutionId']);
        }
        checkInput(written, input);
        if (year > Number(legalDate(scope.clock.now()).slice(0, 4))) {
          throw refuse('FIGURES_OF_THE_FUTURE', { year }, ['input', 'year']);
        }
        await assertMember(transaction, institutionId, year);
        const editions = await transaction.find(MemberReportEntity, { institutionId, year });
        const current = editions.find(({ state }) => underWay.includes(state));
        const row =
          current === undefined
            ? this.#begin(scope, transaction, input, editions.length + 1)
            : await this.#rewrite(scope, transaction, input, current.id);
        await transaction.work(memberReportWork, row);
        const memberReport = showMemberReport(scope, row);
        transaction.audited({ subjectId: row.id, after: memberReport });
        return { memberReport };
      },
    );
  }

  /** Hands a report in. */
  submit(scope: RequestScope, input: ReportStep): Promise<MemberReportPayload> {
    return this.#step(scope, 'submitMemberReport', input, async (row) => {
      row.submittedBy = scope.principal.subject;
      row.returnReason = null;
    });
  }

  /** Lets a report count, in place of the edition that counted before. */
  accept(scope: RequestScope, input: ReportStep): Promise<MemberReportPayload> {
    return this.#step(scope, 'acceptMemberReport', input, async (row, transaction) => {
      row.decidedBy = scope.principal.subject;
      const { institutionId, year } = row;
      const [before] = await transaction.find(MemberReportEntity, { institutionId, year, state: 'ACCEPTED' });
      if (before === undefined) return;
      await transaction.lock(MemberReportEntity, before.id);
      before.state = memberReportMachine.next('supersedeMemberReport', 'ACCEPTED');
      before.stateSince = scope.clock.now();
      await transaction.work(memberReportWork, before);
    });
  }

  /** Gives a report back to the member, who reads the reason. */
  return(scope: RequestScope, input: ReportStep): Promise<MemberReportPayload> {
    return this.#step(scope, 'returnMemberReport', input, async (row) => {
      checkInput(z.object({ reason: z.string().trim().min(2).max(1_000) }), input);
      row.returnReason = input.reason ?? null;
    });
  }

  #begin(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: SaveMemberReportInput,
    edition: number,
  ): MemberReportRow {
    const now = scope.clock.now();
    return transaction.create(MemberReportEntity, {
      id: newId('MemberReport'),
      institutionId: input.institutionId,
      year: input.year,
      edition,
      state: 'DRAFT',
      stateSince: now,
      ...contentOf(input),
      returnReason: null,
      submittedBy: null,
      decidedBy: null,
      version: 1,
      createdAt: now,
    });
  }

  async #rewrite(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: SaveMemberReportInput,
    id: string,
  ): Promise<MemberReportRow> {
    const row = await transaction.lock(MemberReportEntity, id, {
      // Whoever saw no edition has not seen this one.
      expectedVersion: input.expectedVersion ?? 0,
      current: (current) => ({ memberReport: showMemberReport(scope, current) }),
    });
    if (row.state === 'SUBMITTED') throw refuse('MEMBER_REPORT_UNDER_REVIEW', { year: row.year });
    memberReportMachine.check('saveMemberReport', { ...standingOf(row), principal: scope.principal });
    return Object.assign(row, contentOf(input));
  }

  #step(
    scope: RequestScope,
    action: 'submitMemberReport' | 'acceptMemberReport' | 'returnMemberReport',
    input: ReportStep,
    change: (row: MemberReportRow, transaction: MutationTransaction) => Promise<void>,
  ): Promise<MemberReportPayload> {
    return mutate(
      scope,
      { operation: action, action: 'REPORT_FIGURES', subjectType: 'MemberReport', input },
      async (transaction) => {
        const row = await transaction.lock(MemberReportEntity, input.reportId, {
          expectedVersion: input.expectedVersion,
          current: (current) => ({ memberReport: showMemberReport(scope, current) }),
        });
        const standing = standingOf(row);
        memberReportMachine.check(action, { ...standing, principal: scope.principal });
        await change(row, transaction);
        row.state = memberReportMachine.next(action, standing.state);
        row.stateSince = scope.clock.now();
        await transaction.work(memberReportWork, row);
        transaction.audited({
          subjectId: row.id,
          before: { state: standing.state },
          after: { state: row.state },
          detail: { institutionId: row.institutionId, year: row.year, edition: row.edition },
        });
        return { memberReport: showMemberReport(scope, row) };
      },
    );
  }
}

function contentOf(input: SaveMemberReportInput) {
  const { teachers, reformedCourses, beneficiaries, notes } = input;
  return {
    teachers,
    reformedCourses,
    beneficiaries,
    provinces: input.provinces.toSorted(),
    notes: notes ?? null,
  };
}

async function assertMember(
  { sql }: MutationTransaction,
  institutionId: string,
  year: number,
): Promise<void> {
  const [member] = await sql.execute(`select from (${membersOfYear}) as due where due.institution_id = ?`, [
    year,
    year,
    institutionId,
  ]);
  if (member === undefined) throw refuse('MEMBER_REPORT_NOT_MEMBER', { year }, ['input', 'year']);
}
