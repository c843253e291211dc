import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import { ExitGround } from '../memberships/membership.types.js';

/** The states of an exit. */
export enum MembershipExitState {
  PROPOSED = 'PROPOSED',
  RUN_OFF = 'RUN_OFF',
  COMPLETED = 'COMPLETED',
  REJECTED = 'REJECTED',
  WITHDRAWN = 'WITHDRAWN',
}
registerEnumType(MembershipExitState, { name: 'MembershipExitState', description: 'The state of an exit.' });

/** How many activities of one kind are known of a member. */
@ObjectType({ description: 'How many activities of one kind are known of a member.' })
export class ActivityCount {
  @Field(() => String)
  kind!: string;

  @Field(() => Int)
  count!: number;
}

/** What was found when an exit for inactivity was proposed. */
@ObjectType({
  description:
    'What was found when an exit for inactivity was proposed (charter art. 21.1): no counted activity.',
})
export class InactivityFinding {
  @Field(() => DateTimeScalar, { description: 'The window begins after this instant.' })
  windowFrom!: Date;

  @Field(() => DateTimeScalar, { description: 'The last instant of the window.' })
  windowTo!: Date;

  @Field(() => DateTimeScalar)
  memberSince!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The last activity before the window; null without one.',
  })
  lastActivityAt!: Date | null;

  @Field(() => [ActivityCount], { description: 'All that is known of the member, by kind.' })
  counts!: ActivityCount[];
}

/** A member's way out of the alliance. */
@ObjectType({
  description:
    "A member's way out: proposed, decided by the standing council, ended with its last obligation.",
})
export class MembershipExit extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The number by which people name it, EXIT-<year>-<number>.' })
  exitNo!: string;

  @Field(() => ID)
  membershipId!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => ExitGround)
  ground!: ExitGround;

  @Field(() => String, { description: 'Why it was proposed, or what the member says of it.' })
  reason!: string;

  @Field(() => InactivityFinding, { nullable: true, description: 'Only with INACTIVITY.' })
  inactivity!: InactivityFinding | null;

  @Field(() => MembershipExitState)
  state!: MembershipExitState;

  @Field(() => DateTimeScalar, { description: 'Since when the exit is in this state.' })
  since!: Date;

  @Field(() => String, { description: 'Who proposed it.' })
  proposedBy!: string;

  @Field(() => DateTimeScalar)
  proposedAt!: Date;

  @Field(() => String, { nullable: true, description: 'The motion of the standing council that decided.' })
  motionNo!: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  decidedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From here on the member only fulfils what it owes (charter art. 21.3).',
  })
  runOffSince!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true })
  exitedAt!: Date | null;

  /** For the field resolvers; not a field of the graph. */
  violationCaseId!: string | null;
}

/** A page of exits. */
export const MembershipExitConnection = connectionType(MembershipExit, 'MembershipExit');

/** Which exits to list. */
@InputType({ description: 'Which exits to list; conditions are joined by AND.' })
export class MembershipExitFilter {
  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => ExitGround, { nullable: true })
  ground?: ExitGround;

  @Field(() => MembershipExitState, { nullable: true })
  state?: MembershipExitState;
}

/** The arguments of `membershipExits`. */
@ArgsType()
export class MembershipExitsArguments extends PageArguments {
  @Field(() => MembershipExitFilter, { nullable: true })
  filter?: MembershipExitFilter;
}

/** What a member still owes. */
@ObjectType({
  description:
    'What a member still owes others (charter art. 21.3); its exit is completed when nothing is left.',
})
export class OutstandingObligations {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => Int, { description: 'Signed agreements that bind it today or from a later day on.' })
  agreements!: number;

  @Field(() => Int, { description: 'Applications in flight that have reserved credits of its deposits.' })
  applications!: number;

  @Field(() => Int, { description: 'Deposits of its own that are still to be reviewed.' })
  deposits!: number;

  @Field(() => Int)
  total!: number;
}
