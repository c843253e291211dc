import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { agreementObligations } from './obligations.js';
import { AgreementObligations } from './obligations.types.js';

/** What a member that leaves still owes. */
@Resolver()
export class ObligationsResolver {
  @Query(() => AgreementObligations, {
    nullable: true,
    description: 'What an institution still owes under its agreements; for services of this house.',
  })
  @RequiresRole('SERVICE')
  agreementObligations(
    @Arg('institutionId', () => ID) institutionId: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<AgreementObligations | null> {
    return agreementObligations(scope, institutionId);
  }
}
