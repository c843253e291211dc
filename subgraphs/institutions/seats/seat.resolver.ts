import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Public, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { bodyById } from '../bodies/body.loader.js';
import { Body } from '../bodies/body.types.js';
import { institutionById } from '../institutions/institution.loader.js';
import { Institution } from '../institutions/institution.types.js';
import type { SeatService } from './seat.service.js';
import {
  AppointSeatInput,
  AppointSeatPayload,
  EndSeatInput,
  EndSeatPayload,
  ExpiringSeatsArguments,
  RenewSeatInput,
  RenewSeatPayload,
  ReplaceSeatHolderInput,
  ReplaceSeatHolderPayload,
  Seat,
  SeatConnection,
  SeatsArguments,
  type SeatPayload,
} from './seat.types.js';

/** Seats and their steps. */
@Resolver(() => Seat)
export class SeatResolver {
  readonly #seats: SeatService;

  constructor(seats: SeatService) {
    this.#seats = seats;
  }

  @Query(() => SeatConnection, { nullable: true, description: 'Who sits and sat in the bodies.' })
  @Public()
  seats(
    @Args(() => SeatsArguments) args: SeatsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#seats.list(scope, args, selectsTotal(info));
  }

  @Query(() => SeatConnection, { nullable: true, description: 'Seats that end soon, the next to end first.' })
  @Public()
  expiringSeats(
    @Args(() => ExpiringSeatsArguments) args: ExpiringSeatsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#seats.expiring(scope, args, selectsTotal(info));
  }

  @Mutation(() => AppointSeatPayload, {
    nullable: true,
    description: 'Appoints a person of a member to a body; a council seat comes with the role for its term.',
  })
  @RequiresRole('SECRETARIAT')
  appointSeat(
    @Arg('input', () => AppointSeatInput) input: AppointSeatInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SeatPayload> {
    return this.#seats.appoint(scope, input);
  }

  @Mutation(() => RenewSeatPayload, { nullable: true, description: 'Lets a seat go on for another term.' })
  @RequiresRole('SECRETARIAT')
  renewSeat(
    @Arg('input', () => RenewSeatInput) input: RenewSeatInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SeatPayload> {
    return this.#seats.renew(scope, input);
  }

  @Mutation(() => EndSeatPayload, { nullable: true, description: 'Ends a seat now.' })
  @RequiresRole('SECRETARIAT')
  endSeat(
    @Arg('input', () => EndSeatInput) input: EndSeatInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SeatPayload> {
    return this.#seats.end(scope, input);
  }

  @Mutation(() => ReplaceSeatHolderPayload, {
    nullable: true,
    description: 'Gives the rest of a term to another person of the same institution; answers the new seat.',
  })
  @RequiresRole('SECRETARIAT')
  replaceSeatHolder(
    @Arg('input', () => ReplaceSeatHolderInput) input: ReplaceSeatHolderInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SeatPayload> {
    return this.#seats.replaceHolder(scope, input);
  }

  @FieldResolver(() => Body, { nullable: true })
  body(@Root() seat: Seat, @Ctx() { scope }: RoomContext): Promise<Body | null> {
    return scope.load(bodyById, seat.bodyId);
  }

  @FieldResolver(() => Institution, { nullable: true, description: 'The member that the person sits for.' })
  institution(@Root() seat: Seat, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return scope.load(institutionById, seat.institutionId);
  }
}
