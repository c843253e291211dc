import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { depositObligations } from './obligations.js';
import { DepositObligations } from './obligations.types.js';

/** What a member that leaves still owes. */
@Resolver()
export class ObligationsResolver {
  @Query(() => DepositObligations, {
    nullable: true,
    description: 'What an institution still owes to learners; for services of this house.',
  })
  @RequiresRole('SERVICE')
  depositObligations(
    @Arg('institutionId', () => ID) institutionId: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<DepositObligations | null> {
    return depositObligations(scope, institutionId);
  }
}
