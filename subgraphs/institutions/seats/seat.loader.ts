import { hasRole } from '../../kit/base/identity/principal.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { SeatRow } from './seat.entity.js';
import { seatMachine, type SeatStateName } from './seat.machine.js';
import { isInForce } from './seat-term.js';
import type { Seat, SeatOffice, SeatState } from './seat.types.js';

/** A seat and who wants to act on it, as the machine looks at them. */
export function seatContext(scope: RequestScope, row: SeatRow) {
  return {
    state: row.state as SeatStateName,
    principal: scope.principal,
    institutionId: row.institutionId,
    facts: { expired: row.validTo <= scope.clock.now() },
  };
}

/** What the graph shows of a seat to the one who asks. */
export function showSeat(scope: RequestScope, row: SeatRow): Seat {
  return {
    id: row.id,
    bodyId: row.bodyId,
    institutionId: row.institutionId,
    holderName: row.holderName,
    holderSubject: hasRole(scope.principal, 'SECRETARIAT') ? row.subject : null,
    office: row.office as SeatOffice,
    state: row.state as SeatState,
    from: row.validFrom,
    to: row.validTo,
    inForce: isInForce(row, scope.clock.now()),
    term: row.term,
    replacesSeatId: row.replacesSeatId ?? null,
    availableActions: seatMachine
      .availableActions(seatContext(scope, row))
      .filter(({ action }) => action !== 'vacate'),
    version: row.version,
  };
}
