import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { SeatEntity, type SeatRow } from './seat.entity.js';
import { moveSeatGrant } from './seat-grant.js';
import { seatMachine, type SeatStateName } from './seat.machine.js';
import { seatWork } from './seat.work.js';

/** Ends the interval of a locked seat now, and the role that came with it. Whether one may is asked before. */
export async function leaveSeat(
  scope: RequestScope,
  transaction: MutationTransaction,
  row: SeatRow,
  action: 'endSeat' | 'replaceSeatHolder' | 'vacate',
  reason: string,
): Promise<void> {
  const now = scope.clock.now();
  // One that was to begin later ends where it begins: an empty interval, never one that runs backward.
  const end = row.validFrom > now ? row.validFrom : now;
  if (row.validTo > end) row.validTo = end;
  row.state = seatMachine.next(action, row.state as SeatStateName);
  row.endedBy = scope.principal.subject;
  row.endReason = reason;
  await moveSeatGrant(transaction, row, { by: scope.principal.subject });
  await transaction.flush();
}

/**
 * Vacates every seat that a member still holds, in the transaction in which it leaves (RUN_OFF, EXITED, MERGED): its
 * people lose their votes and roles at once, and the secretariat is told of each seat that is to be filled again. The
 * membership must be locked, so that no seat is appointed meanwhile.
 * @param reason why the member leaves, as it is kept with each seat
 * @returns how many seats were vacated
 */
export function vacateSeatsOfMember(
  scope: RequestScope,
  transaction: MutationTransaction,
  institutionId: string,
  reason: string,
): Promise<number> {
  return leaveAll(scope, transaction, { institutionId }, 'vacate', reason);
}

/**
 * Ends every seat of a body, in the transaction in which the body ends. The body must be locked.
 * @returns how many seats were ended
 */
export function endSeatsOfBody(
  scope: RequestScope,
  transaction: MutationTransaction,
  bodyId: string,
  reason: string,
): Promise<number> {
  return leaveAll(scope, transaction, { bodyId }, 'endSeat', reason);
}

async function leaveAll(
  scope: RequestScope,
  transaction: MutationTransaction,
  whose: { readonly institutionId: string } | { readonly bodyId: string },
  action: 'endSeat' | 'vacate',
  reason: string,
): Promise<number> {
  const seats = await transaction.find(SeatEntity, { ...whose, state: 'HELD' });
  let left = 0;
  // In one order, so that two of these do not wait for each other.
  for (const { id } of seats.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const row = await transaction.lock(SeatEntity, id);
    if (row.state !== 'HELD') continue;
    await leaveSeat(scope, transaction, row, action, reason);
    await transaction.work(seatWork, row);
    scope.audit({
      action: 'CHANGE_SEAT',
      subjectType: 'Seat',
      outcome: 'ALLOWED',
      subjectId: row.id,
      after: { state: row.state, to: row.validTo.toISOString() },
      detail: { reason },
    });
    transaction.wake('Body', row.bodyId);
    left += 1;
  }
  return left;
}
