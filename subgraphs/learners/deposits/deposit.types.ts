import { ArgsType, Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import { Credits, SteppedObject } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The states of a deposit. */
export enum DepositState {
  VALIDATED = 'VALIDATED',
  HELD = 'HELD',
  BANKED = 'BANKED',
  REJECTED = 'REJECTED',
  REVOKED = 'REVOKED',
}
registerEnumType(DepositState, {
  name: 'DepositState',
  description:
    'The state of a deposit. HELD waits for an active account and is seen by the depositing school only.',
});

/** The kinds of outcomes; they never mix (model.md section 9.5). */
export enum DepositCategory {
  ACADEMIC = 'ACADEMIC',
  VOCATIONAL = 'VOCATIONAL',
  CULTURE_LEISURE = 'CULTURE_LEISURE',
}
registerEnumType(DepositCategory, {
  name: 'DepositCategory',
  description:
    'The kind of outcome: 学历教育, 职业培训, 文化休闲. Culture and leisure is never a source of a conversion.',
});

/** Where a deposit's content was read. */
@ObjectType({ description: "Where a deposit's content was read, as it was at that moment." })
export class DepositSource {
  @Field(() => String, { nullable: true, description: "The school's records system, in its maker's words." })
  system!: string | null;

  @Field(() => String, { nullable: true, description: 'How it was reached: SQL, REST, SOAP or DROP.' })
  method!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The moment of which the content is true.' })
  asOf!: Date | null;

  @Field(() => String, { description: 'LIVE, or CACHED for a delivered copy within its agreed age.' })
  freshness!: string;

  @Field(() => String, { nullable: true, description: 'The hash of the row at the school.' })
  evidenceHash!: string | null;
}

/** A learning outcome that was deposited (存入的学习成果). */
@ObjectType({ description: 'A learning outcome in the bank (存入的学习成果). Its content never changes.' })
@Directive('@key(fields: "id")')
@Authenticated()
export class Deposit extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'The institution that issued the result.' })
  issuerId!: string;

  @Field(() => String)
  studentNumber!: string;

  @Field(() => String, { description: "The result's key at the school." })
  nativeKey!: string;

  @Field(() => String, { nullable: true })
  courseCode!: string | null;

  @Field(() => String)
  title!: string;

  @Field(() => DepositCategory)
  category!: DepositCategory;

  @Field(() => Credits)
  credits!: Credits;

  @Field(() => DecimalScalar, { nullable: true, description: 'Contact hours.' })
  hours!: string | null;

  @Field(() => String, { nullable: true, description: 'The grade as the school writes it.' })
  grade!: string | null;

  @Field(() => String, { nullable: true, description: 'The scale of the grade, for example CN-PERCENT.' })
  gradeScale!: string | null;

  @Field(() => DateScalar, { nullable: true })
  awardedOn!: string | null;

  @Field(() => String, { nullable: true, description: 'The academic term, for example 2018-2019-1.' })
  term!: string | null;

  @Field(() => String, { description: 'Which sitting counts: FIRST, RESIT, RETAKE or DEFERRED.' })
  attempt!: string;

  @Field(() => DepositState)
  state!: DepositState;

  @Field(() => DateTimeScalar, { description: 'Since when the deposit is in this state.' })
  since!: Date;

  @Field(() => String, { description: 'Who entered it, masked.' })
  enteredBy!: string;

  @Field(() => String, { nullable: true, description: 'Who reviewed it, masked.' })
  reviewedBy!: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  reviewedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was rejected or revoked.' })
  reason!: string | null;

  @Field(() => DepositSource)
  source!: DepositSource;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  /** For the field resolvers; not a field of the graph. */
  learnerId!: string | null;
}

/** A page of deposits. */
export const DepositConnection = connectionType(Deposit, 'Deposit');

/** Which deposits to list. */
@InputType({ description: 'Which deposits to list; conditions are joined by AND.' })
export class DepositFilter {
  @Field(() => ID, { nullable: true })
  issuerId?: string;

  @Field(() => DepositState, { nullable: true })
  state?: DepositState;

  @Field(() => DepositCategory, { nullable: true })
  category?: DepositCategory;

  @Field(() => String, { nullable: true })
  studentNumber?: string;
}

/** How deposits are ordered. */
export enum DepositOrder {
  NEWEST = 'NEWEST',
  OLDEST = 'OLDEST',
  AWARDED_ASC = 'AWARDED_ASC',
  AWARDED_DESC = 'AWARDED_DESC',
}
registerEnumType(DepositOrder, { name: 'DepositOrder' });

/** The arguments of `deposits`. */
@ArgsType()
export class DepositsArguments extends PageArguments {
  @Field(() => DepositFilter, { nullable: true })
  filter?: DepositFilter;

  @Field(() => DepositOrder, { nullable: true, defaultValue: DepositOrder.NEWEST })
  orderBy!: DepositOrder;
}

/** A result to deposit. Amounts are read from the school's record and never typed. */
@InputType({
  description: "A result to deposit; amounts and grade are read from the school's record, never typed.",
})
export class EnterDepositInput {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  studentNumber!: string;

  @Field(() => String, { description: "The result's key at the school (CourseResult.nativeKey)." })
  nativeKey!: string;

  @Field(() => DepositCategory, { nullable: true, defaultValue: DepositCategory.ACADEMIC })
  category!: DepositCategory;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What a reviewer decides. */
export enum ReviewDecision {
  APPROVE = 'APPROVE',
  REJECT = 'REJECT',
}
registerEnumType(ReviewDecision, { name: 'ReviewDecision' });

/** The review of a deposit, by another person than the one who entered it. */
@InputType({ description: 'The review of a deposit, by another person than the one who entered it.' })
export class ReviewDepositInput extends stepInput('depositId') {
  @Field(() => ReviewDecision)
  decision!: ReviewDecision;

  @Field(() => String, { nullable: true, description: 'Needed to reject; one to 500 characters.' })
  reason?: string;
}

/** The withdrawal of a deposit by its issuer. */
@InputType({ description: 'The withdrawal of a deposit by its issuer; the deposit stays, marked.' })
export class RevokeDepositInput extends reasonedStepInput('depositId', 'Why; one to 500 characters.') {}

/** What a mutation of a deposit answers. */
export type DepositPayload = Payload<{ deposit: Deposit }>;

/** What `enterDeposit` answers. */
export const EnterDepositPayload = payloadType('enterDeposit', 'deposit', Deposit);
/** What `reviewDeposit` answers. */
export const ReviewDepositPayload = payloadType('reviewDeposit', 'deposit', Deposit);
/** What `revokeDeposit` answers. */
export const RevokeDepositPayload = payloadType('revokeDeposit', 'deposit', Deposit);
