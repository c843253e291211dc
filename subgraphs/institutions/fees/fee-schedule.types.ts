import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { InstitutionKind } from '../institutions/institution.types.js';

/** The states of a fee schedule. */
export enum FeeScheduleState {
  PROPOSED = 'PROPOSED',
  ADOPTED = 'ADOPTED',
  REJECTED = 'REJECTED',
  WITHDRAWN = 'WITHDRAWN',
}
registerEnumType(FeeScheduleState, { name: 'FeeScheduleState', description: 'The state of a fee schedule.' });

/** The fee of one kind of member. */
@ObjectType({ description: 'The yearly fee of one kind of member.' })
export class MemberFee {
  @Field(() => InstitutionKind)
  memberKind!: InstitutionKind;

  @Field(() => DecimalScalar, { description: 'In CNY a year.' })
  amount!: string;
}

/** What members pay a year, from a day on (charter art. 22). */
@ObjectType({ description: 'What members pay a year, from a day on; adopted by the standing council.' })
export class FeeSchedule extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  title!: string;

  @Field(() => [MemberFee], { description: 'Kinds of members that are not named pay nothing.' })
  amounts!: MemberFee[];

  @Field(() => DateScalar, {
    description: 'The first day on which it counts; never before the day after the decision.',
  })
  effectiveFrom!: string;

  @Field(() => String, { nullable: true, description: 'The motion that decided it.' })
  motionNo!: string | null;

  @Field(() => FeeScheduleState)
  state!: FeeScheduleState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => DateTimeScalar)
  createdAt!: Date;
}

/** The fee of one kind of member. */
@InputType({ description: 'The yearly fee of one kind of member.' })
export class MemberFeeInput {
  @Field(() => InstitutionKind)
  memberKind!: InstitutionKind;

  @Field(() => DecimalScalar, { description: 'In CNY a year, at most two decimal places.' })
  amount!: string;
}

/** A new fee schedule. */
@InputType({ description: 'A fee schedule for the standing council to decide on.' })
export class ProposeFeeScheduleInput {
  @Field(() => String, { description: 'One to 200 characters.' })
  title!: string;

  @Field(() => [MemberFeeInput], { description: 'Each kind of member once.' })
  amounts!: MemberFeeInput[];

  @Field(() => DateScalar, { description: 'A day after today.' })
  effectiveFrom!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `withdrawFeeSchedule` takes. */
@InputType({ description: 'The proposed schedule to withdraw.' })
export class WithdrawFeeScheduleInput extends stepInput('feeScheduleId') {}

/** What a mutation of a fee schedule answers. */
export type FeeSchedulePayload = Payload<{ feeSchedule: FeeSchedule }>;

/** What `proposeFeeSchedule` answers. */
export const ProposeFeeSchedulePayload = payloadType('proposeFeeSchedule', 'feeSchedule', FeeSchedule);
/** What `withdrawFeeSchedule` answers. */
export const WithdrawFeeSchedulePayload = payloadType('withdrawFeeSchedule', 'feeSchedule', FeeSchedule);
