import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import {
  ApproveMinutesInput,
  ApproveMinutesPayload,
  RecordAttendanceInput,
  RecordAttendancePayload,
  RecordMinutesInput,
  RecordMinutesPayload,
  type MeetingPayload,
} from './meeting.inputs.js';
import type { MeetingRecordService } from './meeting-record.service.js';
import { OverdueMeeting } from './meeting.types.js';

/** What is recorded of meetings. */
@Resolver()
export class MeetingRecordResolver {
  readonly #records: MeetingRecordService;

  constructor(records: MeetingRecordService) {
    this.#records = records;
  }

  @Query(() => [OverdueMeeting], {
    nullable: true,
    description: 'The bodies that have not met in the rhythm of the charter, as of now.',
  })
  @RequiresRole('SECRETARIAT')
  overdueMeetings(@Ctx() { scope }: RoomContext): Promise<OverdueMeeting[]> {
    return this.#records.overdue(scope);
  }

  @Mutation(() => RecordAttendancePayload, { nullable: true, description: 'Records who came to a meeting.' })
  @RequiresRole('SECRETARIAT')
  recordAttendance(
    @Arg('input', () => RecordAttendanceInput) input: RecordAttendanceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MeetingPayload> {
    return this.#records.recordAttendance(scope, input);
  }

  @Mutation(() => RecordMinutesPayload, { nullable: true, description: 'Records the minutes of a meeting.' })
  @RequiresRole('SECRETARIAT')
  recordMinutes(
    @Arg('input', () => RecordMinutesInput) input: RecordMinutesInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MeetingPayload> {
    return this.#records.recordMinutes(scope, input);
  }

  @Mutation(() => ApproveMinutesPayload, {
    nullable: true,
    description: 'Approves the minutes; for the chair of the body.',
  })
  @Authenticated()
  approveMinutes(
    @Arg('input', () => ApproveMinutesInput) input: ApproveMinutesInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MeetingPayload> {
    return this.#records.approveMinutes(scope, input);
  }
}
