import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Public } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { institutionById } from '../institutions/institution.loader.js';
import { Institution } from '../institutions/institution.types.js';
import type { RosterLineService } from './roster-line.service.js';
import {
  MembersArguments,
  MembershipVerification,
  PublicBadge,
  RosterLine,
  RosterLineConnection,
  VerifyMembershipArguments,
} from './roster-line.types.js';

/** The roster of members, for everybody and as of any date. */
@Resolver(() => RosterLine)
export class RosterLineResolver {
  readonly #lines: RosterLineService;

  constructor(lines: RosterLineService) {
    this.#lines = lines;
  }

  @Query(() => RosterLineConnection, {
    nullable: true,
    description: 'The members of the alliance as of any date, page by page (charter art. 11(1)).',
  })
  @Public()
  members(
    @Args(() => MembersArguments) args: MembersArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#lines.members(scope, args, selectsTotal(info));
  }

  @Query(() => MembershipVerification, {
    nullable: true,
    description:
      'Whether an institution was a member on a date; null where no institution has or ever had that code or id.',
  })
  @Public()
  verifyMembership(
    @Args(() => VerifyMembershipArguments) args: VerifyMembershipArguments,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipVerification | null> {
    return this.#lines.verify(scope, args);
  }

  @FieldResolver(() => Institution, { nullable: true, description: 'The institution as it is today.' })
  institution(@Root() line: RosterLine, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return scope.load(institutionById, line.institutionId);
  }
}

/** What a member shows the public. */
@Resolver(() => Institution)
export class PublicBadgeResolver {
  readonly #lines: RosterLineService;

  constructor(lines: RosterLineService) {
    this.#lines = lines;
  }

  @FieldResolver(() => PublicBadge, {
    nullable: true,
    description: 'What it may show the public as a member in good standing; else null.',
  })
  @Public()
  publicBadge(@Root() institution: Institution, @Ctx() { scope }: RoomContext): Promise<PublicBadge | null> {
    return this.#lines.badge(scope, institution.id);
  }
}
