import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { FigurePeriod, SeriesStep } from '../../kit/room/figures/period.types.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import type { DashboardService } from './dashboard.service.js';
import {
  Dashboard,
  DashboardFilter,
  MemberChanges,
  MemberFigures,
  MemberSeriesPoint,
} from './dashboard.types.js';
import { memberChanges, memberFigures, memberSeries } from './member-figures.loader.js';

/** The dashboard of the secretariat and of supervisors, with the figures of members. */
@Resolver(() => Dashboard)
export class DashboardResolver {
  readonly #dashboards: DashboardService;

  constructor(dashboards: DashboardService) {
    this.#dashboards = dashboards;
  }

  @Query(() => Dashboard, {
    nullable: true,
    description:
      'Figures about the members that the filter selects. A supervisor sees them during a visit, narrowed to its scope.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  dashboard(
    @Arg('filter', () => DashboardFilter, { nullable: true }) filter: DashboardFilter | null | undefined,
    @Arg('purpose', () => String, { nullable: true, description: 'Why; kept in the audit trail.' })
    purpose: string | null | undefined,
    @Ctx() { scope }: RoomContext,
  ): Promise<Dashboard> {
    return this.#dashboards.now(scope, filter ?? {}, purpose ?? null);
  }

  @FieldResolver(() => MemberFigures, {
    nullable: true,
    description: 'The members by state, kind and province.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  async members(
    @Root() dashboard: Dashboard,
    @Arg('asOf', () => DateScalar, {
      nullable: true,
      description: 'A day; that of the dashboard when left out.',
    })
    asOf: string | null | undefined,
    @Ctx() { scope }: RoomContext,
  ): Promise<MemberFigures> {
    return memberFigures(scope, dashboard, asOf ?? null);
  }

  @FieldResolver(() => MemberChanges, { nullable: true, description: 'Who came and who went in a time.' })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  memberChanges(
    @Root() dashboard: Dashboard,
    @Arg('period', () => FigurePeriod) period: FigurePeriod,
    @Ctx() { scope }: RoomContext,
  ): Promise<MemberChanges> {
    return memberChanges(scope, dashboard, period);
  }

  @FieldResolver(() => [MemberSeriesPoint], {
    nullable: true,
    description: 'The members over time: at most 240 points.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  memberSeries(
    @Root() dashboard: Dashboard,
    @Arg('from', () => DateScalar) from: string,
    @Arg('to', () => DateScalar, { description: 'The first day that no longer belongs to the series.' })
    to: string,
    @Arg('every', () => SeriesStep) every: SeriesStep,
    @Ctx() { scope }: RoomContext,
  ): Promise<MemberSeriesPoint[]> {
    return memberSeries(scope, dashboard, { from, to }, every);
  }
}
