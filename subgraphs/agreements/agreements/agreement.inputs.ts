import { Field, ID, InputType, Int } from 'type-graphql';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { payloadType, stepInput } from '../../kit/room/schema/mutation-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { Agreement, AgreementKind } from './agreement.types.js';

/** A ratio between two credit schemes. */
@InputType({
  description: 'How an amount of one scheme becomes an amount of another: target = source * ratio.',
})
export class AgreementTermInput {
  @Field(() => String)
  fromScheme!: string;

  @Field(() => String)
  toScheme!: string;

  @Field(() => Int)
  numerator!: number;

  @Field(() => Int)
  denominator!: number;
}

/** What the parties are to agree on. */
@InputType({ description: 'What the parties are to agree on; all of it is hashed.' })
export class AgreementContentInput {
  @Field(() => String)
  title!: string;

  @Field(() => DateScalar, { description: 'The first day on which it holds.' })
  effectiveFrom!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first day on which it no longer holds; open without.',
  })
  effectiveTo?: string;

  @Field(() => [AgreementTermInput])
  terms!: AgreementTermInput[];

  @Field(() => String, { nullable: true })
  note?: string;
}

/** A new agreement; its proposal is the proposing party's approval. */
@InputType({ description: "A new agreement; proposing it is the proposing party's approval." })
export class ProposeAgreementInput {
  @Field(() => ID, { description: 'The party for which the caller acts.' })
  institutionId!: string;

  @Field(() => [ID], { description: 'The other parties.' })
  partnerIds!: string[];

  @Field(() => AgreementKind)
  kind!: AgreementKind;

  @Field(() => AgreementContentInput)
  content!: AgreementContentInput;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What a step of an agreement says: on which version of it, and for which party. */
@InputType()
export class AgreementStepInput extends stepInput('agreementId') {
  @Field(() => ID, { description: 'The party for which the caller acts.' })
  institutionId!: string;
}

/** A step that the other parties are told the reason of. */
@InputType()
export class ReasonedAgreementStepInput extends AgreementStepInput {
  @Field(() => String, { description: 'Why; one to 500 characters.' })
  reason!: string;
}

/** A step on the one content that the caller has read. */
@InputType()
export class AgreementByHashInput extends AgreementStepInput {
  @Field(() => String, { description: 'The hash of the content that the caller has read.' })
  contentHash!: string;
}

/** Another content for an agreement that is not approved yet. */
@InputType({ description: "Another content; it resets all approvals but the caller's party's own." })
export class CounterAgreementInput extends AgreementStepInput {
  @Field(() => AgreementContentInput)
  content!: AgreementContentInput;
}

/** The approval of a content, by its hash. */
@InputType({ description: 'The approval of the content that has this hash.' })
export class ApproveAgreementInput extends AgreementByHashInput {}

/** The signature of an approved content, by its hash. */
@InputType({ description: 'The signature of the approved content that has this hash.' })
export class SignAgreementInput extends AgreementByHashInput {}

/** The rejection of an agreement. */
@InputType({ description: 'The rejection of a proposed agreement.' })
export class RejectAgreementInput extends ReasonedAgreementStepInput {}

/** A notice that ends a signed agreement. */
@InputType({ description: 'A notice that ends a signed agreement on a later day.' })
export class TerminateAgreementInput extends ReasonedAgreementStepInput {
  @Field(() => DateScalar, { description: 'The first day on which it no longer holds; after today.' })
  terminatesOn!: string;
}

/** What a mutation of an agreement answers. */
export type AgreementPayload = Payload<{ agreement: Agreement }>;

/** What `proposeAgreement` answers. */
export const ProposeAgreementPayload = payloadType('proposeAgreement', 'agreement', Agreement);
/** What `counterAgreement` answers. */
export const CounterAgreementPayload = payloadType('counterAgreement', 'agreement', Agreement);
/** What `approveAgreement` answers. */
export const ApproveAgreementPayload = payloadType('approveAgreement', 'agreement', Agreement);
/** What `signAgreement` answers. */
export const SignAgreementPayload = payloadType('signAgreement', 'agreement', Agreement);
/** What `rejectAgreement` answers. */
export const RejectAgreementPayload = payloadType('rejectAgreement', 'agreement', Agreement);
/** What `terminateAgreement` answers. */
export const TerminateAgreementPayload = payloadType('terminateAgreement', 'agreement', Agreement);
