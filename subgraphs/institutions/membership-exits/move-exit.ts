import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { AuditEntry } from '../../kit/room/audit/audit-trail.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { MembershipEntity, type MembershipRow } from '../memberships/membership.entity.js';
import type { MembershipAction } from '../memberships/membership.machine.js';
import { moveMembership, type MembershipChange } from '../memberships/move-membership.js';
import { MembershipExitEntity, type MembershipExitRow } from './membership-exit.entity.js';
import { membershipExitMachine } from './membership-exit.machine.js';
import { membershipExitWork } from './membership-exit.work.js';

type ExitAction = Parameters<typeof membershipExitMachine.check>[0];

/** What changes on an exit with its state. */
export type ExitChange = Partial<
  Pick<MembershipExitRow, 'motionId' | 'motionNo' | 'decidedAt' | 'runOffSince' | 'exitedAt'>
>;

/** A step of an exit, and what follows from it for the membership. */
export interface ExitStep {
  readonly action: ExitAction;
  readonly change?: ExitChange;
  readonly follows: MembershipAction;
  readonly membershipChange?: MembershipChange;
}

/** An exit and the membership that it is about, both locked. */
export interface LockedExit {
  readonly exit: MembershipExitRow;
  readonly membership: MembershipRow;
}

/**
 * Locks the membership and then its exit, in the order of a proposal, so that a decision and a withdrawal at once wait
 * for each other and the second sees what the first did.
 * @throws AmrloError `NOT_FOUND`, `VERSION_CONFLICT`
 */
export async function lockExit(
  transaction: MutationTransaction,
  exitId: string,
  options: Parameters<typeof transaction.lock<MembershipExitRow>>[2] = {},
): Promise<LockedExit> {
  const [seen] = await transaction.find(MembershipExitEntity, { id: exitId });
  if (seen === undefined) throw refuse('NOT_FOUND', { type: 'MembershipExit', id: exitId });
  const membership = await transaction.lock(MembershipEntity, seen.membershipId);
  const exit = await transaction.lock(MembershipExitEntity, exitId, options);
  return { exit, membership };
}

/**
 * Takes a step of an exit and the step of the membership that follows from it. The exit is written first: the
 * database lets a membership go only where its exit has gone.
 * @returns what changed on the exit, for the audit trail
 */
export async function moveExit(
  scope: RequestScope,
  transaction: MutationTransaction,
  { exit, membership }: LockedExit,
  step: ExitStep,
): Promise<Pick<AuditEntry, 'before' | 'after'>> {
  const before = { state: exit.state };
  exit.state = membershipExitMachine.next(step.action, exit.state);
  exit.stateSince = scope.clock.now();
  Object.assign(exit, step.change);
  await transaction.flush();
  await moveMembership(scope, transaction, membership, step.follows, step.membershipChange);
  await transaction.work(membershipExitWork, exit);
  transaction.wake('MembershipExit', exit.id);
  return { before, after: { state: exit.state, motionNo: exit.motionNo ?? null } };
}

/** The step by which a membership becomes again what it was before its exit was proposed. */
export function returnOf(membership: MembershipRow): 'keepActive' | 'keepSuspended' {
  return membership.stateBeforeExit === 'SUSPENDED' ? 'keepSuspended' : 'keepActive';
}
