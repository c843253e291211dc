import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { conflictsByExpert, openReviewsByExpert } from './expert.loader.js';
import type { ExpertService } from './expert.service.js';
import {
  ConfirmExpertInput,
  ConfirmExpertPayload,
  DeclareConflictInput,
  DeclareConflictPayload,
  DeclaredConflict,
  Expert,
  ExpertConnection,
  ExpertsArguments,
  NominateExpertInput,
  NominateExpertPayload,
  RetireExpertInput,
  RetireExpertPayload,
  type ExpertPayload,
} from './expert.types.js';

/** The pool of experts. */
@Resolver(() => Expert)
export class ExpertResolver {
  readonly #experts: ExpertService;

  constructor(experts: ExpertService) {
    this.#experts = experts;
  }

  @Query(() => Expert, { nullable: true })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN', 'EXPERT')
  expert(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Expert | null> {
    return this.#experts.byId(scope, id);
  }

  @Query(() => ExpertConnection, {
    nullable: true,
    description: 'The pool of experts: all of it for the secretariat, for members whom they nominated.',
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN', 'EXPERT')
  experts(
    @Args(() => ExpertsArguments) args: ExpertsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Expert>> {
    return this.#experts.list(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Reviews that wait for the expert; for the secretariat and the expert, null for others.',
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN', 'EXPERT')
  openReviews(@Root() expert: Expert, @Ctx() { scope }: RoomContext): Promise<number | null> {
    return scope.load(openReviewsByExpert, expert);
  }

  @FieldResolver(() => [DeclaredConflict], {
    description: 'Declared bonds to institutions; for the secretariat and the expert.',
  })
  @RequiresRole('SECRETARIAT', 'EXPERT')
  conflicts(@Root() expert: Expert, @Ctx() { scope }: RoomContext): Promise<DeclaredConflict[]> {
    return scope.load(conflictsByExpert, expert.id);
  }

  @Mutation(() => NominateExpertPayload, {
    nullable: true,
    description: 'Nominates a person for the pool of experts, for a member.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  nominateExpert(
    @Arg('input', () => NominateExpertInput) input: NominateExpertInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ExpertPayload> {
    return this.#experts.nominate(scope, input);
  }

  @Mutation(() => ConfirmExpertPayload, {
    nullable: true,
    description: 'Takes a nominated person into the pool; they hold the role of an expert from now on.',
  })
  @RequiresRole('SECRETARIAT')
  confirmExpert(
    @Arg('input', () => ConfirmExpertInput) input: ConfirmExpertInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ExpertPayload> {
    return this.#experts.confirm(scope, input);
  }

  @Mutation(() => RetireExpertPayload, {
    nullable: true,
    description: "Ends a person's time in the pool, or turns a nomination down.",
  })
  @RequiresRole('SECRETARIAT')
  retireExpert(
    @Arg('input', () => RetireExpertInput) input: RetireExpertInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ExpertPayload> {
    return this.#experts.retire(scope, input);
  }

  @Mutation(() => DeclareConflictPayload, {
    nullable: true,
    description: 'Declares a bond of an expert to an institution, which keeps them from judging it.',
  })
  @RequiresRole('SECRETARIAT', 'EXPERT')
  declareConflict(
    @Arg('input', () => DeclareConflictInput) input: DeclareConflictInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ExpertPayload> {
    return this.#experts.declareConflict(scope, input);
  }
}
