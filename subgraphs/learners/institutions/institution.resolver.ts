import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { depositSummaryByInstitution } from './deposit-summary.loader.js';
import { DepositSummary, InstitutionReference } from './institution.types.js';

/** What this room adds to an institution. */
@Resolver(() => InstitutionReference)
export class InstitutionResolver {
  @FieldResolver(() => DepositSummary, { nullable: true })
  @Authenticated()
  depositSummary(
    @Root() institution: InstitutionReference,
    @Ctx() { scope }: RoomContext,
  ): Promise<DepositSummary> {
    return scope.load(depositSummaryByInstitution, institution.id);
  }
}
