import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Directive, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { FigurePoint, SeriesArguments } from '../../kit/room/figures/period.types.js';
import { placeOf, RankingArguments } from '../../kit/room/figures/ranking.js';
import type { RankedInstitutions } from '../../kit/room/figures/read-tallies.js';
import { agreementFigures, agreementSeries, rankByAgreements } from './agreement-figures.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { DashboardReference } from './dashboard-reference.js';
import { AgreementFigure, AgreementFigures, AgreementRanking } from './dashboard.types.js';

/** What this room adds to a dashboard. */
@Resolver(() => DashboardReference)
export class DashboardResolver {
  @FieldResolver(() => AgreementFigures, { nullable: true })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  agreements(
    @Root() dashboard: DashboardReference,
    @Ctx() { scope }: RoomContext,
  ): Promise<AgreementFigures> {
    return agreementFigures(scope, dashboard);
  }

  @FieldResolver(() => AgreementRanking, {
    nullable: true,
    description:
      'Institutions by their agreements. Those without any have their place where the dashboard has a filter.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  agreementRanking(
    @Root() dashboard: DashboardReference,
    @Arg('by', () => AgreementFigure) by: AgreementFigure,
    @Args(() => RankingArguments) place: RankingArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RankedInstitutions> {
    return rankByAgreements(scope, dashboard, by, placeOf(place, info));
  }

  @FieldResolver(() => [FigurePoint], {
    nullable: true,
    description: 'Agreements by the day of their first proposal: at most 240 points.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  @Directive('@requires(fields: "institutionIds")')
  agreementSeries(
    @Root() dashboard: DashboardReference,
    @Arg('of', () => AgreementFigure) of: AgreementFigure,
    @Args(() => SeriesArguments) time: SeriesArguments,
    @Ctx() { scope }: RoomContext,
  ): Promise<FigurePoint[]> {
    return agreementSeries(scope, dashboard, of, time);
  }
}
