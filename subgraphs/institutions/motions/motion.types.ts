import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { BilingualText } from '../bodies/body.types.js';
import { motionKinds, type MotionThreshold } from './motion-consequence.js';

/** The kinds of motions as an enumeration of the graph. */
export const MotionKindEnum = Object.fromEntries(motionKinds.map((kind) => [kind, kind])) as {
  [K in (typeof motionKinds)[number]]: K;
};
registerEnumType(MotionKindEnum, {
  name: 'MotionKind',
  description: 'What a motion is about; all but GENERAL take effect when they are closed.',
});

/** The thresholds as an enumeration of the graph. */
export const MotionThresholdEnum = {
  SIMPLE_MAJORITY: 'SIMPLE_MAJORITY',
  TWO_THIRDS_OF_ELECTORATE: 'TWO_THIRDS_OF_ELECTORATE',
} as const satisfies { [K in MotionThreshold]: K };
registerEnumType(MotionThresholdEnum, {
  name: 'MotionThreshold',
  description:
    'SIMPLE_MAJORITY: more than half of the votes cast, by more than half of the electorate. TWO_THIRDS_OF_ELECTORATE: of all who may vote.',
});

/** The states of a motion. */
export enum MotionState {
  OPEN = 'OPEN',
  CARRIED = 'CARRIED',
  REJECTED = 'REJECTED',
  WITHDRAWN = 'WITHDRAWN',
}
registerEnumType(MotionState, { name: 'MotionState', description: 'The state of a motion.' });

/** What an elector can vote. */
export enum BallotChoice {
  YES = 'YES',
  NO = 'NO',
  ABSTAIN = 'ABSTAIN',
}
registerEnumType(BallotChoice, { name: 'BallotChoice', description: 'What an elector can vote.' });

/** The counted votes of a closed motion. */
@ObjectType({ description: 'The counted votes of a closed motion.' })
export class MotionResult {
  @Field(() => Boolean)
  carried!: boolean;

  @Field(() => Boolean, { description: 'Whether more than half of the electorate voted.' })
  quorate!: boolean;

  @Field(() => Int)
  yes!: number;

  @Field(() => Int)
  no!: number;

  @Field(() => Int)
  abstain!: number;
}

/** A question that a body decides by votes. */
@ObjectType({ description: 'A question that a body decides by votes.' })
export class Motion {
  @Field(() => ID)
  id!: string;

  /** For the field resolvers; not fields of the graph. */
  bodyId!: string;
  preparedById!: string | null;
  isOpener!: boolean;
  ballotEntries!: number;

  @Field(() => String, { description: 'The number by which people name it.' })
  motionNo!: string;

  @Field(() => MotionKindEnum)
  kind!: keyof typeof MotionKindEnum;

  @Field(() => ID, { nullable: true, description: 'What it is about, where it takes effect.' })
  subjectId!: string | null;

  @Field(() => BilingualText)
  title!: BilingualText;

  @Field(() => String, { nullable: true, description: 'For those who vote on it and the secretariat.' })
  text!: string | null;

  @Field(() => MotionThresholdEnum)
  threshold!: MotionThreshold;

  @Field(() => Boolean, { description: 'Whether nobody sees who voted what.' })
  secret!: boolean;

  @Field(() => MotionState)
  state!: MotionState;

  @Field(() => DateTimeScalar)
  openedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'Votes count that are cast before.' })
  closesAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true })
  closedAt!: Date | null;

  @Field(() => Int, { description: 'How many may vote, as the seats stood when it was opened.' })
  electorate!: number;

  @Field(() => Int, { description: 'How many have voted.' })
  voted!: number;

  @Field(() => Boolean, { description: 'Whether the one who asks may vote on it.' })
  isElector!: boolean;

  @Field(() => MotionResult, {
    nullable: true,
    description: 'Null while it is open and when it was withdrawn.',
  })
  result!: MotionResult | null;

  @Field(() => Int)
  version!: number;
}

/** A seat that may vote on a motion. */
@ObjectType({ description: 'A seat that may vote on a motion, as it was when the motion was opened.' })
export class MotionElector {
  @Field(() => ID)
  id!: string;

  /** For the field resolvers; not fields of the graph. */
  motionId!: string;
  institutionId!: string;

  @Field(() => ID)
  seatId!: string;

  @Field(() => String)
  holderName!: string;
}

/** A page of motions. */
export const MotionConnection = connectionType(Motion, 'Motion');
/** A page of an electorate. */
export const MotionElectorConnection = connectionType(MotionElector, 'MotionElector');

/** Which motions to list. */
@InputType({ description: 'Which motions to list; conditions are joined by AND.' })
export class MotionFilter {
  @Field(() => ID, { nullable: true })
  bodyId?: string;

  @Field(() => MotionState, { nullable: true })
  state?: MotionState;

  @Field(() => MotionKindEnum, { nullable: true })
  kind?: keyof typeof MotionKindEnum;

  @Field(() => ID, { nullable: true })
  subjectId?: string;
}

/** The arguments of `motions`. */
@ArgsType()
export class MotionsArguments extends PageArguments {
  @Field(() => MotionFilter, { nullable: true })
  filter?: MotionFilter;
}
