import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { AvailableAction } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The offices in a body. */
export enum SeatOffice {
  CHAIR = 'CHAIR',
  VICE_CHAIR = 'VICE_CHAIR',
  MEMBER = 'MEMBER',
  SECRETARY_GENERAL = 'SECRETARY_GENERAL',
}
registerEnumType(SeatOffice, { name: 'SeatOffice', description: 'The office of a person in a body.' });

/** The states of a seat. */
export enum SeatState {
  HELD = 'HELD',
  VACATED = 'VACATED',
  ENDED = 'ENDED',
  REPLACED = 'REPLACED',
}
registerEnumType(SeatState, {
  name: 'SeatState',
  description: 'What became of a seat; VACATED ones wait to be filled because their member left.',
});

/** A person of a member institution in a body, for a time. */
@ObjectType({ description: 'A person of a member institution in a body, for a time; it gives a vote.' })
export class Seat {
  @Field(() => ID)
  id!: string;

  /** For the field resolvers; not fields of the graph. */
  bodyId!: string;
  institutionId!: string;

  @Field(() => String, { description: 'The name under which the person sits in the body.' })
  holderName!: string;

  @Field(() => String, {
    nullable: true,
    description: "The identity provider's subject of the person; null for everybody but the secretariat.",
  })
  @RequiresRole('SECRETARIAT')
  holderSubject!: string | null;

  @Field(() => SeatOffice)
  office!: SeatOffice;

  @Field(() => SeatState)
  state!: SeatState;

  @Field(() => DateTimeScalar)
  from!: Date;

  @Field(() => DateTimeScalar, { description: 'The end of the half-open interval.' })
  to!: Date;

  @Field(() => Boolean, { description: 'Whether the seat gives a vote now.' })
  inForce!: boolean;

  @Field(() => Int, { description: 'The first term is 1; every renewal adds one.' })
  term!: number;

  @Field(() => ID, { nullable: true, description: 'The seat whose rest of the term this one is.' })
  replacesSeatId!: string | null;

  @Field(() => [AvailableAction])
  availableActions!: AvailableAction[];

  @Field(() => Int)
  version!: number;
}

/** A page of seats. */
export const SeatConnection = connectionType(Seat, 'Seat');

/** Which seats to list. */
@InputType({ description: 'Which seats to list; conditions are joined by AND.' })
export class SeatFilter {
  @Field(() => ID, { nullable: true })
  bodyId?: string;

  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Only those that gave a vote at that instant.',
  })
  inForceAt?: Date;
}

/** The arguments of `seats`. */
@ArgsType()
export class SeatsArguments extends PageArguments {
  @Field(() => SeatFilter, { nullable: true })
  filter?: SeatFilter;
}

/** The arguments of `expiringSeats`. */
@ArgsType()
export class ExpiringSeatsArguments extends PageArguments {
  @Field(() => Int, { defaultValue: 90, description: '1 to 730.' })
  withinDays!: number;
}

/** What `appointSeat` takes. */
@InputType({ description: 'Who sits in which body for which member, with which office.' })
export class AppointSeatInput {
  @Field(() => ID)
  bodyId!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => String, { description: "The identity provider's subject of the person." })
  subject!: string;

  @Field(() => String)
  holderName!: string;

  @Field(() => SeatOffice)
  office!: SeatOffice;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Now, unless said otherwise.' })
  from?: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Two years later, unless said otherwise (charter art. 13 to 15).',
  })
  to?: Date;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `renewSeat` takes. */
@InputType({ description: 'The seat to renew for another term, on the version that the caller has seen.' })
export class RenewSeatInput extends stepInput('seatId') {}

/** What `endSeat` takes. */
@InputType({ description: 'The seat to end now, on the version that the caller has seen.' })
export class EndSeatInput extends reasonedStepInput('seatId', 'Why; 1 to 500 characters.') {}

/** What `replaceSeatHolder` takes. */
@InputType({ description: 'The seat and the person who takes it over for the rest of the term.' })
export class ReplaceSeatHolderInput extends reasonedStepInput('seatId', 'Why; 1 to 500 characters.') {
  @Field(() => String, { description: "The identity provider's subject of the new holder." })
  subject!: string;

  @Field(() => String)
  holderName!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What a mutation of a seat answers. */
export type SeatPayload = Payload<{ seat: Seat }>;

/** What `appointSeat` answers. */
export const AppointSeatPayload = payloadType('appointSeat', 'seat', Seat);
/** What `renewSeat` answers. */
export const RenewSeatPayload = payloadType('renewSeat', 'seat', Seat);
/** What `endSeat` answers. */
export const EndSeatPayload = payloadType('endSeat', 'seat', Seat);
/** What `replaceSeatHolder` answers: the new seat. */
export const ReplaceSeatHolderPayload = payloadType('replaceSeatHolder', 'seat', Seat);
