import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { AgreementService } from '../agreements/agreement.service.js';
import {
  AgreementConnection,
  AgreementFilter,
  AgreementsArguments,
  type Agreement,
} from '../agreements/agreement.types.js';
import { conversionSummaryByInstitution } from './conversion-summary.loader.js';
import { ConversionSummary, InstitutionReference } from './institution.types.js';

/** What this room adds to an institution. */
@Resolver(() => InstitutionReference)
export class InstitutionResolver {
  readonly #agreements: AgreementService;

  constructor(agreements: AgreementService) {
    this.#agreements = agreements;
  }

  @FieldResolver(() => AgreementConnection, {
    nullable: true,
    description: 'The agreements to which it is a party.',
  })
  @Authenticated()
  agreements(
    @Root() institution: InstitutionReference,
    @Args(() => AgreementsArguments) args: AgreementsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Agreement>> {
    const filter = Object.assign(new AgreementFilter(), args.filter, { partyId: institution.id });
    const own = Object.assign(new AgreementsArguments(), args, { filter });
    return this.#agreements.list(scope, own, selectsTotal(info));
  }

  @FieldResolver(() => ConversionSummary, { nullable: true })
  @Authenticated()
  conversionSummary(
    @Root() institution: InstitutionReference,
    @Ctx() { scope }: RoomContext,
  ): Promise<ConversionSummary> {
    return scope.load(conversionSummaryByInstitution, institution.id);
  }
}
