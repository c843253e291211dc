import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType, reasonedStepInput } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { Grant, GrantRole } from './grant.types.js';

/** What a review of a grant decides. */
export enum GrantReviewDecision {
  KEEP = 'KEEP',
  END = 'END',
}
registerEnumType(GrantReviewDecision, {
  name: 'GrantReviewDecision',
  description: 'KEEP: still needed, until the next review. END: not needed any more; it ends now.',
});

/** The states of a review. */
export enum GrantReviewState {
  OPEN = 'OPEN',
  KEPT = 'KEPT',
  ENDED = 'ENDED',
  LAPSED = 'LAPSED',
}
registerEnumType(GrantReviewState, { name: 'GrantReviewState', description: 'The state of a review.' });

/** One review of one grant. */
@ObjectType({ description: 'One review of one grant: whether its holder still needs it.' })
export class GrantReview {
  @Field(() => ID)
  id!: string;

  @Field(() => Grant, { description: 'The grant, after the review.' })
  grant!: Grant;

  @Field(() => GrantRole)
  role!: GrantRole;

  @Field(() => GrantReviewState)
  state!: GrantReviewState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => String, { nullable: true })
  decidedBy!: string | null;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => Int)
  version!: number;
}

/** What `reviewGrant` takes. */
@InputType({ description: 'Whether a grant is still needed, on the version of the grant that was seen.' })
export class ReviewGrantInput extends reasonedStepInput(
  'grantId',
  'Why, at most 1,000 characters; kept in the history of the grant.',
) {
  @Field(() => GrantReviewDecision)
  decision!: GrantReviewDecision;
}

/** What a mutation of a review answers. */
export type GrantReviewOutcome = Payload<{ review: GrantReview }>;

/** What `reviewGrant` answers. */
export const ReviewGrantPayload = payloadType('reviewGrant', 'review', GrantReview);
