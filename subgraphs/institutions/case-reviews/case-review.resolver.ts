import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { AvailableAction } from '../../kit/room/schema/shared-types.js';
import { MembershipCase } from '../membership-cases/membership-case.types.js';
import { reviewsByCase } from './case-review.loader.js';
import type { CaseReviewService } from './case-review.service.js';
import {
  AssignCaseExpertsInput,
  AssignCaseExpertsPayload,
  BeginCaseReviewInput,
  BeginCaseReviewPayload,
  CaseReview,
  ConcludeCaseReviewInput,
  ConcludeCaseReviewPayload,
  RequestCaseSupplementInput,
  RequestCaseSupplementPayload,
  type ReviewedCasePayload,
} from './case-review.types.js';

/** How the secretariat leads a review. */
@Resolver(() => MembershipCase)
export class CaseReviewResolver {
  readonly #reviews: CaseReviewService;

  constructor(reviews: CaseReviewService) {
    this.#reviews = reviews;
  }

  @FieldResolver(() => [CaseReview], {
    description: 'What the experts say, as far as the caller may read it; none for the applicant.',
  })
  @Authenticated()
  reviews(@Root() of: MembershipCase, @Ctx() { scope }: RoomContext): Promise<CaseReview[]> {
    return scope.load(reviewsByCase, of.id);
  }

  @FieldResolver(() => [AvailableAction], {
    description:
      'What the caller may do with the case now; whether it can be concluded depends on the opinions.',
  })
  @Authenticated()
  availableActions(@Root() of: MembershipCase, @Ctx() { scope }: RoomContext): Promise<AvailableAction[]> {
    return this.#reviews.availableActions(scope, of);
  }

  @Mutation(() => BeginCaseReviewPayload, {
    nullable: true,
    description: 'Takes a submitted application into review, with the checklist of today.',
  })
  @RequiresRole('SECRETARIAT')
  beginCaseReview(
    @Arg('input', () => BeginCaseReviewInput) input: BeginCaseReviewInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ReviewedCasePayload> {
    return this.#reviews.begin(scope, input);
  }

  @Mutation(() => AssignCaseExpertsPayload, {
    nullable: true,
    description: 'Assigns experts without a conflict of interest, so that an odd number reviews the case.',
  })
  @RequiresRole('SECRETARIAT')
  assignCaseExperts(
    @Arg('input', () => AssignCaseExpertsInput) input: AssignCaseExpertsInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ReviewedCasePayload> {
    return this.#reviews.assign(scope, input);
  }

  @Mutation(() => RequestCaseSupplementPayload, {
    nullable: true,
    description: 'Asks the applicant for more, by a day.',
  })
  @RequiresRole('SECRETARIAT')
  requestCaseSupplement(
    @Arg('input', () => RequestCaseSupplementInput) input: RequestCaseSupplementInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ReviewedCasePayload> {
    return this.#reviews.requestSupplement(scope, input);
  }

  @Mutation(() => ConcludeCaseReviewPayload, {
    nullable: true,
    description: 'Ends the review; whether it is passed follows from the votes of the experts.',
  })
  @RequiresRole('SECRETARIAT')
  concludeCaseReview(
    @Arg('input', () => ConcludeCaseReviewInput) input: ConcludeCaseReviewInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ReviewedCasePayload> {
    return this.#reviews.conclude(scope, input);
  }
}
