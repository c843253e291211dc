import { Field, ID, InputType, Int } from 'type-graphql';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { LearningOutcome, OutcomeKind } from './outcome.types.js';

/** What every step says: on which version of which outcome. */
@InputType()
export class OutcomeStepInput extends stepInput('outcomeId') {}

/** A step that must be explained; the explanation is shown to the other side. */
@InputType()
export class ReasonedOutcomeStepInput extends reasonedStepInput('outcomeId', 'One to 2,000 characters.') {}

/** What a mutation of an outcome answers. */
export type OutcomePayload = Payload<{ outcome: LearningOutcome }>;

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
export const ProposeOutcomePayload = payloadType('proposeOutcome', 'outcome', LearningOutcome);

/** What `beginOutcomeCheck` takes. */
@InputType()
export class BeginOutcomeCheckInput extends OutcomeStepInput {}

/** What `beginOutcomeCheck` answers. */
export const BeginOutcomeCheckPayload = payloadType('beginOutcomeCheck', 'outcome', LearningOutcome);

/** What `requestOutcomeSupplement` takes. */
@InputType()
export class RequestOutcomeSupplementInput extends ReasonedOutcomeStepInput {}

/** What `requestOutcomeSupplement` answers. */
export const RequestOutcomeSupplementPayload = payloadType(
  'requestOutcomeSupplement',
  'outcome',
  LearningOutcome,
);

/** What `sendOutcomeSupplement` takes. */
@InputType()
export class SendOutcomeSupplementInput extends OutcomeStepInput {
  @Field(() => String, { description: 'One to 2,000 characters.' })
  supplement!: string;
}

/** What `sendOutcomeSupplement` answers. */
export const SendOutcomeSupplementPayload = payloadType('sendOutcomeSupplement', 'outcome', LearningOutcome);

/** What `acceptOutcomeCheck` takes. */
@InputType()
export class AcceptOutcomeCheckInput extends OutcomeStepInput {}

/** What `acceptOutcomeCheck` answers. */
export const AcceptOutcomeCheckPayload = payloadType('acceptOutcomeCheck', 'outcome', LearningOutcome);

/** What `assignOutcomeExpert` takes. */
@InputType()
export class AssignOutcomeExpertInput extends OutcomeStepInput {
  @Field(() => String, { description: "The expert's subject at the identity provider." })
  expertSubject!: string;
}

/** What `assignOutcomeExpert` answers. */
export const AssignOutcomeExpertPayload = payloadType('assignOutcomeExpert', 'outcome', LearningOutcome);

/** What `certifyOutcome` takes. */
@InputType()
export class CertifyOutcomeInput extends OutcomeStepInput {
  @Field(() => DateScalar, { description: 'May lie before the decision, so that an old result counts.' })
  recognisedFrom!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Exclusive; left out for no end.' })
  validUntil?: string;
}

/** What `certifyOutcome` answers. */
export const CertifyOutcomePayload = payloadType('certifyOutcome', 'outcome', LearningOutcome);

/** What `rejectOutcome` takes. */
@InputType()
export class RejectOutcomeInput extends ReasonedOutcomeStepInput {}

/** What `rejectOutcome` answers. */
export const RejectOutcomePayload = payloadType('rejectOutcome', 'outcome', LearningOutcome);

/** What `fileOutcomeAppeal` takes. */
@InputType()
export class FileOutcomeAppealInput extends ReasonedOutcomeStepInput {}

/** What `fileOutcomeAppeal` answers. */
export const FileOutcomeAppealPayload = payloadType('fileOutcomeAppeal', 'outcome', LearningOutcome);

/** What `withdrawOutcome` takes. */
@InputType()
export class WithdrawOutcomeInput extends ReasonedOutcomeStepInput {}

/** What `withdrawOutcome` answers. */
export const WithdrawOutcomePayload = payloadType('withdrawOutcome', 'outcome', LearningOutcome);

/** What `suspendOutcome` takes. */
@InputType()
export class SuspendOutcomeInput extends ReasonedOutcomeStepInput {}

/** What `suspendOutcome` answers. */
export const SuspendOutcomePayload = payloadType('suspendOutcome', 'outcome', LearningOutcome);

/** What `reinstateOutcome` takes. */
@InputType()
export class ReinstateOutcomeInput extends ReasonedOutcomeStepInput {}

/** What `reinstateOutcome` answers. */
export const ReinstateOutcomePayload = payloadType('reinstateOutcome', 'outcome', LearningOutcome);

/** What `expireOutcome` takes. */
@InputType()
export class ExpireOutcomeInput extends OutcomeStepInput {}

/** What `expireOutcome` answers. */
export const ExpireOutcomePayload = payloadType('expireOutcome', 'outcome', LearningOutcome);

/** What `withdrawCertification` takes. */
@InputType()
export class WithdrawCertificationInput extends ReasonedOutcomeStepInput {}

/** What `withdrawCertification` answers. */
export const WithdrawCertificationPayload = payloadType('withdrawCertification', 'outcome', LearningOutcome);
