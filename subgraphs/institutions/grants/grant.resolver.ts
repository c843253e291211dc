import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { DelegationService } from './delegation.service.js';
import type { GrantService } from './grant.service.js';
import {
  DelegateGrantInput,
  DelegateGrantPayload,
  GiveGrantInput,
  GiveGrantPayload,
  GrantChanges,
  PrincipalGrants,
  RevokeGrantInput,
  RevokeGrantPayload,
  Viewer,
  type GrantPayload,
} from './grant.types.js';

/** Who asks, and who may act for whom. */
@Resolver()
export class GrantResolver {
  readonly #grants: GrantService;
  readonly #delegations: DelegationService;

  constructor(grants: GrantService, delegations: DelegationService) {
    this.#grants = grants;
    this.#delegations = delegations;
  }

  @Query(() => Viewer, { nullable: true, description: 'The one who asks, with their grants.' })
  @Authenticated()
  viewer(@Ctx() { scope }: RoomContext): Promise<Viewer> {
    return this.#grants.viewer(scope);
  }

  @Query(() => PrincipalGrants, {
    nullable: true,
    description: 'The grants of a person; for services of this house.',
  })
  @RequiresRole('SERVICE')
  principalGrants(
    @Arg('subject', () => String) subject: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<PrincipalGrants> {
    return this.#grants.ofPrincipal(scope, subject);
  }

  @Query(() => GrantChanges, {
    nullable: true,
    description: 'Whose grants were changed since an earlier look; for services of this house.',
  })
  @RequiresRole('SERVICE')
  grantChanges(
    @Arg('since', () => String, { nullable: true, description: 'The cursor of the earlier look.' })
    since: string | undefined,
    @Ctx() { scope }: RoomContext,
  ): Promise<GrantChanges> {
    return this.#grants.changes(scope, since ?? undefined);
  }

  @Mutation(() => GiveGrantPayload, {
    nullable: true,
    description: 'Lets a person act with a role, for a time.',
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  giveGrant(
    @Arg('input', () => GiveGrantInput) input: GiveGrantInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<GrantPayload> {
    return this.#grants.give(scope, input);
  }

  @Mutation(() => DelegateGrantPayload, {
    nullable: true,
    description: "Lets another person act with a grant of one's own, for a time and a purpose.",
  })
  @Authenticated()
  delegateGrant(
    @Arg('input', () => DelegateGrantInput) input: DelegateGrantInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<GrantPayload> {
    return this.#delegations.delegate(scope, input);
  }

  @Mutation(() => RevokeGrantPayload, {
    nullable: true,
    description:
      'Ends a grant at once, with what was delegated from it. Whoever delegated a grant ends it, too.',
  })
  @Authenticated()
  revokeGrant(
    @Arg('input', () => RevokeGrantInput) input: RevokeGrantInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<GrantPayload> {
    return this.#grants.revoke(scope, input);
  }
}
