import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { institutionById } from '../institutions/institution.loader.js';
import { Institution } from '../institutions/institution.types.js';
import { Membership } from '../memberships/membership.types.js';
import {
  CompleteExitInput,
  CompleteExitPayload,
  ProposeInactivityExitInput,
  ProposeInactivityExitPayload,
  RequestVoluntaryExitInput,
  RequestVoluntaryExitPayload,
  WithdrawExitInput,
  WithdrawExitPayload,
  type MembershipExitPayload,
} from './membership-exit.inputs.js';
import type { MembershipExitService } from './membership-exit.service.js';
import {
  MembershipExit,
  MembershipExitConnection,
  MembershipExitsArguments,
  OutstandingObligations,
} from './membership-exit.types.js';

/** Exits and their steps. */
@Resolver(() => MembershipExit)
export class MembershipExitResolver {
  readonly #exits: MembershipExitService;

  constructor(exits: MembershipExitService) {
    this.#exits = exits;
  }

  @Query(() => MembershipExit, { nullable: true })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER', 'INSTITUTION_ADMIN')
  membershipExit(
    @Arg('id', () => ID) id: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipExit | null> {
    return this.#exits.byId(scope, id);
  }

  @Query(() => MembershipExitConnection, {
    nullable: true,
    description: 'The exits that the caller may see, the newest first.',
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER', 'INSTITUTION_ADMIN')
  membershipExits(
    @Args(() => MembershipExitsArguments) args: MembershipExitsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<MembershipExit>> {
    return this.#exits.list(scope, args, selectsTotal(info));
  }

  @Query(() => OutstandingObligations, {
    nullable: true,
    description:
      'What a member still owes, as all rooms together know it; nothing when one of them is silent.',
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER', 'INSTITUTION_ADMIN')
  outstandingObligations(
    @Arg('institutionId', () => ID) institutionId: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutstandingObligations | null> {
    return this.#exits.obligations(scope, institutionId);
  }

  @Mutation(() => ProposeInactivityExitPayload, {
    nullable: true,
    description: 'Proposes to the standing council the exit of a member without activity in three years.',
  })
  @RequiresRole('SECRETARIAT')
  proposeInactivityExit(
    @Arg('input', () => ProposeInactivityExitInput) input: ProposeInactivityExitInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipExitPayload> {
    return this.#exits.proposeInactivity(scope, input);
  }

  @Mutation(() => RequestVoluntaryExitPayload, {
    nullable: true,
    description: 'Asks, for a member, that it may leave; can be withdrawn until it is decided.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  requestVoluntaryExit(
    @Arg('input', () => RequestVoluntaryExitInput) input: RequestVoluntaryExitInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipExitPayload> {
    return this.#exits.requestVoluntary(scope, input);
  }

  @Mutation(() => WithdrawExitPayload, {
    nullable: true,
    description:
      'Takes a proposed exit back: the member what it asked for, the secretariat what it proposed.',
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  withdrawExit(
    @Arg('input', () => WithdrawExitInput) input: WithdrawExitInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipExitPayload> {
    return this.#exits.withdraw(scope, input);
  }

  @Mutation(() => CompleteExitPayload, {
    nullable: true,
    description: 'Completes an exit in run-off once the member owes nothing any more.',
  })
  @RequiresRole('SECRETARIAT')
  completeExit(
    @Arg('input', () => CompleteExitInput) input: CompleteExitInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipExitPayload> {
    return this.#exits.complete(scope, input);
  }

  @FieldResolver(() => Institution, { nullable: true })
  institution(@Root() exit: MembershipExit, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return scope.load(institutionById, exit.institutionId);
  }
}

/** The exit as a field of the membership. */
@Resolver(() => Membership)
export class ExitOfMembershipResolver {
  readonly #exits: MembershipExitService;

  constructor(exits: MembershipExitService) {
    this.#exits = exits;
  }

  @FieldResolver(() => MembershipExit, {
    nullable: true,
    description:
      'Its exit, where one is proposed, decided or done; for those who decide on it and its administrators.',
  })
  @Authenticated()
  exit(@Root() membership: Membership, @Ctx() { scope }: RoomContext): Promise<MembershipExit | null> {
    return this.#exits.ofMembership(scope, membership.id);
  }
}
