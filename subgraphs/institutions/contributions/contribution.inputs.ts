import { Field, ID, InputType, Int } from 'type-graphql';
import { payloadType } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import {
  ContributionComponent,
  ContributionComputation,
  ContributionEntry,
  ContributionPublication,
  ContributionScheme,
} from './contribution.types.js';

/** The weight of a component. */
@InputType({
  description: 'How many points one unit of a component gives, and how many units count at most.',
})
export class ContributionWeightInput {
  @Field(() => ContributionComponent)
  component!: ContributionComponent;

  @Field(() => DecimalScalar, { description: 'Points for one unit; at most two decimal places.' })
  weight!: string;

  @Field(() => DecimalScalar, { nullable: true, description: 'Units that count at most; all without.' })
  mostUnits?: string;
}

/** A new scheme. */
@InputType({ description: 'What counts how much, from a day on.' })
export class PublishContributionSchemeInput {
  @Field(() => DateScalar)
  effectiveFrom!: string;

  @Field(() => [ContributionWeightInput], { description: 'Each component once.' })
  weights!: ContributionWeightInput[];

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `recordContribution` takes. */
@InputType({ description: 'A contribution that no system counts, with its evidence.' })
export class RecordContributionInput {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => Int, { description: 'The calendar year.' })
  period!: number;

  @Field(() => ContributionComponent)
  component!: ContributionComponent;

  @Field(() => DecimalScalar, { description: 'In units of the component; negative to correct an entry.' })
  quantity!: string;

  @Field(() => String, { description: 'Where it can be verified; one to 1,000 characters.' })
  evidence!: string;

  @Field(() => [ID], { description: 'Finished uploads of createSecretariatUpload.' })
  uploadIds!: string[];

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `computeContributions` takes. */
@InputType({ description: 'The year whose scores are computed.' })
export class ComputeContributionsInput {
  @Field(() => Int, { description: 'The calendar year.' })
  period!: number;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `publishContributions` takes. */
@InputType({ description: 'The year whose scores are published and frozen.' })
export class PublishContributionsInput {
  @Field(() => Int, { description: 'The calendar year.' })
  period!: number;
}

/** What `publishContributionScheme` answers. */
export const PublishContributionSchemePayload = payloadType(
  'publishContributionScheme',
  'contributionScheme',
  ContributionScheme,
);
/** What `recordContribution` answers. */
export const RecordContributionPayload = payloadType(
  'recordContribution',
  'contributionEntry',
  ContributionEntry,
);
/** What `computeContributions` answers. */
export const ComputeContributionsPayload = payloadType(
  'computeContributions',
  'contributionComputation',
  ContributionComputation,
);
/** What `publishContributions` answers. */
export const PublishContributionsPayload = payloadType(
  'publishContributions',
  'contributionPublication',
  ContributionPublication,
);
