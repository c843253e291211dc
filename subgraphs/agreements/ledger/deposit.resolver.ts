import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Credits } from '../../kit/room/schema/shared-types.js';
import { balanceByDeposit } from './deposit-balance.loader.js';
import { DepositReference } from './deposit.types.js';
import { consumedOf, knownCredits, remainingOf } from './remaining-credit.js';

/** What this room adds to a deposit. */
@Resolver(() => DepositReference)
export class DepositResolver {
  @FieldResolver(() => Credits, { nullable: true, description: 'What conversions have used of it.' })
  @Directive('@requires(fields: "credits { amount scheme }")')
  @Authenticated()
  async consumed(@Root() deposit: DepositReference, @Ctx() { scope }: RoomContext): Promise<Credits> {
    const credits = knownCredits(deposit.credits);
    return consumedOf(credits, await scope.load(balanceByDeposit, deposit.id));
  }

  @FieldResolver(() => Credits, {
    nullable: true,
    description: 'What is left: its credits less what is reserved and consumed; zero once it is revoked.',
  })
  @Directive('@requires(fields: "credits { amount scheme }")')
  @Authenticated()
  async remaining(@Root() deposit: DepositReference, @Ctx() { scope }: RoomContext): Promise<Credits> {
    const credits = knownCredits(deposit.credits);
    return remainingOf(credits, await scope.load(balanceByDeposit, deposit.id));
  }
}
