import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { AvailableAction } from '../../kit/room/schema/shared-types.js';
import { bodyById } from '../bodies/body.loader.js';
import { Body } from '../bodies/body.types.js';
import {
  CastBallotInput,
  CastBallotPayload,
  CloseMotionInput,
  CloseMotionPayload,
  OpenMotionInput,
  OpenMotionPayload,
  WithdrawMotionInput,
  WithdrawMotionPayload,
  type MotionPayload,
} from './motion.inputs.js';
import { motionById } from './motion.loader.js';
import type { MotionService } from './motion.service.js';
import { Motion, MotionConnection, MotionElectorConnection, MotionsArguments } from './motion.types.js';

/** Motions, their steps and their electorates. */
@Resolver(() => Motion)
export class MotionResolver {
  readonly #motions: MotionService;

  constructor(motions: MotionService) {
    this.#motions = motions;
  }

  @Query(() => Motion, { nullable: true })
  @Authenticated()
  motion(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Motion | null> {
    return this.#motions.byId(scope, id);
  }

  @Query(() => MotionConnection, {
    nullable: true,
    description: 'The motions on which the caller votes, and the results of all.',
  })
  @Authenticated()
  motions(
    @Args(() => MotionsArguments) args: MotionsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#motions.list(scope, args, selectsTotal(info));
  }

  @Mutation(() => OpenMotionPayload, {
    nullable: true,
    description: 'Puts a question to the vote of a body; for the secretariat and those who vote in it.',
  })
  @Authenticated()
  openMotion(
    @Arg('input', () => OpenMotionInput) input: OpenMotionInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MotionPayload> {
    return this.#motions.open(scope, input);
  }

  @Mutation(() => CastBallotPayload, {
    nullable: true,
    description:
      'Votes, or changes a vote until the result is settled; for those who had a seat when the motion was opened.',
  })
  @Authenticated()
  castBallot(
    @Arg('input', () => CastBallotInput) input: CastBallotInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MotionPayload> {
    return this.#motions.cast(scope, input);
  }

  @Mutation(() => WithdrawMotionPayload, {
    nullable: true,
    description: 'Takes back a motion on which nobody has voted; for the one who opened it.',
  })
  @Authenticated()
  withdrawMotion(
    @Arg('input', () => WithdrawMotionInput) input: WithdrawMotionInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MotionPayload> {
    return this.#motions.withdraw(scope, input);
  }

  @Mutation(() => CloseMotionPayload, {
    nullable: true,
    description: 'Counts the votes when the vote is over or settled; the decision takes effect with it.',
  })
  @RequiresRole('SECRETARIAT')
  closeMotion(
    @Arg('input', () => CloseMotionInput) input: CloseMotionInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MotionPayload> {
    return this.#motions.close(scope, input);
  }

  @FieldResolver(() => Body, { nullable: true })
  body(@Root() motion: Motion, @Ctx() { scope }: RoomContext): Promise<Body | null> {
    return scope.load(bodyById, motion.bodyId);
  }

  @FieldResolver(() => Motion, {
    nullable: true,
    description: 'The motion of the standing council that prepared it.',
  })
  preparedBy(@Root() motion: Motion, @Ctx() { scope }: RoomContext): Promise<Motion | null> | null {
    return motion.preparedById === null ? null : scope.load(motionById, motion.preparedById);
  }

  @FieldResolver(() => MotionElectorConnection, {
    nullable: true,
    description: 'Who may vote; for those who do and the secretariat.',
  })
  electors(
    @Root() motion: Motion,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#motions.electors(scope, motion.id, args, selectsTotal(info));
  }

  @FieldResolver(() => [AvailableAction])
  availableActions(@Root() motion: Motion, @Ctx() { scope }: RoomContext): Promise<AvailableAction[]> {
    return this.#motions.availableActions(scope, motion);
  }
}
