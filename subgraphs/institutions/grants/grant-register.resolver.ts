import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { GrantRegisterService } from './grant-register.service.js';
import {
  GrantConnection,
  GrantHistoryArguments,
  GrantsArguments,
  GrantStepConnection,
  type GrantStep,
} from './grant-register.types.js';
import type { GrantReviewService } from './grant-review.service.js';
import { ReviewGrantInput, ReviewGrantPayload, type GrantReviewOutcome } from './grant-review.types.js';
import type { Grant } from './grant.types.js';

/** The register of grants and their reviews. */
@Resolver()
export class GrantRegisterResolver {
  readonly #register: GrantRegisterService;
  readonly #reviews: GrantReviewService;

  constructor(register: GrantRegisterService, reviews: GrantReviewService) {
    this.#register = register;
    this.#reviews = reviews;
  }

  @Query(() => GrantConnection, {
    nullable: true,
    description:
      "Grants, page by page: all of them for the secretariat, their institution's for administrators.",
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  grants(
    @Args(() => GrantsArguments) args: GrantsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Grant>> {
    return this.#register.list(scope, args, selectsTotal(info));
  }

  @Query(() => GrantStepConnection, {
    nullable: true,
    description:
      'What happened to a grant, from its beginning on; for its holder and those who administer it.',
  })
  @Authenticated()
  grantHistory(
    @Args(() => GrantHistoryArguments) args: GrantHistoryArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<GrantStep>> {
    return this.#register.history(scope, args, selectsTotal(info));
  }

  @Mutation(() => ReviewGrantPayload, {
    nullable: true,
    description: 'Says whether a grant is still needed: keeps it until the next review, or ends it.',
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  reviewGrant(
    @Arg('input', () => ReviewGrantInput) input: ReviewGrantInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<GrantReviewOutcome> {
    return this.#reviews.review(scope, input);
  }
}
