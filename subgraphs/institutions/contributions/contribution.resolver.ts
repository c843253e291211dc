import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { Institution } from '../institutions/institution.types.js';
import {
  ComputeContributionsInput,
  ComputeContributionsPayload,
  PublishContributionSchemeInput,
  PublishContributionSchemePayload,
  PublishContributionsInput,
  PublishContributionsPayload,
  RecordContributionInput,
  RecordContributionPayload,
} from './contribution.inputs.js';
import type { ContributionService } from './contribution.service.js';
import {
  ContributionComputation,
  ContributionEntriesArguments,
  ContributionEntryConnection,
  ContributionRankingArguments,
  ContributionScheme,
  ContributionScore,
  ContributionScoreConnection,
  type ContributionEntry,
  type ContributionPublication,
} from './contribution.types.js';

/** What members contribute, and the ranking of a year. */
@Resolver(() => ContributionScore)
export class ContributionResolver {
  readonly #contributions: ContributionService;

  constructor(contributions: ContributionService) {
    this.#contributions = contributions;
  }

  @Query(() => [ContributionScheme], {
    nullable: true,
    description: 'What counts how much, the newest first.',
  })
  @Authenticated()
  contributionSchemes(@Ctx() { scope }: RoomContext): Promise<ContributionScheme[]> {
    return this.#contributions.schemes(scope);
  }

  @Query(() => ContributionScoreConnection, {
    nullable: true,
    description: 'The members of a year by their points, the most first.',
  })
  @Authenticated()
  contributionRanking(
    @Args(() => ContributionRankingArguments) args: ContributionRankingArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#contributions.ranking(scope, args, selectsTotal(info));
  }

  @Query(() => ContributionEntryConnection, {
    nullable: true,
    description: 'What was recorded for a year, the newest first.',
  })
  @Authenticated()
  contributionEntries(
    @Args(() => ContributionEntriesArguments) args: ContributionEntriesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#contributions.entries(scope, args, selectsTotal(info));
  }

  @Query(() => ContributionComputation, {
    nullable: true,
    description: 'A computation of scores; poll it, or subscribe to it.',
  })
  @RequiresRole('SECRETARIAT')
  contributionComputation(
    @Arg('id', () => ID) id: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<ContributionComputation | null> {
    return this.#contributions.computation(scope, id);
  }

  @FieldResolver(() => Institution, { nullable: true })
  institution(@Root() score: ContributionScore, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return this.#contributions.institutionOf(scope, score);
  }

  @Mutation(() => PublishContributionSchemePayload, {
    nullable: true,
    description: 'Publishes what counts how much, from a day on.',
  })
  @RequiresRole('SECRETARIAT')
  publishContributionScheme(
    @Arg('input', () => PublishContributionSchemeInput) input: PublishContributionSchemeInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ contributionScheme: ContributionScheme }>> {
    return this.#contributions.publishScheme(scope, input);
  }

  @Mutation(() => RecordContributionPayload, {
    nullable: true,
    description: 'Records a contribution that no system counts, with its evidence.',
  })
  @RequiresRole('SECRETARIAT')
  recordContribution(
    @Arg('input', () => RecordContributionInput) input: RecordContributionInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ contributionEntry: ContributionEntry }>> {
    return this.#contributions.record(scope, input);
  }

  @Mutation(() => ComputeContributionsPayload, {
    nullable: true,
    description: 'Computes the scores of all members for a year; long work, returns its job.',
  })
  @RequiresRole('SECRETARIAT')
  computeContributions(
    @Arg('input', () => ComputeContributionsInput) input: ComputeContributionsInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ contributionComputation: ContributionComputation }>> {
    return this.#contributions.compute(scope, input);
  }

  @Mutation(() => PublishContributionsPayload, {
    nullable: true,
    description: 'Publishes the scores of a year and freezes them.',
  })
  @RequiresRole('SECRETARIAT')
  publishContributions(
    @Arg('input', () => PublishContributionsInput) input: PublishContributionsInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ contributionPublication: ContributionPublication }>> {
    return this.#contributions.publish(scope, input);
  }
}
