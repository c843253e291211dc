import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { BodyEntity } from '../bodies/body.entity.js';
import { showBody } from '../bodies/body.loader.js';
import { votingSeats } from '../seats/voting-seats.js';
import { AttendanceEntity, MeetingEntity, MinutesEntity, type MeetingRow } from './meeting.entity.js';
import { checkAttendance, recorded } from './meeting-input-checks.js';
import type {
  ApproveMinutesInput,
  MeetingPayload,
  RecordAttendanceInput,
  RecordMinutesInput,
} from './meeting.inputs.js';
import { chairsOfBody, showMeeting } from './meeting.loader.js';
import { meetsEveryMonths, nextMeetingDue } from './meeting-rhythm.js';
import { finishMeetingStep, meetingOptions, takeMeetingStep } from './meeting-step.js';
import type { OverdueMeeting } from './meeting.types.js';

/** What is recorded of meetings: who came, the minutes, and whether the bodies meet in their rhythm. */
export class MeetingRecordService {
  /** Records who came, for seats of the body as they stood when the meeting began. */
  recordAttendance(scope: RequestScope, input: RecordAttendanceInput): Promise<MeetingPayload> {
    return mutate(scope, meetingOptions('recordAttendance', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      await takeMeetingStep(scope, row, 'recordAttendance');
      checkAttendance(input);
      const seats = await votingSeats(transaction.sql, row.bodyId, row.startsAt ?? scope.clock.now());
      const bySeat = new Map(seats.map((seat) => [seat.seat_id, seat]));
      const known = await transaction.find(AttendanceEntity, { meetingId: row.id });
      for (const [place, { seatId, presence, representedBy }] of input.seats.entries()) {
        const seat = bySeat.get(seatId);
        if (seat === undefined) {
          throw refuse('NOT_FOUND', { type: 'Seat', id: seatId }, ['input', 'seats', place, 'seatId']);
        }
        const said = {
          presence,
          representedBy: representedBy ?? null,
          recordedBy: scope.principal.subject,
        };
        const before = known.find((one) => one.seatId === seatId);
        if (before !== undefined) Object.assign(before, said);
        else {
          transaction.create(AttendanceEntity, {
            id: newId('Attendance'),
            meetingId: row.id,
            seatId,
            bodyId: row.bodyId,
            institutionId: seat.institution_id,
            ...said,
            version: 1,
            createdAt: scope.clock.now(),
          });
        }
      }
      row.attendanceRecords += 1;
      return finishMeetingStep(scope, transaction, row, { seats: input.seats.length });
    });
  }

  /** Records the minutes, or an edition that takes their place until they are approved. */
  recordMinutes(scope: RequestScope, input: RecordMinutesInput): Promise<MeetingPayload> {
    return mutate(scope, meetingOptions('recordMinutes', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      await takeMeetingStep(scope, row, 'recordMinutes');
      const { text } = checkInput(recorded, input);
      row.minutesEdition += 1;
      // A chair who came into office since the call has to see what is to be approved.
      const chairs = await scope.load(chairsOfBody, row.bodyId);
      row.invitedSubjects = [...new Set([...row.invitedSubjects, ...chairs])];
      transaction.create(MinutesEntity, {
        id: newId('Minutes'),
        meetingId: row.id,
        edition: row.minutesEdition,
        text,
        recordedBy: scope.principal.subject,
        version: 1,
        createdAt: scope.clock.now(),
      });
      return finishMeetingStep(scope, transaction, row, { edition: row.minutesEdition });
    });
  }

  /** The chair approves the last edition; never the one who recorded it (model.md section 3.12). */
  approveMinutes(scope: RequestScope, input: ApproveMinutesInput): Promise<MeetingPayload> {
    return mutate(scope, meetingOptions('approveMinutes', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      await takeMeetingStep(scope, row, 'approveMinutes');
      if (input.edition !== row.minutesEdition) throw refuse('MINUTES_OUTDATED', {}, ['input', 'edition']);
      const [minutes] = await transaction.find(MinutesEntity, { meetingId: row.id, edition: input.edition });
      if (minutes === undefined) throw refuse('MINUTES_OUTDATED', {}, ['input', 'edition']);
      if (minutes.recordedBy === scope.principal.subject) throw refuse('MINUTES_SAME_PERSON');
      minutes.approvedBy = scope.principal.subject;
      minutes.approvedAt = scope.clock.now();
      return finishMeetingStep(scope, transaction, row, { edition: input.edition });
    });
  }

  /**
   * The bodies that have not met in the rhythm of the charter, as of now; a body that never met counts from the day it
   * was entered here. What counts is an ordinary meeting that was held (who came is recorded, or it is closed): one that
   * was called and of which nothing is known is none, and special ones come on top of the rhythm (art. 15). For the secretariat, who alone sees every meeting.
   * @throws AmrloError `ACTION_FORBIDDEN`
   */
  async overdue(scope: RequestScope): Promise<OverdueMeeting[]> {
    if (!hasRole(scope.principal, 'SECRETARIAT')) {
      throw refuse('ACTION_FORBIDDEN', { action: 'overdueMeetings' });
    }
    const now = scope.clock.now();
    const bodies = await scope.find(BodyEntity, {
      kind: { $in: Object.keys(meetsEveryMonths) },
      endedAt: null,
    });
    const { sql } = await scope.unit();
    const held = await sql.execute<{ body_id: string; last: Date | string }>(
      `select body_id, max(starts_at) as last from meeting
       where kind = 'ORDINARY' and (attendance_records > 0 or state = 'CLOSED') and starts_at <= ?::timestamptz
       group by body_id`,
      [now.toISOString()],
    );
    const lastOf = new Map(held.map(({ body_id: id, last }) => [id, new Date(last)]));
    return bodies.flatMap((body) => {
      const lastHeldAt = lastOf.get(body.id) ?? null;
      const months = meetsEveryMonths[body.kind as keyof typeof meetsEveryMonths] ?? 0;
      const overdueSince = nextMeetingDue(lastHeldAt ?? body.createdAt, months);
      return overdueSince > now ? [] : [{ body: showBody(body), lastHeldAt, overdueSince }];
    });
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
