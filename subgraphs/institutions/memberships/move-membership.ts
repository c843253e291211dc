import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { vacateSeatsOfMember } from '../seats/leave-seat.js';
import type { MembershipRow } from './membership.entity.js';
import { membershipMachine, type MembershipAction } from './membership.machine.js';
import { membershipWork } from './membership.work.js';

/** What changes with a membership's state. */
export type MembershipChange = Partial<
  Pick<MembershipRow, 'stateBeforeExit' | 'exitGround' | 'successorId' | 'suspensionReason'>
>;

/** Why the seats of a member that leaves are vacated, by the state into which it goes. */
const leavingWith: Partial<Record<MembershipRow['state'], string>> = {
  RUN_OFF: '成员退出 · The member leaves the alliance',
  MERGED: '成员并入其他成员 · The member was merged into another',
};

/**
 * Takes a step of a membership and tells the other rooms and the officials' inbox; with the step by which a member leaves,
 * its seats are vacated. The row must be locked; whether the
 * caller may take the step is asked before, of the machine of the row that the step is about.
 * @throws AmrloError `ACTION_NOT_ALLOWED` when the step does not leave from the membership's state
 */
export async function moveMembership(
  scope: RequestScope,
  transaction: MutationTransaction,
  row: MembershipRow,
  action: MembershipAction,
  change: MembershipChange = {},
): Promise<void> {
  row.state = membershipMachine.next(action, row.state);
  row.stateSince = scope.clock.now();
  row.stateBeforeExit = null;
  Object.assign(row, change);
  await transaction.flush();
  await transaction.emit({
    type: 'MembershipChanged',
    aggregateType: 'Institution',
    aggregateId: row.institutionId,
    version: row.version,
    payload: {
      institutionId: row.institutionId,
      state: row.state,
      since: row.stateSince.toISOString(),
      successorId: row.successorId ?? null,
    },
  });
  const leaving = leavingWith[row.state];
  if (leaving !== undefined) await vacateSeatsOfMember(scope, transaction, row.institutionId, leaving);
  await transaction.work(membershipWork, row);
  transaction.wake('Institution', row.institutionId);
}
