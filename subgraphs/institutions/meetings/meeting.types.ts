import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { BilingualText, Body } from '../bodies/body.types.js';

/** The kinds of meetings. */
export enum MeetingKind {
  ORDINARY = 'ORDINARY',
  SPECIAL = 'SPECIAL',
}
registerEnumType(MeetingKind, {
  name: 'MeetingKind',
  description: 'ORDINARY is the yearly rhythm; SPECIAL is called for by more than half of the seats.',
});

/** The states of a meeting. */
export enum MeetingState {
  REQUESTED = 'REQUESTED',
  TO_SCHEDULE = 'TO_SCHEDULE',
  CALLED = 'CALLED',
  MINUTES_RECORDED = 'MINUTES_RECORDED',
  MINUTES_APPROVED = 'MINUTES_APPROVED',
  CLOSED = 'CLOSED',
  WITHDRAWN = 'WITHDRAWN',
  CANCELLED = 'CANCELLED',
}
registerEnumType(MeetingState, { name: 'MeetingState', description: 'The state of a meeting.' });

/** Whether the holder of a seat came. */
export enum Presence {
  PRESENT = 'PRESENT',
  REPRESENTED = 'REPRESENTED',
  ABSENT = 'ABSENT',
}
registerEnumType(Presence, { name: 'Presence', description: 'Whether the holder of a seat came.' });

/** A point of an agenda. */
@ObjectType({ description: 'A point of an agenda.' })
export class AgendaPoint {
  @Field(() => BilingualText)
  title!: BilingualText;

  @Field(() => ID, { nullable: true, description: 'The motion that it is about.' })
  motionId!: string | null;
}

/** What was recorded of a meeting. */
@ObjectType({ description: 'What was recorded of a meeting; a correction is a further edition.' })
export class Minutes {
  @Field(() => Int)
  edition!: number;

  @Field(() => String)
  text!: string;

  @Field(() => DateTimeScalar)
  recordedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the chair approved this edition.' })
  approvedAt!: Date | null;
}

/** A meeting of a body, or a call for one. */
@ObjectType({ description: 'A meeting of a body, or a call for one.' })
export class Meeting {
  @Field(() => ID)
  id!: string;

  /** For the field resolvers; not fields of the graph. */
  bodyId!: string;
  isOpener!: boolean;
  isHeld!: boolean;

  @Field(() => MeetingKind)
  kind!: MeetingKind;

  @Field(() => BilingualText)
  title!: BilingualText;

  @Field(() => [AgendaPoint])
  agenda!: AgendaPoint[];

  @Field(() => MeetingState)
  state!: MeetingState;

  @Field(() => DateTimeScalar, { nullable: true })
  startsAt!: Date | null;

  @Field(() => String, { nullable: true })
  place!: string | null;

  @Field(() => String, { nullable: true, description: 'For those who are invited and the secretariat.' })
  link!: string | null;

  @Field(() => Int, { description: 'The seats of the body, as they stood when it was called or called for.' })
  seats!: number;

  @Field(() => Int, { description: 'How many seats call for a special meeting.' })
  supporters!: number;

  @Field(() => Boolean, { description: 'Whether the one who asks is invited.' })
  isInvited!: boolean;

  @Field(() => Int)
  version!: number;
}

/** Whether the holder of a seat came to a meeting. */
@ObjectType({ description: 'Whether the holder of a seat came to a meeting.' })
export class Attendance {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  seatId!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => Presence)
  presence!: Presence;

  @Field(() => String, { nullable: true, description: 'Who came instead.' })
  representedBy!: string | null;
}

/** How often a member came to the meetings of a body. */
@ObjectType({
  description: 'How often a member came to the meetings of a body for which attendance is recorded.',
})
export class AttendanceRate {
  @Field(() => Int)
  meetings!: number;

  @Field(() => Int)
  present!: number;

  @Field(() => Int)
  represented!: number;

  @Field(() => Int)
  absent!: number;
}

/** The arguments of `attendance` of a seat. */
@ArgsType()
export class AttendancePeriodArguments {
  @Field(() => DateScalar, { nullable: true, description: 'Only meetings that began on this day or later.' })
  from?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Only meetings that began before this day.' })
  to?: string;
}

/** A body that has not met in time. */
@ObjectType({ description: 'A body that has not met in the rhythm of the charter (art. 13, 15).' })
export class OverdueMeeting {
  @Field(() => Body)
  body!: Body;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Its last ordinary meeting that was held; null when none is known.',
  })
  lastHeldAt!: Date | null;

  @Field(() => DateTimeScalar, { description: 'Since when the next one is overdue.' })
  overdueSince!: Date;
}

/** A page of meetings. */
export const MeetingConnection = connectionType(Meeting, 'Meeting');
/** A page of attendance. */
export const AttendanceConnection = connectionType(Attendance, 'Attendance');

/** Which meetings to list. */
@InputType({ description: 'Which meetings to list; conditions are joined by AND.' })
export class MeetingFilter {
  @Field(() => ID, { nullable: true })
  bodyId?: string;

  @Field(() => MeetingState, { nullable: true })
  state?: MeetingState;
}

/** The arguments of `meetings`. */
@ArgsType()
export class MeetingsArguments extends PageArguments {
  @Field(() => MeetingFilter, { nullable: true })
  filter?: MeetingFilter;
}
