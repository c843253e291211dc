import { legalDate } from '../../kit/base/clock.js';
import { endOfLegalDay } from '../../kit/room/machine/due-date.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { missingItems } from './case-completeness.js';
import {
  MembershipCaseEntity,
  MembershipCaseStepEntity,
  type MembershipCaseRow,
} from './membership-case.entity.js';
import {
  membershipCaseMachine,
  type MembershipCaseAction,
  type MembershipCaseStateName,
} from './membership-case.machine.js';
import { membershipCaseWork } from './membership-case.work.js';

/** As what somebody takes a step of a case. */
export type StepRole = 'APPLICANT' | 'SECRETARIAT' | 'REVIEW' | 'STANDING_COUNCIL';

/** A step that the machine and the rights have let pass. */
export interface CaseStep {
  readonly action: MembershipCaseAction;
  readonly role: StepRole;
  readonly remark?: string | null;
  /** What changes besides the state. */
  readonly change?: Partial<MembershipCaseRow>;
  /** The last legal day of what is waited for next; left out, the machine's. */
  readonly dueOn?: string;
}

/** The last legal day of a state that is entered now; null where nobody is waited for. */
export function dueOnOf(state: MembershipCaseStateName, at: Date): string | null {
  return membershipCaseMachine.dueDate(state, at);
}

/** What the machine looks at when somebody acts on a case. */
export function caseContext(scope: RequestScope, row: MembershipCaseRow) {
  const isOverdue = row.dueOn != null && scope.clock.now() >= endOfLegalDay(row.dueOn);
  return {
    state: row.state as MembershipCaseStateName,
    principal: scope.principal,
    owner: row.applicant,
    facts: { applicant: row.applicant, isOverdue, missing: missingItems(row) },
  };
}

/** Writes a case that has just been made, with its first step, and tells the inbox. */
export async function openCase(
  transaction: MutationTransaction,
  scope: RequestScope,
  row: MembershipCaseRow,
): Promise<void> {
  await transaction.flush();
  await recorded(transaction, scope, row, {
    action: 'openMembershipCase',
    fromState: null,
    role: 'APPLICANT',
    remark: null,
  });
}

/**
 * Moves a case by one step, keeps the step in its timeline and tells the inbox. The row must be locked, and whoever
 * calls has asked the machine whether the caller may.
 */
export async function takeStep(
  transaction: MutationTransaction,
  scope: RequestScope,
  row: MembershipCaseRow,
  { action, role, remark = null, change = {}, dueOn }: CaseStep,
): Promise<void> {
  const fromState = row.state as MembershipCaseStateName;
  const next = membershipCaseMachine.next(action, fromState);
  Object.assign(row, change);
  if (next !== fromState) {
    const now = scope.clock.now();
    Object.assign(row, { state: next, stateSince: now, dueOn: dueOn ?? dueOnOf(next, now) });
  }
  row.steps += 1;
  await transaction.flush();
  await recorded(transaction, scope, row, { action, fromState, role, remark });
}

/** Locks a case for a step of the caller, on the version that they have seen, once the machine lets them. */
export async function lockForStep(
  transaction: MutationTransaction,
  scope: RequestScope,
  action: MembershipCaseAction,
  { caseId, expectedVersion }: { readonly caseId: string; readonly expectedVersion: number },
  current: (row: MembershipCaseRow) => object,
): Promise<MembershipCaseRow> {
  const row = await transaction.lock(MembershipCaseEntity, caseId, { expectedVersion, current });
  membershipCaseMachine.check(action, caseContext(scope, row));
  return row;
}

async function recorded(
  transaction: MutationTransaction,
  scope: RequestScope,
  row: MembershipCaseRow,
  step: {
    readonly action: string;
    readonly fromState: string | null;
    readonly role: StepRole;
    readonly remark: string | null;
  },
): Promise<void> {
  transaction.create(MembershipCaseStepEntity, {
    ...step,
    caseId: row.id,
    place: row.steps,
    toState: row.state,
    subject: scope.principal.subject,
    takenAt: scope.clock.now(),
  });
  await transaction.work(membershipCaseWork, row);
  transaction.wake('MembershipCase', row.id);
}

/** What the audit trail says of a case before or after a step: no person, no text of theirs. */
export function auditedCase(row: MembershipCaseRow, at: Date) {
  return { state: row.state, steps: row.steps, on: legalDate(at) };
}
