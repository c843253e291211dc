import type { FilterQuery } from '@mikro-orm/postgresql';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import type { AvailableAction } from '../../kit/room/schema/shared-types.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { bodyOf } from '../bodies/body.loader.js';
import { votingSeats } from '../seats/voting-seats.js';
import { AttendanceEntity, MeetingEntity, type MeetingRow } from './meeting.entity.js';
import { arrangementOf, reasoned, titled } from './meeting-input-checks.js';
import type {
  CallMeetingInput,
  CancelMeetingInput,
  CloseMeetingInput,
  MeetingPayload,
  RequestSpecialMeetingInput,
  ScheduleMeetingInput,
  SupportSpecialMeetingInput,
  WithdrawMeetingRequestInput,
} from './meeting.inputs.js';
import { meetingById, meetingFacts, showMeeting } from './meeting.loader.js';
import { meetingMachine } from './meeting.machine.js';
import { isCalledByMajority } from './meeting-rhythm.js';
import { finishMeetingStep, meetingContext, meetingOptions, takeMeetingStep } from './meeting-step.js';
import { tellWhoCame } from './meeting-activity.js';
import type { Attendance, Meeting, MeetingsArguments, Presence } from './meeting.types.js';

constraintRefuses('meeting_support_key', () => refuse('MEETING_SUPPORTED'));

/** Meetings of the bodies: how they come about and end. */
export class MeetingService {
  /** One meeting; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<Meeting | null> {
    return scope.load(meetingById, id);
  }

  /** The meetings that the one who asks may see; those called for first, then the latest. */
  async list(scope: RequestScope, args: MeetingsArguments, withTotal: boolean): Promise<Connection<Meeting>> {
    const { bodyId, state } = args.filter ?? {};
    const where: FilterQuery<MeetingRow> = {
      ...(bodyId == null ? {} : { bodyId }),
      ...(state == null ? {} : { state }),
    };
    const page = await scope.page(MeetingEntity, args, {
      where,
      orderBy: [{ startsAt: 'desc nulls first' }],
      withTotal,
    });
    return connectionOf(page, (row) => showMeeting(scope, row));
  }

  /** Who came, as far as the one who asks may see it. */
  async attendance(
    scope: RequestScope,
    meetingId: string,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<Attendance>> {
    const page = await scope.page(AttendanceEntity, args, { where: { meetingId }, orderBy: [], withTotal });
    return connectionOf(page, (row) => ({
      id: row.id,
      seatId: row.seatId,
      institutionId: row.institutionId,
      presence: row.presence as Presence,
      representedBy: row.representedBy ?? null,
    }));
  }

  /** What the one who asks may do with a meeting now. */
  async availableActions(scope: RequestScope, meeting: Meeting): Promise<AvailableAction[]> {
    return meetingMachine
      .availableActions(meetingContext(scope, meeting.state, await meetingFacts(scope, meeting)))
      .filter(({ action }) => action !== 'reachMajority');
  }

  /** Calls a meeting; those who hold a seat when it begins are invited. */
  call(scope: RequestScope, input: CallMeetingInput): Promise<MeetingPayload> {
    return mutate(scope, meetingOptions('callMeeting', input), async (transaction) => {
      if (!hasRole(scope.principal, 'SECRETARIAT')) {
        throw refuse('ACTION_FORBIDDEN', { action: 'callMeeting' });
      }
      checkInput(titled, input);
      const arranged = await arrangementOf(transaction, input, scope.clock.now());
      const row = await this.#create(scope, transaction, input, {
        kind: input.kind,
        state: 'CALLED',
        invitedAt: arranged.startsAt,
      });
      Object.assign(row, arranged);
      return finishMeetingStep(scope, transaction, row);
    });
  }

  /** Begins a call for a special meeting; that is its first. */
  request(scope: RequestScope, input: RequestSpecialMeetingInput): Promise<MeetingPayload> {
    return mutate(scope, meetingOptions('requestSpecialMeeting', input), async (transaction) => {
      checkInput(titled, input);
      const row = await this.#create(scope, transaction, input, {
        kind: 'SPECIAL',
        state: 'REQUESTED',
        invitedAt: scope.clock.now(),
      });
      if (!row.invitedSubjects.includes(scope.principal.subject)) throw refuse('MEETING_NOT_INVITED');
      await transaction.flush();
      await this.#join(scope, transaction, row);
      return finishMeetingStep(scope, transaction, row);
    });
  }

  /** Joins a call; with more than half of the seats the secretariat has to schedule the meeting (charter art. 15). */
  support(scope: RequestScope, input: SupportSpecialMeetingInput): Promise<MeetingPayload> {
    return mutate(scope, meetingOptions('supportSpecialMeeting', input), async (transaction) => {
      const row = await transaction.lock(MeetingEntity, input.meetingId);
      await takeMeetingStep(scope, row, 'supportSpecialMeeting');
      await this.#join(scope, transaction, row);
      return finishMeetingStep(scope, transaction, row);
    });
  }

  /** Takes a call back that has not reached its majority. */
  withdrawRequest(scope: RequestScope, input: WithdrawMeetingRequestInput): Promise<MeetingPayload> {
    return this.#end(scope, input, 'withdrawMeetingRequest');
  }

  /** Sets the time and place of a meeting that was called for. */
  schedule(scope: RequestScope, input: ScheduleMeetingInput): Promise<MeetingPayload> {
    return mutate(scope, meetingOptions('scheduleMeeting', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      await takeMeetingStep(scope, row, 'scheduleMeeting');
      Object.assign(row, await arrangementOf(transaction, input, scope.clock.now()));
      return finishMeetingStep(scope, transaction, row);
    });
  }

  /** Cancels a meeting that was called. */
  cancel(scope: RequestScope, input: CancelMeetingInput): Promise<MeetingPayload> {
    return this.#end(scope, input, 'cancelMeeting');
  }

  /** Closes a meeting whose minutes are approved; for the members who came it counts as activity (charter art. 21.1). */
  close(scope: RequestScope, input: CloseMeetingInput): Promise<MeetingPayload> {
    return mutate(scope, meetingOptions('closeMeeting', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      await takeMeetingStep(scope, row, 'closeMeeting');
      await tellWhoCame(transaction, row);
      return finishMeetingStep(scope, transaction, row);
    });
  }

  #end(
    scope: RequestScope,
    input: WithdrawMeetingRequestInput,
    action: 'withdrawMeetingRequest' | 'cancelMeeting',
  ): Promise<MeetingPayload> {
    return mutate(scope, meetingOptions(action, input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      await takeMeetingStep(scope, row, action);
      const { reason } = checkInput(reasoned, input);
      return finishMeetingStep(scope, transaction, row, { reason });
    });
  }

  async #create(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: { bodyId: string; title: { zh: string; en: string } },
    { kind, state, invitedAt }: { kind: string; state: 'CALLED' | 'REQUESTED'; invitedAt: Date },
  ): Promise<MeetingRow> {
    const body = await bodyOf(transaction, input.bodyId);
    if (body.endedAt != null) throw refuse('BODY_ENDED', {}, ['input', 'bodyId']);
    const seats = await votingSeats(transaction.sql, body.id, invitedAt);
    if (seats.length === 0) throw refuse('MOTION_NO_ELECTORATE', {}, ['input', 'bodyId']);
    const now = scope.clock.now();
    return transaction.create(MeetingEntity, {
      id: newId('Meeting'),
      bodyId: body.id,
      kind,
      titleZh: input.title.zh,
      titleEn: input.title.en,
      agenda: [],
      state,
      stateSince: now,
      seats: seats.length,
      supporters: 0,
      invitedSubjects: seats.map(({ subject }) => subject),
      openedBy: scope.principal.subject,
      attendanceRecords: 0,
      minutesEdition: 0,
      version: 1,
      createdAt: now,
    });
  }

  async #join(scope: RequestScope, { sql }: MutationTransaction, row: MeetingRow): Promise<void> {
    const { subject } = scope.principal;
    const at = scope.clock.now();
    const [joined] = await sql.execute<{ seat_id: string }>(
      `insert into meeting_support (meeting_id, seat_id, subject, supported_at)
       select ?, id, subject, ?::timestamptz from seat
       where body_id = ? and subject = ? and valid_from <= ?::timestamptz and ?::timestamptz < valid_to
       returning seat_id`,
      [row.id, at.toISOString(), row.bodyId, subject, at.toISOString(), at.toISOString()],
    );
    // Invited when the call began, and gone since.
    if (joined === undefined) throw refuse('MEETING_NOT_INVITED');
    row.supporters += 1;
    if (!isCalledByMajority(row.supporters, row.seats)) return;
    row.state = meetingMachine.next('reachMajority', 'REQUESTED');
    row.stateSince = at;
  }

  #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: { meetingId: string; expectedVersion: number },
  ): Promise<MeetingRow> {
    return transaction.lock(MeetingEntity, input.meetingId, {
      expectedVersion: input.expectedVersion,
      current: (row) => ({ meeting: showMeeting(scope, row) }),
    });
  }
}
