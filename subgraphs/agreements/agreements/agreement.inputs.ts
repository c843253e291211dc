import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { UserError } from '../../kit/room/schema/user-error.js';
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

/** Another content for an agreement that is not approved yet. */
@InputType({ description: "Another content; it resets all approvals but the caller's party's own." })
export class CounterAgreementInput {
  @Field(() => ID)
  agreementId!: string;

  @Field(() => ID, { description: 'The party for which the caller acts.' })
  institutionId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => AgreementContentInput)
  content!: AgreementContentInput;
}

/** The approval of a content, by its hash. */
@InputType({ description: 'The approval or signature of the content that has this hash.' })
export class ApproveAgreementInput {
  @Field(() => ID)
  agreementId!: string;

  @Field(() => ID, { description: 'The party for which the caller acts.' })
  institutionId!: string;

  @Field(() => String, { description: 'The hash of the content that the caller has read.' })
  contentHash!: string;

  @Field(() => Int)
  expectedVersion!: number;
}

/** The rejection of an agreement. */
@InputType({ description: 'The rejection of a proposed agreement.' })
export class RejectAgreementInput {
  @Field(() => ID)
  agreementId!: string;

  @Field(() => ID, { description: 'The party for which the caller acts.' })
  institutionId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String, { description: 'Why; one to 500 characters.' })
  reason!: string;
}

/** A notice that ends a signed agreement. */
@InputType({ description: 'A notice that ends a signed agreement on a later day.' })
export class TerminateAgreementInput {
  @Field(() => ID)
  agreementId!: string;

  @Field(() => ID, { description: 'The party for which the caller acts.' })
  institutionId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => DateScalar, { description: 'The first day on which it no longer holds; after today.' })
  terminatesOn!: string;

  @Field(() => String, { description: 'Why; one to 500 characters.' })
  reason!: string;
}

/** What an agreement mutation answers. */
@ObjectType()
export class AgreementPayload {
  @Field(() => Agreement, { nullable: true })
  agreement!: Agreement | null;

  @Field(() => [UserError])
  userErrors!: UserError[];
}
