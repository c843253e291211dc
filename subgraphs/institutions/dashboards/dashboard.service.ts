import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { FigureGate } from '../supervision/figure-gate.js';
import type { MemberFilter } from '../supervision/member-selection.js';
import { dashboardId, readDashboardId, type DashboardContent } from './dashboard-id.js';
import type { Dashboard } from './dashboard.types.js';

/** Dashboards: a question about members, opened for those who may have figures. */
export class DashboardService {
  readonly #gate: FigureGate;

  constructor(gate: FigureGate) {
    this.#gate = gate;
  }

  /** The dashboard of a filter, now. @throws AmrloError `FIGURES_NEED_A_VISIT` for a supervisor without a visit */
  now(scope: RequestScope, filter: MemberFilter, purpose: string | null): Promise<Dashboard> {
    const { institutionIds, provinces, kinds, memberStates, subAllianceId } = filter;
    const asked = { institutionIds, provinces, kinds, memberStates, subAllianceId };
    return this.#open(scope, { filter: withoutAbsent(asked), asOf: scope.clock.now(), purpose });
  }

  /** The dashboard behind a reference of the gateway; null for a text that is no id of ours. Rights are checked anew. */
  async byId(scope: RequestScope, id: string): Promise<Dashboard | null> {
    const content = readDashboardId(id);
    return content === null ? null : this.#open(scope, content);
  }

  async #open(scope: RequestScope, content: DashboardContent): Promise<Dashboard> {
    const { filter, purpose, asOf } = content;
    const { institutionIds } = await this.#gate.pass(scope, {
      action: 'READ_FIGURES',
      subjectType: 'Dashboard',
      filter,
      purpose,
    });
    return { id: dashboardId(content), institutionIds, asOf };
  }
}

/** Conditions that are there; an id with and one without an empty place would be two ids of one question. */
function withoutAbsent<T extends object>(filter: T): T {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value != null)) as T;
}
