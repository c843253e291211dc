import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType, reasonedStepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The states of a membership. */
export enum MembershipState {
  ACTIVE = 'ACTIVE',
  SUSPENDED = 'SUSPENDED',
  EXIT_PROPOSED = 'EXIT_PROPOSED',
  RUN_OFF = 'RUN_OFF',
  EXITED = 'EXITED',
  MERGED = 'MERGED',
}
registerEnumType(MembershipState, { name: 'MembershipState', description: 'The state of a membership.' });

/** Why a member leaves (charter art. 21; leaving of its own will is a proposal of ours). */
export enum ExitGround {
  INACTIVITY = 'INACTIVITY',
  VIOLATION = 'VIOLATION',
  VOLUNTARY = 'VOLUNTARY',
}
registerEnumType(ExitGround, {
  name: 'ExitGround',
  description: 'Why a member leaves: three years without activity, a serious violation, its own will.',
});

/** An institution's membership in the alliance. */
@ObjectType({ description: "An institution's membership in the alliance." })
export class Membership extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => String, { description: "The alliance's code of the member." })
  memberCode!: string;

  @Field(() => MembershipState)
  state!: MembershipState;

  @Field(() => DateTimeScalar, { description: 'Since when the membership is in this state.' })
  since!: Date;

  @Field(() => Boolean, {
    description: 'Whether the member may start something new. What is in flight goes on in any state.',
  })
  inStanding!: boolean;

  @Field(() => ExitGround, {
    nullable: true,
    description: 'Why it leaves or has left; from the decision of the standing council on.',
  })
  exitGround!: ExitGround | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was suspended; for its own administrators, the secretariat and the council.',
  })
  suspensionReason!: string | null;

  @Field(() => DateScalar)
  joinedOn!: string;
}

/** Records an institution that founded the alliance or joined before this system (charter art. 20). */
@InputType({
  description: 'An institution that joined before this system; it takes part as an active member.',
})
export class RecordFoundingMemberInput {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String, { description: 'Two to twelve capital letters, digits or hyphens.' })
  memberCode!: string;

  @Field(() => DateScalar)
  joinedOn!: string;

  @Field(() => String, { description: 'The version of the charter that the institution accepted.' })
  charterVersion!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** A step of a membership, on the version that the caller has seen. */
@InputType()
export class MembershipStepInput extends reasonedStepInput(
  'membershipId',
  'Why; kept in the audit trail, one to 2,000 characters.',
) {}

/** What `suspendMembership` takes. */
@InputType({ description: 'The membership to suspend, on the version that the caller has seen.' })
export class SuspendMembershipInput extends MembershipStepInput {}

/** What `reinstateMembership` takes. */
@InputType({ description: 'The membership to reinstate, on the version that the caller has seen.' })
export class ReinstateMembershipInput extends MembershipStepInput {}

/** What `mergeMembership` takes. */
@InputType({
  description: 'The membership that ends, and the member that takes its agreements and records over.',
})
export class MergeMembershipInput extends MembershipStepInput {
  @Field(() => ID, { description: 'The institution that takes over; an active member.' })
  successorId!: string;
}

/** What a mutation of a membership answers. */
export type MembershipPayload = Payload<{ membership: Membership }>;

/** What `recordFoundingMember` answers. */
export const RecordFoundingMemberPayload = payloadType('recordFoundingMember', 'membership', Membership);
/** What `suspendMembership` answers. */
export const SuspendMembershipPayload = payloadType('suspendMembership', 'membership', Membership);
/** What `reinstateMembership` answers. */
export const ReinstateMembershipPayload = payloadType('reinstateMembership', 'membership', Membership);
/** What `mergeMembership` answers. */
export const MergeMembershipPayload = payloadType('mergeMembership', 'membership', Membership);
