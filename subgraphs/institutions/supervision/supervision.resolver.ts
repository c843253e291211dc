import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { SupervisionScopeService } from './supervision-scope.service.js';
import type { SupervisionVisitService } from './supervision-visit.service.js';
import {
  CloseSupervisionInput,
  CloseSupervisionPayload,
  GiveSupervisionScopeInput,
  GiveSupervisionScopePayload,
  OpenSupervisionInput,
  OpenSupervisionPayload,
  RevokeSupervisionScopeInput,
  RevokeSupervisionScopePayload,
  SupervisionReadConnection,
  SupervisionScopeConnection,
  SupervisionVisit,
  SupervisionVisitConnection,
  type SupervisionScopePayload,
  type SupervisionVisitPayload,
} from './supervision.types.js';

/** Who may look at the alliance from outside, and what they looked at. */
@Resolver(() => SupervisionVisit)
export class SupervisionResolver {
  readonly #scopes: SupervisionScopeService;
  readonly #visits: SupervisionVisitService;

  constructor(scopes: SupervisionScopeService, visits: SupervisionVisitService) {
    this.#scopes = scopes;
    this.#visits = visits;
  }

  @Query(() => SupervisionScopeConnection, {
    nullable: true,
    description: 'What authorities may look at: all of it for the secretariat, their own for supervisors.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR')
  supervisionScopes(
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#scopes.list(scope, args, selectsTotal(info));
  }

  @Query(() => SupervisionVisitConnection, {
    nullable: true,
    description: 'Visits of supervisors: all of them for the secretariat, their own for supervisors.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR')
  supervisionVisits(
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#visits.list(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => SupervisionReadConnection, {
    nullable: true,
    description: 'What was read in the visit, as the audit trail has it; for a supervisor during a visit.',
  })
  reads(
    @Root() visit: SupervisionVisit,
    @Arg('first', () => Int, { nullable: true, description: 'Items per page, 1 to 100; 20 when left out.' })
    first: number | undefined,
    @Arg('after', () => String, { nullable: true, description: 'Read on after this cursor.' })
    after: string | undefined,
    @Ctx() { scope }: RoomContext,
  ) {
    return this.#visits.reads(scope, visit, { first, after });
  }

  @Mutation(() => GiveSupervisionScopePayload, {
    nullable: true,
    description: 'Lets a supervisor look at figures of provinces or institutions, for a time.',
  })
  @RequiresRole('SECRETARIAT')
  giveSupervisionScope(
    @Arg('input', () => GiveSupervisionScopeInput) input: GiveSupervisionScopeInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SupervisionScopePayload> {
    return this.#scopes.give(scope, input);
  }

  @Mutation(() => RevokeSupervisionScopePayload, {
    nullable: true,
    description: 'Ends a scope at once, with the visits under way in it.',
  })
  @RequiresRole('SECRETARIAT')
  revokeSupervisionScope(
    @Arg('input', () => RevokeSupervisionScopeInput) input: RevokeSupervisionScopeInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SupervisionScopePayload> {
    return this.#scopes.revoke(scope, input);
  }

  @Mutation(() => OpenSupervisionPayload, {
    nullable: true,
    description: 'Opens a visit with its purpose; without one a supervisor sees no figures.',
  })
  @RequiresRole('SUPERVISOR')
  openSupervision(
    @Arg('input', () => OpenSupervisionInput) input: OpenSupervisionInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SupervisionVisitPayload> {
    return this.#visits.open(scope, input);
  }

  @Mutation(() => CloseSupervisionPayload, { nullable: true, description: 'Ends a visit before it expires.' })
  @RequiresRole('SUPERVISOR', 'SECRETARIAT')
  closeSupervision(
    @Arg('input', () => CloseSupervisionInput) input: CloseSupervisionInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SupervisionVisitPayload> {
    return this.#visits.close(scope, input);
  }
}
