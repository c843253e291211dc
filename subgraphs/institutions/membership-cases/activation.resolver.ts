import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { ActivationService } from './activation.service.js';
import {
  ActivateMembershipInput,
  ActivateMembershipPayload,
  CloseMembershipCaseInput,
  CloseMembershipCasePayload,
  type MembershipCasePayload,
} from './membership-case.inputs.js';
import { MembershipCase } from './membership-case.types.js';

/** How the secretariat ends a case. */
@Resolver(() => MembershipCase)
export class ActivationResolver {
  readonly #activation: ActivationService;

  constructor(activation: ActivationService) {
    this.#activation = activation;
  }

  @Mutation(() => ActivateMembershipPayload, {
    nullable: true,
    description: 'Makes the applicant of an approved case a member and files it with the council, at once.',
  })
  @RequiresRole('SECRETARIAT')
  activateMembership(
    @Arg('input', () => ActivateMembershipInput) input: ActivateMembershipInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipCasePayload> {
    return this.#activation.activate(scope, input);
  }

  @Mutation(() => CloseMembershipCasePayload, {
    nullable: true,
    description: 'Closes a case whose applicant has let the time pass.',
  })
  @RequiresRole('SECRETARIAT')
  closeMembershipCase(
    @Arg('input', () => CloseMembershipCaseInput) input: CloseMembershipCaseInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipCasePayload> {
    return this.#activation.close(scope, input);
  }
}
