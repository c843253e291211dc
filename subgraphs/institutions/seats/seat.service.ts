import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { BodyEntity } from '../bodies/body.entity.js';
import { SeatEntity, type SeatRow } from './seat.entity.js';
import { seatContext, showSeat } from './seat.loader.js';
import { leaveSeat } from './leave-seat.js';
import { seatMachine } from './seat.machine.js';
import { giveSeatGrant, moveSeatGrant } from './seat-grant.js';
import { endOfTerm } from './seat-term.js';
import type {
  AppointSeatInput,
  EndSeatInput,
  ExpiringSeatsArguments,
  RenewSeatInput,
  ReplaceSeatHolderInput,
  Seat,
  SeatPayload,
  SeatsArguments,
} from './seat.types.js';
import { seatWork } from './seat.work.js';

constraintRefuses('seat_one_per_institution', () =>
  refuse('SEAT_INSTITUTION_TAKEN', {}, ['input', 'institutionId']),
);
constraintRefuses('seat_one_per_person', () => refuse('SEAT_PERSON_TAKEN', {}, ['input', 'subject']));
constraintRefuses('seat_one_chair', () => refuse('SEAT_CHAIR_TAKEN', {}, ['input', 'office']));
constraintRefuses('seat_of_sub_alliance', () => refuse('SEAT_NOT_OF_SUB_ALLIANCE'));
constraintRefuses('seat_member_in_standing', () => refuse('SEAT_NOT_IN_STANDING'));

const person = z.object({
  subject: z.string().min(1).max(200),
  holderName: z.string().trim().min(1).max(100),
});
const reasoned = z.object({ reason: z.string().trim().min(1).max(500) });
const warning = z.object({ withinDays: z.number().int().min(1).max(730) });

const day = 86_400_000;

/** Who sits in the bodies of the alliance. */
export class SeatService {
  /** A page of seats, the latest first. */
  async list(scope: RequestScope, args: SeatsArguments, withTotal: boolean): Promise<Connection<Seat>> {
    const { bodyId, institutionId, inForceAt } = args.filter ?? {};
    const where: FilterQuery<SeatRow> = {
      ...(bodyId == null ? {} : { bodyId }),
      ...(institutionId == null ? {} : { institutionId }),
      ...(inForceAt == null ? {} : { validFrom: { $lte: inForceAt }, validTo: { $gt: inForceAt } }),
    };
    const page = await scope.page(SeatEntity, args, { where, orderBy: [{ validFrom: 'desc' }], withTotal });
    return connectionOf(page, (row) => showSeat(scope, row));
  }

  /** The seats that end within so many days, the next to end first. */
  async expiring(
    scope: RequestScope,
    args: ExpiringSeatsArguments,
    withTotal: boolean,
  ): Promise<Connection<Seat>> {
    const { withinDays } = checkInput(warning, args);
    const now = scope.clock.now();
    const until = new Date(now.getTime() + withinDays * day);
    const page = await scope.page(SeatEntity, args, {
      where: { state: 'HELD', validTo: { $gt: now, $lte: until } },
      orderBy: [{ validTo: 'asc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showSeat(scope, row));
  }

  /** Appoints a person of a member in standing to a body, for one term unless said otherwise. */
  appoint(scope: RequestScope, input: AppointSeatInput): Promise<SeatPayload> {
    return mutate(scope, options('appointSeat', input), async (transaction) => {
      if (!hasRole(scope.principal, 'SECRETARIAT')) {
        throw refuse('ACTION_FORBIDDEN', { action: 'appointSeat' });
      }
      checkInput(person, input);
      const from = input.from ?? scope.clock.now();
      const to = input.to ?? endOfTerm(from);
      if (to <= from) throw refuse('INTERVAL_EMPTY', {}, ['input', 'to']);
      return this.#sit(scope, transaction, {
        bodyId: input.bodyId,
        institutionId: input.institutionId,
        subject: input.subject,
        holderName: input.holderName,
        office: input.office,
        validFrom: from,
        validTo: to,
        term: 1,
      });
    });
  }

  /** Lets a seat go on for another term, from where it would have ended. */
  renew(scope: RequestScope, input: RenewSeatInput): Promise<SeatPayload> {
    return mutate(scope, options('renewSeat', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      seatMachine.check('renewSeat', seatContext(scope, row));
      row.validTo = endOfTerm(row.validTo);
      row.term += 1;
      await moveSeatGrant(transaction, row);
      return this.#done(scope, transaction, row);
    });
  }

  /** Ends a seat now, with the role that came with it; or says that a vacant one was seen to. */
  end(scope: RequestScope, input: EndSeatInput): Promise<SeatPayload> {
    return mutate(scope, options('endSeat', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      seatMachine.check('endSeat', seatContext(scope, row));
      const { reason } = checkInput(reasoned, input);
      // A vacant seat has ended already, and why it did stays.
      if (row.state === 'VACATED') row.state = seatMachine.next('endSeat', row.state);
      else await leaveSeat(scope, transaction, row, 'endSeat', reason);
      return this.#done(scope, transaction, row, reason);
    });
  }

  /** Ends one person's seat and gives the rest of the term to another of the same institution. */
  replaceHolder(scope: RequestScope, input: ReplaceSeatHolderInput): Promise<SeatPayload> {
    return mutate(scope, options('replaceSeatHolder', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      checkInput(person, input);
      const termEnds = row.validTo;
      seatMachine.check('replaceSeatHolder', seatContext(scope, row));
      const { reason } = checkInput(reasoned, input);
      await leaveSeat(scope, transaction, row, 'replaceSeatHolder', reason);
      await transaction.work(seatWork, row);
      return this.#sit(scope, transaction, {
        bodyId: row.bodyId,
        institutionId: row.institutionId,
        subject: input.subject,
        holderName: input.holderName,
        office: row.office,
        validFrom: row.validTo,
        validTo: termEnds,
        term: row.term,
        replacesSeatId: row.id,
      });
    });
  }

  async #sit(
    scope: RequestScope,
    transaction: MutationTransaction,
    seat: Pick<
      SeatRow,
      'bodyId' | 'institutionId' | 'subject' | 'holderName' | 'office' | 'validFrom' | 'validTo' | 'term'
    > & { replacesSeatId?: string },
  ) {
    const body = await transaction.lock(BodyEntity, seat.bodyId);
    if (body.endedAt != null) throw refuse('BODY_ENDED', {}, ['input', 'bodyId']);
    const now = scope.clock.now();
    const row = transaction.create(SeatEntity, {
      id: newId('Seat'),
      ...seat,
      state: 'HELD',
      appointedBy: scope.principal.subject,
      version: 1,
      createdAt: now,
    });
    await giveSeatGrant(transaction, body.kind, row, now);
    return this.#done(scope, transaction, row);
  }

  #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: { seatId: string; expectedVersion: number },
  ): Promise<SeatRow> {
    return transaction.lock(SeatEntity, input.seatId, {
      expectedVersion: input.expectedVersion,
      current: (row) => ({ seat: showSeat(scope, row) }),
    });
  }

  async #done(scope: RequestScope, transaction: MutationTransaction, row: SeatRow, reason?: string) {
    await transaction.flush();
    await transaction.work(seatWork, row);
    transaction.audited({
      subjectId: row.id,
      after: { state: row.state, from: row.validFrom.toISOString(), to: row.validTo.toISOString() },
      ...(reason === undefined ? {} : { detail: { reason } }),
    });
    transaction.wake('Body', row.bodyId);
    return { seat: showSeat(scope, row) };
  }
}

function options<Input extends object>(operation: string, input: Input) {
  return { operation, action: 'CHANGE_SEAT' as const, subjectType: 'Seat', input };
}
