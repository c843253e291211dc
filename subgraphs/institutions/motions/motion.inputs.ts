import { Field, ID, InputType } from 'type-graphql';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { BilingualTextInput } from '../bodies/body.types.js';
import { BallotChoice, Motion, MotionKindEnum } from './motion.types.js';

/** What `openMotion` takes. */
@InputType({ description: 'The question, the body that decides it, and until when.' })
export class OpenMotionInput {
  @Field(() => ID)
  bodyId!: string;

  @Field(() => MotionKindEnum)
  kind!: keyof typeof MotionKindEnum;

  @Field(() => ID, { nullable: true, description: 'What it is about; needed for all kinds but GENERAL.' })
  subjectId?: string;

  @Field(() => BilingualTextInput)
  title!: BilingualTextInput;

  @Field(() => String, { description: '1 to 20,000 characters.' })
  text!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'In 14 days, unless said otherwise.' })
  closesAt?: Date;

  @Field(() => Boolean, { nullable: true, description: 'Whether nobody is to see who voted what.' })
  secret?: boolean;

  @Field(() => ID, {
    nullable: true,
    description: 'The counted general motion of the standing council that prepared it (charter art. 14).',
  })
  preparedBy?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `castBallot` takes. */
@InputType({
  description: 'A vote; a later one of the same elector takes its place until the motion is closed.',
})
export class CastBallotInput {
  @Field(() => ID)
  motionId!: string;

  @Field(() => BallotChoice)
  choice!: BallotChoice;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `withdrawMotion` takes. */
@InputType({ description: 'The motion to withdraw, on the version that the caller has seen.' })
export class WithdrawMotionInput extends reasonedStepInput('motionId', 'Why; 1 to 500 characters.') {}

/** What `closeMotion` takes. */
@InputType({
  description: 'The motion whose votes are to be counted, on the version that the caller has seen.',
})
export class CloseMotionInput extends stepInput('motionId') {}

/** What a mutation of a motion answers. */
export type MotionPayload = Payload<{ motion: Motion }>;

/** What `openMotion` answers. */
export const OpenMotionPayload = payloadType('openMotion', 'motion', Motion);
/** What `castBallot` answers. */
export const CastBallotPayload = payloadType('castBallot', 'motion', Motion);
/** What `withdrawMotion` answers. */
export const WithdrawMotionPayload = payloadType('withdrawMotion', 'motion', Motion);
/** What `closeMotion` answers. */
export const CloseMotionPayload = payloadType('closeMotion', 'motion', Motion);
