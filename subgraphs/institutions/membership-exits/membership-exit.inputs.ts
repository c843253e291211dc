import { Field, ID, InputType, Int } from 'type-graphql';
import { payloadType, stepInput } from '../../kit/room/schema/mutation-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { MembershipExit } from './membership-exit.types.js';

/** What a proposal of an exit says, on the version of the membership that the caller has seen. */
@InputType()
export class ExitProposalInput {
  @Field(() => ID)
  membershipId!: string;

  @Field(() => Int, { description: 'The version of the membership.' })
  expectedVersion!: number;

  @Field(() => String, { description: 'Why; one to 2,000 characters.' })
  reason!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `proposeInactivityExit` takes. */
@InputType({ description: 'The membership of a member without any activity in three years.' })
export class ProposeInactivityExitInput extends ExitProposalInput {}

/** What `requestVoluntaryExit` takes. */
@InputType({ description: 'The membership that its holder wants to end.' })
export class RequestVoluntaryExitInput extends ExitProposalInput {}

/** What `withdrawExit` takes. */
@InputType({ description: 'The proposed exit to take back, on the version that the caller has seen.' })
export class WithdrawExitInput extends stepInput('exitId') {
  @Field(() => String, { description: 'Why; kept in the audit trail, one to 2,000 characters.' })
  reason!: string;
}

/** What `completeExit` takes. */
@InputType({ description: 'The exit in run-off to complete, on the version that the caller has seen.' })
export class CompleteExitInput extends stepInput('exitId') {}

/** What a mutation of an exit answers. */
export type MembershipExitPayload = Payload<{ exit: MembershipExit }>;

/** What `proposeInactivityExit` answers. */
export const ProposeInactivityExitPayload = payloadType('proposeInactivityExit', 'exit', MembershipExit);
/** What `requestVoluntaryExit` answers. */
export const RequestVoluntaryExitPayload = payloadType('requestVoluntaryExit', 'exit', MembershipExit);
/** What `withdrawExit` answers. */
export const WithdrawExitPayload = payloadType('withdrawExit', 'exit', MembershipExit);
/** What `completeExit` answers. */
export const CompleteExitPayload = payloadType('completeExit', 'exit', MembershipExit);
