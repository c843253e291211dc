import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Directive, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { FigurePoint, SeriesArguments } from '../../kit/room/figures/period.types.js';
import { placeOf, RankingArguments } from '../../kit/room/figures/ranking.js';
import { rankByTally, tallySeries, type RankedInstitutions } from '../../kit/room/figures/read-tallies.js';
import { countedOutcomes, outcomesByMonth } from './counted.js';
import { outcomeFigures } from './outcome-figures.loader.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { DashboardReference } from './dashboard-reference.js';
import { OutcomeFigure, OutcomeFigures, OutcomeRanking } from './dashboard.types.js';

/** What this room adds to a dashboard. */
@Resolver(() => DashboardReference)
export class DashboardResolver {
  @FieldResolver(() => OutcomeFigures, { nullable: true })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  outcomes(@Root() dashboard: DashboardReference, @Ctx() { scope }: RoomContext): Promise<OutcomeFigures> {
    return outcomeFigures(scope, dashboard);
  }

  @FieldResolver(() => OutcomeRanking, {
    nullable: true,
    description:
      'Institutions by their outcomes. Those without any have their place where the dashboard has a filter.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  outcomeRanking(
    @Root() dashboard: DashboardReference,
    @Arg('by', () => OutcomeFigure) by: OutcomeFigure,
    @Args(() => RankingArguments) place: RankingArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RankedInstitutions> {
    return rankByTally(scope, dashboard, countedOutcomes[by], placeOf(place, info));
  }

  @FieldResolver(() => [FigurePoint], {
    nullable: true,
    description:
      'Outcomes by month: decided ones by their decision, the others by their proposal; at most 240 points.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  outcomeSeries(
    @Root() dashboard: DashboardReference,
    @Arg('of', () => OutcomeFigure) of: OutcomeFigure,
    @Args(() => SeriesArguments) time: SeriesArguments,
    @Ctx() { scope }: RoomContext,
  ): Promise<FigurePoint[]> {
    return tallySeries(scope, dashboard, outcomesByMonth[of], time);
  }
}
