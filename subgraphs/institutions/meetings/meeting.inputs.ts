import { Field, ID, InputType, Int } from 'type-graphql';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { BilingualTextInput } from '../bodies/body.types.js';
import { Meeting, MeetingKind, Presence } from './meeting.types.js';

/** A point of an agenda as it is given. */
@InputType({ description: 'A point of an agenda.' })
export class AgendaPointInput {
  @Field(() => BilingualTextInput)
  title!: BilingualTextInput;

  @Field(() => ID, { nullable: true, description: 'The motion that it is about.' })
  motionId?: string;
}

/** What `callMeeting` takes. */
@InputType({ description: 'A meeting of a body: when, where, about what. A place or a link is needed.' })
export class CallMeetingInput {
  @Field(() => ID)
  bodyId!: string;

  @Field(() => MeetingKind)
  kind!: MeetingKind;

  @Field(() => BilingualTextInput)
  title!: BilingualTextInput;

  @Field(() => [AgendaPointInput], { description: 'At most 50, in their order.' })
  agenda!: AgendaPointInput[];

  @Field(() => DateTimeScalar)
  startsAt!: Date;

  @Field(() => String, { nullable: true })
  place?: string;

  @Field(() => String, { nullable: true, description: 'An https address.' })
  link?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `requestSpecialMeeting` takes. */
@InputType({ description: 'What a special meeting is called for; the request is the first call.' })
export class RequestSpecialMeetingInput {
  @Field(() => ID)
  bodyId!: string;

  @Field(() => BilingualTextInput)
  title!: BilingualTextInput;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `supportSpecialMeeting` takes. */
@InputType({ description: 'The call that the one who asks joins for their seat.' })
export class SupportSpecialMeetingInput {
  @Field(() => ID)
  meetingId!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `withdrawMeetingRequest` takes. */
@InputType({ description: 'The call to withdraw, on the version that the caller has seen.' })
export class WithdrawMeetingRequestInput extends reasonedStepInput(
  'meetingId',
  'Why; 1 to 500 characters.',
) {}

/** What `scheduleMeeting` takes. */
@InputType({
  description: 'When and where the meeting is held that was called for. A place or a link is needed.',
})
export class ScheduleMeetingInput extends stepInput('meetingId') {
  @Field(() => [AgendaPointInput], { description: 'At most 50, in their order.' })
  agenda!: AgendaPointInput[];

  @Field(() => DateTimeScalar)
  startsAt!: Date;

  @Field(() => String, { nullable: true })
  place?: string;

  @Field(() => String, { nullable: true, description: 'An https address.' })
  link?: string;
}

/** What `cancelMeeting` takes. */
@InputType({ description: 'The meeting to cancel, on the version that the caller has seen.' })
export class CancelMeetingInput extends reasonedStepInput('meetingId', 'Why; 1 to 500 characters.') {}

/** Whether the holder of one seat came. */
@InputType({ description: 'Whether the holder of a seat came.' })
export class SeatAttendanceInput {
  @Field(() => ID)
  seatId!: string;

  @Field(() => Presence)
  presence!: Presence;

  @Field(() => String, { nullable: true, description: 'Who came instead; for REPRESENTED.' })
  representedBy?: string;
}

/** What `recordAttendance` takes. */
@InputType({
  description:
    'Who came; seats of the body as they stood at the meeting. Later records replace earlier ones.',
})
export class RecordAttendanceInput extends stepInput('meetingId') {
  @Field(() => [SeatAttendanceInput], { description: '1 to 1000.' })
  seats!: SeatAttendanceInput[];
}

/** What `recordMinutes` takes. */
@InputType({ description: 'The minutes, or the edition that takes their place until they are approved.' })
export class RecordMinutesInput extends stepInput('meetingId') {
  @Field(() => String, { description: '1 to 100,000 characters.' })
  text!: string;
}

/** What `approveMinutes` takes. */
@InputType({ description: 'The edition of the minutes that the chair has read.' })
export class ApproveMinutesInput extends stepInput('meetingId') {
  @Field(() => Int)
  edition!: number;
}

/** What `closeMeeting` takes. */
@InputType({ description: 'The meeting to close, on the version that the caller has seen.' })
export class CloseMeetingInput extends stepInput('meetingId') {}

/** What a mutation of a meeting answers. */
export type MeetingPayload = Payload<{ meeting: Meeting }>;

/** What `callMeeting` answers. */
export const CallMeetingPayload = payloadType('callMeeting', 'meeting', Meeting);
/** What `requestSpecialMeeting` answers. */
export const RequestSpecialMeetingPayload = payloadType('requestSpecialMeeting', 'meeting', Meeting);
/** What `supportSpecialMeeting` answers. */
export const SupportSpecialMeetingPayload = payloadType('supportSpecialMeeting', 'meeting', Meeting);
/** What `withdrawMeetingRequest` answers. */
export const WithdrawMeetingRequestPayload = payloadType('withdrawMeetingRequest', 'meeting', Meeting);
/** What `scheduleMeeting` answers. */
export const ScheduleMeetingPayload = payloadType('scheduleMeeting', 'meeting', Meeting);
/** What `cancelMeeting` answers. */
export const CancelMeetingPayload = payloadType('cancelMeeting', 'meeting', Meeting);
/** What `recordAttendance` answers. */
export const RecordAttendancePayload = payloadType('recordAttendance', 'meeting', Meeting);
/** What `recordMinutes` answers. */
export const RecordMinutesPayload = payloadType('recordMinutes', 'meeting', Meeting);
/** What `approveMinutes` answers. */
export const ApproveMinutesPayload = payloadType('approveMinutes', 'meeting', Meeting);
/** What `closeMeeting` answers. */
export const CloseMeetingPayload = payloadType('closeMeeting', 'meeting', Meeting);
