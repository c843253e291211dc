import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { placeOf, RankingArguments } from '../../kit/room/figures/ranking.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { ActivityKind } from '../activities/activity.types.js';
import { activityFigures, activityRanking } from './activity-figures.loader.js';
import { ActivityFigures, ActivityRankingConnection } from './activity-figures.types.js';
import { Dashboard } from './dashboard.types.js';
import { governanceFigures } from './governance-figures.loader.js';
import { GovernanceFigures } from './governance-figures.types.js';
import { taskFigures, taskRanking } from './task-figures.loader.js';
import { TaskFigures, TaskRankingConnection, TaskRankingFigure } from './task-figures.types.js';

/** What a dashboard tells of the alliance at work: its bodies, its officials' tasks, its members' activities. */
@Resolver(() => Dashboard)
export class AllianceFiguresResolver {
  @FieldResolver(() => GovernanceFigures, {
    nullable: true,
    description: 'Bodies, seats, motions, meetings, experts and service points.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  governance(@Root() dashboard: Dashboard, @Ctx() { scope }: RoomContext): Promise<GovernanceFigures> {
    return governanceFigures(scope, dashboard);
  }

  @FieldResolver(() => TaskFigures, { nullable: true, description: 'What waits for officials, by type.' })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  tasks(@Root() dashboard: Dashboard, @Ctx() { scope }: RoomContext): Promise<TaskFigures> {
    return taskFigures(scope, dashboard);
  }

  @FieldResolver(() => TaskRankingConnection, {
    nullable: true,
    description: 'Institutions by how their officials get on with what waits for them.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  taskRanking(
    @Root() dashboard: Dashboard,
    @Arg('by', () => TaskRankingFigure) by: TaskRankingFigure,
    @Args(() => RankingArguments) place: RankingArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return taskRanking(scope, dashboard, { ...placeOf(place, info), by });
  }

  @FieldResolver(() => ActivityFigures, {
    nullable: true,
    description: 'What members did in the last three years, and how many did nothing.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  activity(@Root() dashboard: Dashboard, @Ctx() { scope }: RoomContext): Promise<ActivityFigures> {
    return activityFigures(scope, dashboard);
  }

  @FieldResolver(() => ActivityRankingConnection, {
    nullable: true,
    description: 'The members by their activities of the last three years.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  activityRanking(
    @Root() dashboard: Dashboard,
    @Arg('kind', () => ActivityKind, { nullable: true, description: 'All kinds when left out.' })
    kind: ActivityKind | null | undefined,
    @Args(() => RankingArguments) place: RankingArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return activityRanking(scope, dashboard, { ...placeOf(place, info), kind: kind ?? null });
  }
}
