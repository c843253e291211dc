import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { MembershipService } from '../memberships/membership.service.js';
import { Membership } from '../memberships/membership.types.js';
import type { RosterComparisonService } from './roster-comparison.service.js';
import {
  ApplyRosterComparisonInput,
  ApplyRosterComparisonPayload,
  DiscardRosterComparisonInput,
  DiscardRosterComparisonPayload,
  RosterChange,
  RosterChangeConnection,
  RosterChangeCounts,
  RosterChangesArguments,
  RosterComparison,
  RosterComparisonConnection,
  RosterComparisonsArguments,
  type RosterComparisonPayload,
} from './roster-comparison.types.js';

/** Newer lists of the Ministry beside the roster. */
@Resolver(() => RosterComparison)
export class RosterComparisonResolver {
  readonly #comparisons: RosterComparisonService;

  constructor(comparisons: RosterComparisonService) {
    this.#comparisons = comparisons;
  }

  @Query(() => RosterComparison, { nullable: true, description: 'One comparison of a newer list.' })
  @RequiresRole('SECRETARIAT')
  rosterComparison(
    @Arg('id', () => ID) id: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<RosterComparison | null> {
    return this.#comparisons.byId(scope, id);
  }

  @Query(() => RosterComparisonConnection, {
    nullable: true,
    description: 'Comparisons of newer lists, the newest first.',
  })
  @RequiresRole('SECRETARIAT')
  rosterComparisons(
    @Args(() => RosterComparisonsArguments) args: RosterComparisonsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#comparisons.list(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => RosterChangeConnection, {
    description: 'What differs, by province and Ministry code.',
  })
  changes(
    @Root() comparison: RosterComparison,
    @Args(() => RosterChangesArguments) args: RosterChangesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#comparisons.changes(scope, comparison.id, args, selectsTotal(info));
  }

  @FieldResolver(() => RosterChangeCounts)
  counts(@Root() comparison: RosterComparison, @Ctx() { scope }: RoomContext): Promise<RosterChangeCounts> {
    return this.#comparisons.counts(scope, comparison);
  }

  @Mutation(() => ApplyRosterComparisonPayload, {
    nullable: true,
    description:
      'Takes a newer list over: every institution that it does not have any more is confirmed. No membership changes.',
  })
  @RequiresRole('SECRETARIAT')
  applyRosterComparison(
    @Arg('input', () => ApplyRosterComparisonInput) input: ApplyRosterComparisonInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<RosterComparisonPayload> {
    return this.#comparisons.apply(scope, input);
  }

  @Mutation(() => DiscardRosterComparisonPayload, {
    nullable: true,
    description: 'Discards a comparison; the roster stays as it is.',
  })
  @RequiresRole('SECRETARIAT')
  discardRosterComparison(
    @Arg('input', () => DiscardRosterComparisonInput) input: DiscardRosterComparisonInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<RosterComparisonPayload> {
    return this.#comparisons.discard(scope, input);
  }
}

/** Which members a newer list concerns. */
@Resolver(() => RosterChange)
export class RosterChangeResolver {
  readonly #memberships: MembershipService;

  constructor(memberships: MembershipService) {
    this.#memberships = memberships;
  }

  @FieldResolver(() => Membership, {
    nullable: true,
    description: 'The membership that the change concerns; it stays as it is.',
  })
  async membership(@Root() change: RosterChange, @Ctx() { scope }: RoomContext): Promise<Membership | null> {
    return change.institutionId === null ? null : this.#memberships.of(scope, change.institutionId);
  }
}
