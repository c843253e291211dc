import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { selectMembers, type MemberFilter } from './member-selection.js';
import type { OpenVisit, SupervisionVisitService } from './supervision-visit.service.js';

/** What somebody wants to know. */
export interface FigureQuestion {
  readonly action: 'READ_FIGURES' | 'EXPORT_FIGURES';
  /** The type of the graph that answers, for example `Dashboard`. */
  readonly subjectType: string;
  readonly filter: MemberFilter;
  /** Why, as the caller states it; a supervisor's visit states it anyway. */
  readonly purpose: string | null;
}

/** What the answer may be about. */
export interface FigureAccess {
  /** The members that the figures may be about; null: all of them. */
  readonly institutionIds: readonly string[] | null;
  /** The supervisor's visit; null for the secretariat and for services. */
  readonly visitId: string | null;
}

/**
 * The one way to figures about many institutions: the secretariat and services of this house at any time, a supervisor
 * during a visit and within its scope (features.md #77). Every passage and every refusal stands in the audit trail,
 * with the visit and the purpose.
 */
export class FigureGate {
  readonly #visits: SupervisionVisitService;

  constructor(visits: SupervisionVisitService) {
    this.#visits = visits;
  }

  /** @throws AmrloError `FIGURES_NEED_A_VISIT`, `ACTION_FORBIDDEN` */
  async pass(scope: RequestScope, question: FigureQuestion): Promise<FigureAccess> {
    const { action, subjectType } = question;
    const visit = hasRole(scope.principal, ['SECRETARIAT', 'SERVICE'])
      ? null
      : await this.#visit(scope, question);
    const institutionIds = await selectMembers(scope, question.filter, visit?.mandate ?? {});
    const visitId = visit?.visit.id ?? null;
    scope.audit({
      action,
      outcome: 'ALLOWED',
      subjectType,
      purpose: question.purpose ?? visit?.visit.purpose ?? null,
      detail: { visitId, members: institutionIds?.length ?? null },
    });
    return { institutionIds, visitId };
  }

  async #visit(scope: RequestScope, { action, subjectType, purpose }: FigureQuestion): Promise<OpenVisit> {
    const isSupervisor = hasRole(scope.principal, 'SUPERVISOR');
    const visit = isSupervisor ? await this.#visits.underWay(scope) : null;
    if (visit !== null) {
      // Row-level security ends a visit by the same clock.
      const { sql } = await scope.unit();
      await sql.execute(`select set_config('app.now', ?, true)`, [scope.clock.now().toISOString()]);
      return visit;
    }
    const code = isSupervisor ? 'FIGURES_NEED_A_VISIT' : 'ACTION_FORBIDDEN';
    scope.audit({ action, outcome: 'DENIED', subjectType, purpose, detail: { code } });
    throw refuse(code, { action });
  }
}
