import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { CouncilFilingService } from './council-filing.service.js';
import {
  AcknowledgeFilingInput,
  AcknowledgeFilingPayload,
  CouncilFiling,
  CouncilFilingConnection,
  CouncilFilingsArguments,
  type CouncilFilingPayload,
} from './council-filing.types.js';

/** Filings with the council. */
@Resolver(() => CouncilFiling)
export class CouncilFilingResolver {
  readonly #filings: CouncilFilingService;

  constructor(filings: CouncilFilingService) {
    this.#filings = filings;
  }

  @Query(() => CouncilFilingConnection, {
    nullable: true,
    description: 'The admitted members as they were filed with the council; what is due first comes first.',
  })
  @RequiresRole('COUNCIL_MEMBER', 'SECRETARIAT')
  councilFilings(
    @Args(() => CouncilFilingsArguments) args: CouncilFilingsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<CouncilFiling>> {
    return this.#filings.list(scope, args, selectsTotal(info));
  }

  @Mutation(() => AcknowledgeFilingPayload, {
    nullable: true,
    description: 'The council takes note of an admitted member.',
  })
  @RequiresRole('COUNCIL_MEMBER')
  acknowledgeFiling(
    @Arg('input', () => AcknowledgeFilingInput) input: AcknowledgeFilingInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<CouncilFilingPayload> {
    return this.#filings.acknowledge(scope, input);
  }
}
