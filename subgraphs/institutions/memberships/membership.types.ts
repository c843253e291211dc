import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType, reasonedStepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { AvailableAction } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The states of a membership. */
export enum MembershipState {
  ACTIVE = 'ACTIVE',
  SUSPENDED = 'SUSPENDED',
}
registerEnumType(MembershipState, { name: 'MembershipState', description: 'The state of a membership.' });

/** An institution's membership in the alliance. */
@ObjectType({ description: "An institution's membership in the alliance." })
export class Membership {
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

  @Field(() => DateScalar)
  joinedOn!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the step that is waited for is overdue.',
  })
  dueAt!: Date | null;

  @Field(() => [AvailableAction])
  availableActions!: AvailableAction[];

  @Field(() => Int)
  version!: number;
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
export class MembershipStepInput extends reasonedStepInput('membershipId', 'Why; kept in the audit trail.') {}

/** What `suspendMembership` takes. */
@InputType({ description: 'The membership to suspend, on the version that the caller has seen.' })
export class SuspendMembershipInput extends MembershipStepInput {}

/** What `reinstateMembership` takes. */
@InputType({ description: 'The membership to reinstate, on the version that the caller has seen.' })
export class ReinstateMembershipInput extends MembershipStepInput {}

/** What a mutation of a membership answers. */
export type MembershipPayload = Payload<{ membership: Membership }>;

/** What `recordFoundingMember` answers. */
export const RecordFoundingMemberPayload = payloadType('recordFoundingMember', 'membership', Membership);
/** What `suspendMembership` answers. */
export const SuspendMembershipPayload = payloadType('suspendMembership', 'membership', Membership);
/** What `reinstateMembership` answers. */
export const ReinstateMembershipPayload = payloadType('reinstateMembership', 'membership', Membership);
