import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { expertById } from '../experts/expert.loader.js';
import { Expert } from '../experts/expert.types.js';
import type { CaseOpinionService } from './case-opinion.service.js';
import {
  AmendCaseOpinionInput,
  AmendCaseOpinionPayload,
  CaseReview,
  DeclineCaseReviewInput,
  DeclineCaseReviewPayload,
  ReleaseCaseReviewInput,
  ReleaseCaseReviewPayload,
  SubmitCaseOpinionInput,
  SubmitCaseOpinionPayload,
  type CaseReviewPayload,
} from './case-review.types.js';

/** What each expert says of a case. */
@Resolver(() => CaseReview)
export class CaseOpinionResolver {
  readonly #opinions: CaseOpinionService;

  constructor(opinions: CaseOpinionService) {
    this.#opinions = opinions;
  }

  @Query(() => CaseReview, { nullable: true })
  @RequiresRole('EXPERT', 'SECRETARIAT')
  caseReview(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<CaseReview | null> {
    return this.#opinions.byId(scope, id);
  }

  @FieldResolver(() => Expert, {
    nullable: true,
    description: 'Who reviews; for the secretariat and the expert, null for others.',
  })
  @RequiresRole('EXPERT', 'SECRETARIAT')
  expert(@Root() review: CaseReview, @Ctx() { scope }: RoomContext): Promise<Expert | null> {
    return scope.load(expertById, review.expertId);
  }

  @Mutation(() => SubmitCaseOpinionPayload, {
    nullable: true,
    description: "Gives an expert's marks, vote and opinion; they can be amended until the conclusion.",
  })
  @RequiresRole('EXPERT')
  submitCaseOpinion(
    @Arg('input', () => SubmitCaseOpinionInput) input: SubmitCaseOpinionInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<CaseReviewPayload> {
    return this.#opinions.submit(scope, input);
  }

  @Mutation(() => AmendCaseOpinionPayload, {
    nullable: true,
    description: 'Changes an opinion before the conclusion.',
  })
  @RequiresRole('EXPERT')
  amendCaseOpinion(
    @Arg('input', () => AmendCaseOpinionInput) input: AmendCaseOpinionInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<CaseReviewPayload> {
    return this.#opinions.amend(scope, input);
  }

  @Mutation(() => DeclineCaseReviewPayload, {
    nullable: true,
    description: 'Declines a review with a reason; another expert is assigned then.',
  })
  @RequiresRole('EXPERT')
  declineCaseReview(
    @Arg('input', () => DeclineCaseReviewInput) input: DeclineCaseReviewInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<CaseReviewPayload> {
    return this.#opinions.decline(scope, input);
  }

  @Mutation(() => ReleaseCaseReviewPayload, {
    nullable: true,
    description:
      'Releases an expert whose opinion does not come, or who turned out to be bound to the applicant.',
  })
  @RequiresRole('SECRETARIAT')
  releaseCaseReview(
    @Arg('input', () => ReleaseCaseReviewInput) input: ReleaseCaseReviewInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<CaseReviewPayload> {
    return this.#opinions.release(scope, input);
  }
}
