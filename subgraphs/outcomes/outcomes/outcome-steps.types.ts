import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { UserError } from '../../kit/room/schema/user-error.js';
import { LearningOutcome, OutcomeKind } from './outcome.types.js';

/** What every step says: on which version of which outcome. */
@InputType()
export class OutcomeStepInput {
  @Field(() => ID)
  outcomeId!: string;

  @Field(() => Int)
  expectedVersion!: number;
}

/** A step that must be explained; the explanation is shown to the other side. */
@InputType()
export class ReasonedOutcomeStepInput extends OutcomeStepInput {
  @Field(() => String, { description: 'One to 2,000 characters.' })
  reason!: string;
}

/** What every mutation of an outcome answers. */
@ObjectType()
export class OutcomePayload {
  @Field(() => LearningOutcome, { nullable: true })
  outcome!: LearningOutcome | null;

  @Field(() => [UserError])
  userErrors!: UserError[];
}

/** Proposes an outcome, or a new edition of one. */
@InputType({
  description: 'Proposes an outcome for certification, or a new edition of one of the same issuer.',
})
export class ProposeOutcomeInput {
  @Field(() => ID)
  issuerId!: string;

  @Field(() => String, { description: 'Three to 40 capital letters, digits or hyphens.' })
  outcomeCode!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String, { nullable: true })
  description?: string;

  @Field(() => OutcomeKind)
  kind!: OutcomeKind;

  @Field(() => Int, { nullable: true, description: 'The level in the framework, 1 to 10.' })
  level?: number;

  @Field(() => ID, { nullable: true, description: "A course of the issuer's catalog." })
  courseId?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `proposeOutcome` answers. */
@ObjectType()
export class ProposeOutcomePayload extends OutcomePayload {}

/** What `beginOutcomeCheck` takes. */
@InputType()
export class BeginOutcomeCheckInput extends OutcomeStepInput {}

/** What `beginOutcomeCheck` answers. */
@ObjectType()
export class BeginOutcomeCheckPayload extends OutcomePayload {}

/** What `requestOutcomeSupplement` takes. */
@InputType()
export class RequestOutcomeSupplementInput extends ReasonedOutcomeStepInput {}

/** What `requestOutcomeSupplement` answers. */
@ObjectType()
export class RequestOutcomeSupplementPayload extends OutcomePayload {}

/** What `sendOutcomeSupplement` takes. */
@InputType()
export class SendOutcomeSupplementInput extends OutcomeStepInput {
  @Field(() => String, { description: 'One to 2,000 characters.' })
  supplement!: string;
}

/** What `sendOutcomeSupplement` answers. */
@ObjectType()
export class SendOutcomeSupplementPayload extends OutcomePayload {}

/** What `acceptOutcomeCheck` takes. */
@InputType()
export class AcceptOutcomeCheckInput extends OutcomeStepInput {}

/** What `acceptOutcomeCheck` answers. */
@ObjectType()
export class AcceptOutcomeCheckPayload extends OutcomePayload {}

/** What `assignOutcomeExpert` takes. */
@InputType()
export class AssignOutcomeExpertInput extends OutcomeStepInput {
  @Field(() => String, { description: "The expert's subject at the identity provider." })
  expertSubject!: string;
}

/** What `assignOutcomeExpert` answers. */
@ObjectType()
export class AssignOutcomeExpertPayload extends OutcomePayload {}

/** What `certifyOutcome` takes. */
@InputType()
export class CertifyOutcomeInput extends OutcomeStepInput {
  @Field(() => DateScalar, { description: 'May lie before the decision, so that an old result counts.' })
  recognisedFrom!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Exclusive; left out for no end.' })
  validUntil?: string;
}

/** What `certifyOutcome` answers. */
@ObjectType()
export class CertifyOutcomePayload extends OutcomePayload {}

/** What `rejectOutcome` takes. */
@InputType()
export class RejectOutcomeInput extends ReasonedOutcomeStepInput {}

/** What `rejectOutcome` answers. */
@ObjectType()
export class RejectOutcomePayload extends OutcomePayload {}

/** What `fileOutcomeAppeal` takes. */
@InputType()
export class FileOutcomeAppealInput extends ReasonedOutcomeStepInput {}

/** What `fileOutcomeAppeal` answers. */
@ObjectType()
export class FileOutcomeAppealPayload extends OutcomePayload {}

/** What `withdrawOutcome` takes. */
@InputType()
export class WithdrawOutcomeInput extends ReasonedOutcomeStepInput {}

/** What `withdrawOutcome` answers. */
@ObjectType()
export class WithdrawOutcomePayload extends OutcomePayload {}

/** What `suspendOutcome` takes. */
@InputType()
export class SuspendOutcomeInput extends ReasonedOutcomeStepInput {}

/** What `suspendOutcome` answers. */
@ObjectType()
export class SuspendOutcomePayload extends OutcomePayload {}

/** What `reinstateOutcome` takes. */
@InputType()
export class ReinstateOutcomeInput extends ReasonedOutcomeStepInput {}

/** What `reinstateOutcome` answers. */
@ObjectType()
export class ReinstateOutcomePayload extends OutcomePayload {}

/** What `expireOutcome` takes. */
@InputType()
export class ExpireOutcomeInput extends OutcomeStepInput {}

/** What `expireOutcome` answers. */
@ObjectType()
export class ExpireOutcomePayload extends OutcomePayload {}

/** What `withdrawCertification` takes. */
@InputType()
export class WithdrawCertificationInput extends ReasonedOutcomeStepInput {}

/** What `withdrawCertification` answers. */
@ObjectType()
export class WithdrawCertificationPayload extends OutcomePayload {}
