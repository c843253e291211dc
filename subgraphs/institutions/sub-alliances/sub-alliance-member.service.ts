import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import {
  SubAllianceEntity,
  SubAllianceMemberEntity,
  SubAllianceReportEntity,
  type SubAllianceRow,
} from './sub-alliance.entity.js';
import type {
  AdmitToSubAllianceInput,
  InspectSubAllianceInput,
  JoinSubAllianceInput,
  LeaveSubAllianceInput,
  RefuseSubAllianceMemberInput,
  SubAllianceMemberPayload,
  SubAllianceReportPayload,
  SubmitSubAllianceReportInput,
} from './sub-alliance.inputs.js';
import { administers, showSubAllianceMember, showSubAllianceReport } from './sub-alliance.loader.js';
import {
  subAllianceMemberMachine,
  subAllianceReportMachine,
  type SubAllianceMemberStateName,
  type SubAllianceReportStateName,
} from './sub-alliance.machine.js';
import type { SubAllianceMember, SubAllianceReport } from './sub-alliance.types.js';
import { subAllianceMemberWork, subAllianceReportWork } from './sub-alliance.work.js';

constraintRefuses('sub_alliance_member_key', () => refuse('SUB_ALLIANCE_MEMBER_EXISTS'));
constraintRefuses('sub_alliance_member_in_standing', () => refuse('SUB_ALLIANCE_NOT_IN_STANDING'));
constraintRefuses('sub_alliance_report_key', () =>
  refuse('SUB_ALLIANCE_REPORT_EXISTS', {}, ['input', 'year']),
);

const reasoned = z.object({ reason: z.string().trim().min(1).max(500) });
const report = z.object({ text: z.string().trim().min(1).max(50_000) });
const inspection = z.object({ remark: z.string().trim().min(1).max(5000) });

type MemberAction = 'admitToSubAlliance' | 'refuseSubAllianceMember' | 'leaveSubAlliance';

/** Who belongs to a sub-alliance, and what it reports. */
export class SubAllianceMemberService {
  /** The members of a sub-alliance, the longest first, then those who ask as far as they may be seen. */
  async members(
    scope: RequestScope,
    subAllianceId: string,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<SubAllianceMember>> {
    const page = await scope.page(SubAllianceMemberEntity, args, {
      where: { subAllianceId },
      orderBy: [{ validFrom: 'asc nulls last' }],
      withTotal,
    });
    return connectionOf(page, showSubAllianceMember);
  }

  /** The reports of a sub-alliance that the one who asks may see, the latest year first. */
  async reports(
    scope: RequestScope,
    subAllianceId: string,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<SubAllianceReport>> {
    const page = await scope.page(SubAllianceReportEntity, args, {
      where: { subAllianceId },
      orderBy: [{ year: 'desc' }],
      withTotal,
    });
    return connectionOf(page, showSubAllianceReport);
  }

  /** Asks to join a sub-alliance; the lead institution admits. */
  join(scope: RequestScope, input: JoinSubAllianceInput): Promise<SubAllianceMemberPayload> {
    return mutate(scope, options('joinSubAlliance', 'SubAllianceMember', input), async (transaction) => {
      assertAdministers(scope, input.institutionId, 'joinSubAlliance');
      const subAlliance = await founded(transaction, input.subAllianceId);
      const now = scope.clock.now();
      const row = transaction.create(SubAllianceMemberEntity, {
        id: newId('SubAllianceMember'),
        subAllianceId: subAlliance.id,
        leadInstitutionId: subAlliance.leadInstitutionId,
        institutionId: input.institutionId,
        state: 'REQUESTED',
        stateSince: now,
        requestedBy: scope.principal.subject,
        version: 1,
        createdAt: now,
      });
      await transaction.work(subAllianceMemberWork, row);
      transaction.audited({ subjectId: row.id, after: { institutionId: row.institutionId } });
      return { member: showSubAllianceMember(row) };
    });
  }

  /** Admits one who asks; by the lead institution. */
  admit(scope: RequestScope, input: AdmitToSubAllianceInput): Promise<SubAllianceMemberPayload> {
    return this.#step(scope, input, 'admitToSubAlliance');
  }

  /** Does not admit one who asks; by the lead institution. */
  refuse(scope: RequestScope, input: RefuseSubAllianceMemberInput): Promise<SubAllianceMemberPayload> {
    return this.#step(scope, input, 'refuseSubAllianceMember', input.reason);
  }

  /** Leaves a sub-alliance; by the member, or the secretariat for it. The lead institution stays. */
  leave(scope: RequestScope, input: LeaveSubAllianceInput): Promise<SubAllianceMemberPayload> {
    return this.#step(scope, input, 'leaveSubAlliance', input.reason);
  }

  /** Submits the report of a year, by the lead institution, once. */
  submitReport(scope: RequestScope, input: SubmitSubAllianceReportInput): Promise<SubAllianceReportPayload> {
    return mutate(
      scope,
      options('submitSubAllianceReport', 'SubAllianceReport', input),
      async (transaction) => {
        const subAlliance = await founded(transaction, input.subAllianceId);
        assertAdministers(scope, subAlliance.leadInstitutionId, 'submitSubAllianceReport');
        const { text } = checkInput(report, input);
        const now = scope.clock.now();
        const first = Number(legalDate(subAlliance.foundedAt ?? now).slice(0, 4));
        if (input.year < first || input.year > Number(legalDate(now).slice(0, 4))) {
          throw refuse('SUB_ALLIANCE_REPORT_YEAR', {}, ['input', 'year']);
        }
        const row = transaction.create(SubAllianceReportEntity, {
          id: newId('SubAllianceReport'),
          subAllianceId: subAlliance.id,
          leadInstitutionId: subAlliance.leadInstitutionId,
          year: input.year,
          text,
          state: 'SUBMITTED',
          stateSince: now,
          submittedBy: scope.principal.subject,
          version: 1,
          createdAt: now,
        });
        await transaction.work(subAllianceReportWork, row);
        transaction.audited({ subjectId: row.id, after: { year: row.year } });
        return { report: showSubAllianceReport(row) };
      },
    );
  }

  /** Records what the secretariat found in a report (charter art. 17). */
  inspect(scope: RequestScope, input: InspectSubAllianceInput): Promise<SubAllianceReportPayload> {
    return mutate(scope, options('inspectSubAlliance', 'SubAllianceReport', input), async (transaction) => {
      const row = await transaction.lock(SubAllianceReportEntity, input.subAllianceReportId, {
        expectedVersion: input.expectedVersion,
        current: (current) => ({ report: showSubAllianceReport(current) }),
      });
      const state = row.state as SubAllianceReportStateName;
      const context = { state, principal: scope.principal, facts: undefined };
      subAllianceReportMachine.check('inspectSubAlliance', context);
      row.remark = checkInput(inspection, input).remark;
      row.finding = input.finding;
      row.inspectedBy = scope.principal.subject;
      row.state = subAllianceReportMachine.next('inspectSubAlliance', state);
      row.stateSince = scope.clock.now();
      await transaction.work(subAllianceReportWork, row);
      transaction.audited({ subjectId: row.id, after: { finding: row.finding } });
      return { report: showSubAllianceReport(row) };
    });
  }

  #step(
    scope: RequestScope,
    input: { subAllianceMemberId: string; expectedVersion: number },
    action: MemberAction,
    reason?: string,
  ): Promise<SubAllianceMemberPayload> {
    return mutate(scope, options(action, 'SubAllianceMember', input), async (transaction) => {
      const row = await transaction.lock(SubAllianceMemberEntity, input.subAllianceMemberId, {
        expectedVersion: input.expectedVersion,
        current: (current) => ({ member: showSubAllianceMember(current) }),
      });
      const state = row.state as SubAllianceMemberStateName;
      const leaves = action === 'leaveSubAlliance';
      subAllianceMemberMachine.check(action, {
        state,
        principal: scope.principal,
        institutionId: leaves ? row.institutionId : row.leadInstitutionId,
        facts: undefined,
      });
      if (reason !== undefined) checkInput(reasoned, { reason });
      if (leaves && row.institutionId === row.leadInstitutionId) throw refuse('SUB_ALLIANCE_LEAD_STAYS');
      row.state = subAllianceMemberMachine.next(action, state);
      row.stateSince = scope.clock.now();
      if (action === 'admitToSubAlliance') row.validFrom = row.stateSince;
      if (leaves) row.validTo = row.stateSince;
      await transaction.work(subAllianceMemberWork, row);
      transaction.audited({
        subjectId: row.id,
        after: { state: row.state },
        ...(reason === undefined ? {} : { detail: { reason } }),
      });
      return { member: showSubAllianceMember(row) };
    });
  }
}

async function founded(transaction: MutationTransaction, id: string): Promise<SubAllianceRow> {
  const [row] = await transaction.find(SubAllianceEntity, { id });
  if (row === undefined) throw refuse('NOT_FOUND', { type: 'SubAlliance', id }, ['input', 'subAllianceId']);
  if (!['FOUNDED', 'DISSOLUTION_PROPOSED'].includes(row.state)) throw refuse('SUB_ALLIANCE_NOT_FOUNDED');
  return row;
}

function assertAdministers(scope: RequestScope, institutionId: string, action: string): void {
  if (!administers(scope, institutionId)) throw refuse('ACTION_FORBIDDEN', { action });
}

function options<Input extends object>(operation: string, subjectType: string, input: Input) {
  return { operation, action: 'CHANGE_SUB_ALLIANCE' as const, subjectType, input };
}
