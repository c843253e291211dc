import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { AvailableAction } from '../../kit/room/schema/shared-types.js';
import { UserError } from '../../kit/room/schema/user-error.js';

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

/** A step of a membership. */
@InputType({ description: 'A step of a membership, on the version that the caller has seen.' })
export class ChangeMembershipInput {
  @Field(() => ID)
  membershipId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String, { description: 'Why; kept in the audit trail.' })
  reason!: string;
}

/** What a membership mutation answers. */
@ObjectType()
export class MembershipPayload {
  @Field(() => Membership, { nullable: true })
  membership!: Membership | null;

  @Field(() => [UserError])
  userErrors!: UserError[];
}
