import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { adapterFigures } from '../adapter-health/adapter-figures.loader.js';
import { activityFigures } from '../dashboards/activity-figures.loader.js';
import { dashboardId } from '../dashboards/dashboard-id.js';
import { governanceFigures } from '../dashboards/governance-figures.loader.js';
import { memberChanges, memberFigures } from '../dashboards/member-figures.loader.js';
import { taskFigures } from '../dashboards/task-figures.loader.js';
import { memberReportFigures } from '../member-reports/member-report.loader.js';

/** What is asked of another room for a snapshot. */
export interface RoomFigures {
  readonly room: string;
  /** Selects the room's fields of `Dashboard` from `_entities(representations: $dashboards)`. */
  readonly query: string;
}

/**
 * The figures of a year from every room, by room. Other rooms are asked as a service of this house, outside of any
 * transaction.
 * @throws AmrloError `UPSTREAM_UNAVAILABLE` when one of them gives no whole answer: half of the figures are no figures
 */
export async function collectFigures(
  scope: RequestScope,
  rooms: readonly RoomFigures[],
  { year, asOf }: { readonly year: number; readonly asOf: Date },
): Promise<Record<string, unknown>> {
  const dashboard = { id: dashboardId({ filter: {}, asOf, purpose: null }), institutionIds: null, asOf };
  const dashboards = [{ __typename: 'Dashboard', ...dashboard, asOf: asOf.toISOString() }];
  const others = await Promise.all(
    rooms.map(async ({ room, query }) => {
      const { _entities: found } = await scope
        .remote(room)
        .queryAsService<{ _entities: readonly unknown[] }>('institutions', query, { dashboards });
      if (found[0] == null) throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: room });
      return [room, found[0]] as const;
    }),
  );
  const [members, changes, reports, adapters, governance, tasks, activity] = await Promise.all([
    memberFigures(scope, dashboard),
    memberChanges(scope, dashboard, { from: `${year}-01-01`, to: `${year + 1}-01-01` }),
    memberReportFigures(scope, dashboard, year),
    adapterFigures(scope, dashboard),
    governanceFigures(scope, dashboard),
    taskFigures(scope, dashboard),
    activityFigures(scope, dashboard),
  ]);
  const institutions = { members, memberChanges: changes, reports, adapters, governance, tasks, activity };
  return { institutions, ...Object.fromEntries(others) };
}
