import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Int, Mutation, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { FigurePeriod } from '../../kit/room/figures/period.types.js';
import { RankingOrder } from '../../kit/room/figures/ranking.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Dashboard } from '../dashboards/dashboard.types.js';
import { adapterFigures, adapterRanking } from './adapter-figures.loader.js';
import type { AdapterHealthService } from './adapter-health.service.js';
import {
  AdapterFigures,
  AdapterRankingConnection,
  AdapterRankingFigure,
  RecordAdapterHealthInput,
  RecordAdapterHealthPayload,
  type RecordAdapterHealthResult,
} from './adapter-health.types.js';

/** How the systems of schools are doing. */
@Resolver(() => Dashboard)
export class AdapterHealthResolver {
  readonly #health: AdapterHealthService;

  constructor(health: AdapterHealthService) {
    this.#health = health;
  }

  @FieldResolver(() => AdapterFigures, {
    nullable: true,
    description: 'How the adapters of the members are doing.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  adapters(@Root() dashboard: Dashboard, @Ctx() { scope }: RoomContext): Promise<AdapterFigures> {
    return adapterFigures(scope, dashboard);
  }

  @FieldResolver(() => AdapterRankingConnection, {
    nullable: true,
    description: 'The connected schools in the order of a figure, for example the twenty slowest.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  adapterRanking(
    @Root() dashboard: Dashboard,
    @Arg('by', () => AdapterRankingFigure) by: AdapterRankingFigure,
    @Arg('order', () => RankingOrder, { nullable: true, defaultValue: RankingOrder.HIGHEST })
    order: RankingOrder,
    @Arg('period', () => FigurePeriod, {
      nullable: true,
      description: 'The last seven legal days, today among them, when left out.',
    })
    period: FigurePeriod | null | undefined,
    @Arg('first', () => Int, { nullable: true, description: 'Items per page, 1 to 100; 20 when left out.' })
    first: number | null | undefined,
    @Arg('after', () => String, { nullable: true, description: 'Read on after this cursor.' })
    after: string | null | undefined,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return adapterRanking(scope, dashboard, {
      by,
      order,
      period: period ?? null,
      first: first ?? null,
      after: after ?? null,
      withTotal: selectsTotal(info),
    });
  }

  @Mutation(() => RecordAdapterHealthPayload, {
    nullable: true,
    description: 'Takes over what a records router saw of the schools; for services of this house.',
  })
  @RequiresRole('SERVICE')
  recordAdapterHealth(
    @Arg('input', () => RecordAdapterHealthInput) input: RecordAdapterHealthInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<RecordAdapterHealthResult> {
    return this.#health.record(scope, input);
  }
}
