import type { Connection } from '../../kit/room/connection/connection-type.js';
import { readFigure } from '../../kit/room/figures/figure-part.js';
import type { PlaceInRanking, RankingEntry } from '../../kit/room/figures/ranking.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { Institution } from '../institutions/institution.types.js';
import type { Dashboard } from './dashboard.types.js';
import { rankInstitutions } from './institution-ranking.js';
import { TaskRankingFigure, type TaskFigures } from './task-figures.types.js';

/** What waits for officials, by type. */
export async function taskFigures(
  scope: RequestScope,
  { institutionIds, asOf }: Dashboard,
): Promise<TaskFigures> {
  const byType = await readFigure<TaskFigures['byType']>(scope, {
    institutionIds,
    statement: `select coalesce(json_agg(json_build_object('subjectType', type, 'open', open, 'overdue', overdue,
        'closed', closed, 'daysToClose', days_to_close) order by type), '[]')
      from given, task_figures(ids, ?::timestamptz)`,
    parameters: [asOf.toISOString()],
  });
  return {
    open: byType.reduce((sum, { open }) => sum + open, 0),
    overdue: byType.reduce((sum, { overdue }) => sum + overdue, 0),
    byType,
  };
}

/** Institutions by how their officials get on with what waits for them; who had nothing to do is not in it. */
export function taskRanking(
  scope: RequestScope,
  dashboard: Dashboard,
  { by, ...place }: PlaceInRanking & { readonly by: TaskRankingFigure },
): Promise<Connection<RankingEntry<Institution>>> {
  const value = by === TaskRankingFigure.OVERDUE ? 'overdue' : 'days_to_close';
  return rankInstitutions(scope, dashboard, {
    ...place,
    list: `TaskRanking ${by}`,
    statement: `select institution_id, ${value} as value from given, task_pace(ids, ?::timestamptz)`,
    parameters: [dashboard.asOf.toISOString()],
  });
}
