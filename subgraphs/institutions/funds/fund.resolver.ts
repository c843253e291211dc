import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Int, Mutation, Query, Resolver } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import {
  FundBalance,
  FundEntriesArguments,
  FundEntryConnection,
  FundReport,
  ConfirmFundEntryInput,
  ConfirmFundEntryPayload,
  CorrectFundEntryInput,
  CorrectFundEntryPayload,
  RecordFundEntryInput,
  RecordFundEntryPayload,
  RejectFundEntryInput,
  RejectFundEntryPayload,
  type FundEntryPayload,
} from './fund-entry.types.js';
import type { FundService } from './fund.service.js';

/** The alliance's funds. */
@Resolver()
export class FundResolver {
  readonly #funds: FundService;

  constructor(funds: FundService) {
    this.#funds = funds;
  }

  @Query(() => FundEntryConnection, {
    nullable: true,
    description: 'Entries that the caller may see, the newest first.',
  })
  @Authenticated()
  fundEntries(
    @Args(() => FundEntriesArguments) args: FundEntriesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#funds.list(scope, args, selectsTotal(info));
  }

  @Query(() => [FundBalance], { nullable: true, description: 'What each purpose holds now.' })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR', 'INSTITUTION_ADMIN', 'REGISTRAR')
  fundBalances(@Ctx() { scope }: RoomContext): Promise<FundBalance[]> {
    return this.#funds.balances(scope);
  }

  @Query(() => FundReport, { nullable: true, description: 'The funds over a calendar year, by purpose.' })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR', 'INSTITUTION_ADMIN', 'REGISTRAR')
  fundReport(@Arg('year', () => Int) year: number, @Ctx() { scope }: RoomContext): Promise<FundReport> {
    return this.#funds.report(scope, year);
  }

  @Mutation(() => RecordFundEntryPayload, {
    nullable: true,
    description: 'Records money that came in or went out.',
  })
  @RequiresRole('SECRETARIAT')
  recordFundEntry(
    @Arg('input', () => RecordFundEntryInput) input: RecordFundEntryInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<FundEntryPayload> {
    return this.#funds.record(scope, input);
  }

  @Mutation(() => CorrectFundEntryPayload, {
    nullable: true,
    description: 'Records the exact opposite of a confirmed entry.',
  })
  @RequiresRole('SECRETARIAT')
  correctFundEntry(
    @Arg('input', () => CorrectFundEntryInput) input: CorrectFundEntryInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<FundEntryPayload> {
    return this.#funds.correct(scope, input);
  }

  @Mutation(() => ConfirmFundEntryPayload, {
    nullable: true,
    description: 'Confirms an entry that somebody else recorded.',
  })
  @RequiresRole('SECRETARIAT')
  confirmFundEntry(
    @Arg('input', () => ConfirmFundEntryInput) input: ConfirmFundEntryInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<FundEntryPayload> {
    return this.#funds.decide(scope, 'confirmFundEntry', input);
  }

  @Mutation(() => RejectFundEntryPayload, {
    nullable: true,
    description: 'Rejects an entry that somebody else recorded.',
  })
  @RequiresRole('SECRETARIAT')
  rejectFundEntry(
    @Arg('input', () => RejectFundEntryInput) input: RejectFundEntryInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<FundEntryPayload> {
    return this.#funds.decide(scope, 'rejectFundEntry', input);
  }
}
