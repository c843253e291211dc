import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { Upload, UploadInput } from '../../kit/room/files/upload.types.js';
import { payloadType } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The four kinds of activity of charter art. 21.1. */
export enum ActivityKind {
  RESOURCE = 'RESOURCE',
  CONVERSION = 'CONVERSION',
  TRADE = 'TRADE',
  ALLIANCE_ACTIVITY = 'ALLIANCE_ACTIVITY',
}
registerEnumType(ActivityKind, {
  name: 'ActivityKind',
  description:
    'The four kinds of activity of charter art. 21.1: building resources, converting, trading resources, activities of the alliance.',
});

/** One entry of the ledger of what members do. */
@ObjectType({
  description: 'One entry of the ledger of what members do (charter art. 21.1). It is never changed.',
})
export class MemberActivity {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => ActivityKind)
  kind!: ActivityKind;

  @Field(() => DateScalar)
  occurredOn!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String, { description: 'The room whose event it is, or `secretariat`.' })
  source!: string;

  @Field(() => String, { nullable: true, description: 'The type of what it is about.' })
  subjectType!: string | null;

  @Field(() => ID, { nullable: true })
  subjectId!: string | null;

  @Field(() => String, { nullable: true, description: 'For what happened outside the system.' })
  evidence!: string | null;

  @Field(() => String, { nullable: true, description: 'The SHA-256 of the evidence file, in hexadecimal.' })
  evidenceSha256!: string | null;

  @Field(() => ID, { nullable: true, description: 'The entry that this one takes back.' })
  retractsId!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it takes that back.' })
  reason!: string | null;

  @Field(() => String)
  recordedBy!: string;

  @Field(() => DateTimeScalar)
  recordedAt!: Date;
}

/** A page of the ledger. */
export const MemberActivityConnection = connectionType(MemberActivity, 'MemberActivity');

/** Which entries to list. */
@InputType({ description: 'Which entries to list; conditions are joined by AND.' })
export class MemberActivityFilter {
  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => ActivityKind, { nullable: true })
  kind?: ActivityKind;

  @Field(() => DateScalar, { nullable: true, description: 'From this day on.' })
  from?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Before this day.' })
  before?: string;
}

/** The arguments of `memberActivities`. */
@ArgsType()
export class MemberActivitiesArguments extends PageArguments {
  @Field(() => MemberActivityFilter, { nullable: true })
  filter?: MemberActivityFilter;
}

/** The activity of one kind. */
@ObjectType({ description: 'What counts of one kind.' })
export class ActivityOfKind {
  @Field(() => ActivityKind)
  kind!: ActivityKind;

  @Field(() => DateScalar)
  lastOccurredOn!: string;

  @Field(() => Int, { description: 'How many in the three years until the day that was asked for.' })
  countInWindow!: number;
}

/** The activity of one kind in one year. */
@ObjectType({ description: 'How much counted of one kind in one year.' })
export class ActivityOfYear {
  @Field(() => Int)
  year!: number;

  @Field(() => ActivityKind)
  kind!: ActivityKind;

  @Field(() => Int)
  count!: number;
}

/** What is known of a member's activity. */
@ObjectType({
  description: "What is known of a member's activity on a day (charter art. 21.1). It decides nothing.",
})
export class ActivityEvidence {
  @Field(() => DateScalar)
  asOf!: string;

  @Field(() => DateScalar)
  memberSince!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'Since when it has been active without a break, on the day asked about; null where it was not active then.',
  })
  activeSince!: string | null;

  @Field(() => Boolean, {
    description: 'Whether an exit for inactivity may be proposed to the standing council.',
  })
  isCandidate!: boolean;

  @Field(() => DateScalar, { nullable: true, description: 'Null when nothing ever counted.' })
  lastActivityOn!: string | null;

  @Field(() => [ActivityOfKind])
  kinds!: readonly ActivityOfKind[];

  @Field(() => [ActivityOfYear])
  years!: readonly ActivityOfYear[];
}

/** A member of which nothing counted for three years. */
@ObjectType({ description: 'A member of which nothing counted for three years (charter art. 21.1).' })
export class InactivityCandidate {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  memberCode!: string;

  @Field(() => ActivityEvidence)
  evidence!: ActivityEvidence;
}

/** A page of candidates. */
export const InactivityCandidateConnection = connectionType(InactivityCandidate, 'InactivityCandidate');

/** The arguments of `inactivityCandidates`. */
@ArgsType()
export class InactivityCandidatesArguments extends PageArguments {
  @Field(() => DateScalar, { nullable: true, description: 'The day to look at; today when left out.' })
  asOf?: string;
}

/** Something that a member did outside the system. */
@InputType({ description: 'Something that a member did outside the system, with evidence.' })
export class RecordActivityInput {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => ActivityKind)
  kind!: ActivityKind;

  @Field(() => DateScalar, { description: 'When; not later than today.' })
  occurredOn!: string;

  @Field(() => String, { description: 'What, at most 200 characters.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'How it is known, at most 2,000 characters.' })
  evidence?: string;

  @Field(() => ID, { nullable: true, description: 'A finished upload of `createActivityEvidenceUpload`.' })
  evidenceUploadId?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** An entry to take back. */
@InputType({ description: 'An entry to take back; it stays, and another one says that it does not count.' })
export class RetractActivityInput {
  @Field(() => ID)
  activityId!: string;

  @Field(() => String, { description: 'Why, at most 1,000 characters.' })
  reason!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `createActivityEvidenceUpload` takes. */
@InputType({ description: 'A file to send as evidence of an activity, at most 16 MiB.' })
export class CreateActivityEvidenceUploadInput extends UploadInput {}

/** What a mutation of the ledger answers. */
export type MemberActivityPayload = Payload<{ activity: MemberActivity }>;

/** What `createActivityEvidenceUpload` answers. */
export const CreateActivityEvidenceUploadPayload = payloadType(
  'createActivityEvidenceUpload',
  'upload',
  Upload,
);
/** What `recordActivity` answers. */
export const RecordActivityPayload = payloadType('recordActivity', 'activity', MemberActivity);
/** What `retractActivity` answers. */
export const RetractActivityPayload = payloadType('retractActivity', 'activity', MemberActivity);
