import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Directive, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { FigurePoint, SeriesArguments } from '../../kit/room/figures/period.types.js';
import { placeOf, RankingArguments } from '../../kit/room/figures/ranking.js';
import { rankByTally, tallySeries, type RankedInstitutions } from '../../kit/room/figures/read-tallies.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { DashboardReference } from './dashboard-reference.js';
import {
  AccountFigure,
  AccountFigures,
  AccountPoint,
  AccountRanking,
  DepositFigure,
  DepositFigures,
  DepositRanking,
} from './dashboard.types.js';
import { accountSeries, countedAccounts, countedDeposits, enteredDeposits } from './counted.js';
import { accountFigures, depositFigures } from './learner-figures.loader.js';

/** What this room adds to a dashboard. */
@Resolver(() => DashboardReference)
export class DashboardResolver {
  @FieldResolver(() => AccountFigures, { nullable: true })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  accounts(@Root() dashboard: DashboardReference, @Ctx() { scope }: RoomContext): Promise<AccountFigures> {
    return accountFigures(scope, dashboard);
  }

  @FieldResolver(() => DepositFigures, { nullable: true })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  deposits(@Root() dashboard: DashboardReference, @Ctx() { scope }: RoomContext): Promise<DepositFigures> {
    return depositFigures(scope, dashboard);
  }

  @FieldResolver(() => DepositRanking, {
    nullable: true,
    description:
      'Institutions by their deposits. Those without any have their place where the dashboard has a filter.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  depositRanking(
    @Root() dashboard: DashboardReference,
    @Arg('by', () => DepositFigure) by: DepositFigure,
    @Args(() => RankingArguments) place: RankingArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RankedInstitutions> {
    return rankByTally(scope, dashboard, countedDeposits[by], placeOf(place, info));
  }

  @FieldResolver(() => AccountRanking, { nullable: true, description: 'Institutions by their accounts.' })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  accountRanking(
    @Root() dashboard: DashboardReference,
    @Arg('by', () => AccountFigure) by: AccountFigure,
    @Args(() => RankingArguments) place: RankingArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RankedInstitutions> {
    return rankByTally(scope, dashboard, countedAccounts[by], { ...placeOf(place, info), ofPeople: true });
  }

  @FieldResolver(() => [FigurePoint], {
    nullable: true,
    description: 'Deposits by the month of their entry: at most 240 points.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  depositSeries(
    @Root() dashboard: DashboardReference,
    @Arg('of', () => DepositFigure) of: DepositFigure,
    @Args(() => SeriesArguments) time: SeriesArguments,
    @Ctx() { scope }: RoomContext,
  ): Promise<FigurePoint[]> {
    return tallySeries(scope, dashboard, enteredDeposits[of], time);
  }

  @FieldResolver(() => [AccountPoint], {
    nullable: true,
    description: 'Accounts by the month of their opening: at most 240 points.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  accountSeries(
    @Root() dashboard: DashboardReference,
    @Arg('of', () => AccountFigure) of: AccountFigure,
    @Args(() => SeriesArguments) time: SeriesArguments,
    @Ctx() { scope }: RoomContext,
  ): Promise<AccountPoint[]> {
    return accountSeries(scope, dashboard, of, time);
  }
}
