import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { Public } from '../../kit/room/policy/field-rights.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Membership } from '../memberships/membership.types.js';
import type { MembershipService } from '../memberships/membership.service.js';
import { Institution, InstitutionConnection, InstitutionsArguments } from './institution.types.js';
import type { InstitutionService } from './institution.service.js';

/** The roster's root fields. */
@Resolver(() => Institution)
export class InstitutionResolver {
  readonly #institutions: InstitutionService;
  readonly #memberships: MembershipService;

  constructor(institutions: InstitutionService, memberships: MembershipService) {
    this.#institutions = institutions;
    this.#memberships = memberships;
  }

  @Query(() => Institution, { nullable: true, description: 'One institution of the roster.' })
  @Public()
  institution(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return this.#institutions.byId(scope, id);
  }

  @Query(() => Institution, {
    nullable: true,
    description: 'The institution with this Ministry code or member code.',
  })
  @Public()
  institutionByCode(
    @Arg('moeCode', () => String, { nullable: true }) moeCode: string | undefined,
    @Arg('memberCode', () => String, { nullable: true }) memberCode: string | undefined,
    @Ctx() { scope }: RoomContext,
  ): Promise<Institution | null> {
    return this.#institutions.byCode(scope, { moeCode, memberCode });
  }

  @Query(() => InstitutionConnection, { nullable: true, description: 'The roster, page by page.' })
  @Public()
  institutions(
    @Args(() => InstitutionsArguments) args: InstitutionsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#institutions.list(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => Institution, { nullable: true, description: 'The institution that it went into.' })
  @Public()
  async mergedInto(
    @Root() institution: Institution,
    @Ctx() { scope }: RoomContext,
  ): Promise<Institution | null> {
    return institution.mergedIntoId === null
      ? null
      : this.#institutions.byId(scope, institution.mergedIntoId);
  }

  @FieldResolver(() => Membership, {
    nullable: true,
    description: 'The membership, where there is or was one.',
  })
  @Public()
  membership(@Root() institution: Institution, @Ctx() { scope }: RoomContext): Promise<Membership | null> {
    return this.#memberships.of(scope, institution.id);
  }
}
