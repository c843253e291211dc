import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Public, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Course } from '../courses/course.types.js';
import { issuerOfficials } from './outcome.policy.js';
import type { OutcomeService } from './outcome.service.js';
import { ProposeOutcomeInput, ProposeOutcomePayload, type OutcomePayload } from './outcome-steps.types.js';
import { LearningOutcome, LearningOutcomeConnection, OutcomesArguments } from './outcome.types.js';

/** The catalog of learning outcomes. */
@Resolver(() => LearningOutcome)
export class OutcomeResolver {
  readonly #outcomes: OutcomeService;

  constructor(outcomes: OutcomeService) {
    this.#outcomes = outcomes;
  }

  @Query(() => LearningOutcome, { nullable: true, description: 'One learning outcome.' })
  @Public()
  outcome(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<LearningOutcome | null> {
    return this.#outcomes.byId(scope, id);
  }

  @Query(() => LearningOutcomeConnection, {
    nullable: true,
    description: 'Learning outcomes, by code, page by page.',
  })
  @Public()
  outcomes(
    @Args(() => OutcomesArguments) args: OutcomesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#outcomes.list(scope, args.filter ?? {}, args, selectsTotal(info));
  }

  @FieldResolver(() => Course, { nullable: true, description: 'The course it stands for.' })
  @Public()
  course(@Root() outcome: LearningOutcome, @Ctx() { scope }: RoomContext): Promise<Course | null> {
    return this.#outcomes.courseOf(scope, outcome);
  }

  @Mutation(() => ProposeOutcomePayload, {
    nullable: true,
    description: 'Proposes an outcome for certification.',
  })
  @RequiresRole(...issuerOfficials)
  proposeOutcome(
    @Arg('input', () => ProposeOutcomeInput) input: ProposeOutcomeInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.propose(scope, input);
  }
}
