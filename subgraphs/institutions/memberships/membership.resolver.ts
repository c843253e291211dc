import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { MembershipService } from './membership.service.js';
import {
  Membership,
  MergeMembershipInput,
  MergeMembershipPayload,
  RecordFoundingMemberInput,
  RecordFoundingMemberPayload,
  ReinstateMembershipInput,
  ReinstateMembershipPayload,
  SuspendMembershipInput,
  SuspendMembershipPayload,
  type MembershipPayload,
} from './membership.types.js';

/** Mutations of memberships. */
@Resolver(() => Membership)
export class MembershipResolver {
  readonly #memberships: MembershipService;

  constructor(memberships: MembershipService) {
    this.#memberships = memberships;
  }

  @Mutation(() => RecordFoundingMemberPayload, {
    nullable: true,
    description: 'Records a member that joined before this system.',
  })
  @RequiresRole('SECRETARIAT')
  recordFoundingMember(
    @Arg('input', () => RecordFoundingMemberInput) input: RecordFoundingMemberInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipPayload> {
    return this.#memberships.recordFounding(scope, input);
  }

  @Mutation(() => SuspendMembershipPayload, { nullable: true, description: 'Suspends a membership.' })
  @RequiresRole('SECRETARIAT')
  suspendMembership(
    @Arg('input', () => SuspendMembershipInput) input: SuspendMembershipInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipPayload> {
    return this.#memberships.change(scope, 'suspendMembership', input);
  }

  @Mutation(() => ReinstateMembershipPayload, {
    nullable: true,
    description: 'Reinstates a suspended membership.',
  })
  @RequiresRole('SECRETARIAT')
  reinstateMembership(
    @Arg('input', () => ReinstateMembershipInput) input: ReinstateMembershipInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipPayload> {
    return this.#memberships.change(scope, 'reinstateMembership', input);
  }

  @Mutation(() => MergeMembershipPayload, {
    nullable: true,
    description: 'Merges a member into another one, which takes over its agreements and records.',
  })
  @RequiresRole('SECRETARIAT')
  mergeMembership(
    @Arg('input', () => MergeMembershipInput) input: MergeMembershipInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipPayload> {
    return this.#memberships.merge(scope, input);
  }
}
