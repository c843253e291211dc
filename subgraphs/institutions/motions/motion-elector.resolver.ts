import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RoomContext } from '../../kit/room/room-context.js';
import { institutionById } from '../institutions/institution.loader.js';
import { Institution } from '../institutions/institution.types.js';
import { lastBallot } from './motion.loader.js';
import { BallotChoice, MotionElector } from './motion.types.js';

/** What is known of an elector. */
@Resolver(() => MotionElector)
export class MotionElectorResolver {
  @FieldResolver(() => Institution, { nullable: true })
  institution(@Root() elector: MotionElector, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return scope.load(institutionById, elector.institutionId);
  }

  @FieldResolver(() => Boolean)
  async hasVoted(@Root() elector: MotionElector, @Ctx() { scope }: RoomContext): Promise<boolean> {
    return (await scope.load(lastBallot, elector)) !== null;
  }

  @FieldResolver(() => BallotChoice, {
    nullable: true,
    description: 'The last vote; null when none was cast, and always in a secret motion.',
  })
  async choice(@Root() elector: MotionElector, @Ctx() { scope }: RoomContext): Promise<BallotChoice | null> {
    return ((await scope.load(lastBallot, elector))?.choice as BallotChoice | undefined) ?? null;
  }
}
