import { legalDate } from '../../kit/base/clock.js';
import { newId } from '../../kit/base/ids.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { MembershipRow } from '../memberships/membership.entity.js';
import { moveMembership } from '../memberships/move-membership.js';
import { MembershipExitEntity, type MembershipExitRow } from './membership-exit.entity.js';
import { membershipExitWork } from './membership-exit.work.js';

/** The mutations that propose an exit, by its ground. */
const proposals = {
  INACTIVITY: 'proposeInactivityExit',
  VIOLATION: 'proposeViolationExit',
  VOLUNTARY: 'requestVoluntaryExit',
} as const;

/** On what an exit is proposed. */
export type ExitGrounds = Pick<MembershipExitRow, 'ground' | 'reason'> &
  Partial<Pick<MembershipExitRow, 'inactivity' | 'violationCaseId'>>;

/**
 * Writes the proposal and moves the membership, which must be locked: so of two proposals at once the second finds the
 * membership moved. Whether the caller may propose is asked before.
 * @throws AmrloError `ACTION_NOT_ALLOWED` when the membership is neither ACTIVE nor SUSPENDED
 */
export async function proposeExit(
  scope: RequestScope,
  transaction: MutationTransaction,
  membership: MembershipRow,
  grounds: ExitGrounds,
): Promise<MembershipExitRow> {
  const now = scope.clock.now();
  const row = transaction.create(MembershipExitEntity, {
    id: newId('MembershipExit'),
    exitNo: await nextExitNo(transaction, now),
    membershipId: membership.id,
    institutionId: membership.institutionId,
    ...grounds,
    state: 'PROPOSED',
    stateSince: now,
    proposedBy: scope.principal.subject,
    proposedAt: now,
    version: 1,
  });
  await transaction.flush();
  await moveMembership(scope, transaction, membership, proposals[grounds.ground], {
    stateBeforeExit: membership.state === 'SUSPENDED' ? 'SUSPENDED' : 'ACTIVE',
  });
  await transaction.work(membershipExitWork, row);
  transaction.wake('MembershipExit', row.id);
  transaction.audited({
    subjectId: row.id,
    after: { exitNo: row.exitNo, ground: row.ground, membershipId: row.membershipId },
    detail: { reason: row.reason },
  });
  return row;
}

async function nextExitNo(transaction: MutationTransaction, now: Date): Promise<string> {
  const [row] = await transaction.sql.execute<{ number: string }>(
    `select lpad(nextval('membership_exit_number')::text, 4, '0') as number`,
  );
  return `EXIT-${legalDate(now).slice(0, 4)}-${row?.number ?? ''}`;
}
