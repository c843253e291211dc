import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { GrantService } from './grant.service.js';
import {
  GiveGrantInput,
  GiveGrantPayload,
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

  constructor(grants: GrantService) {
    this.#grants = grants;
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

  @Mutation(() => RevokeGrantPayload, { nullable: true, description: 'Ends a grant at once.' })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  revokeGrant(
    @Arg('input', () => RevokeGrantInput) input: RevokeGrantInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<GrantPayload> {
    return this.#grants.revoke(scope, input);
  }
}
