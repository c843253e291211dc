import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { isInForce } from './supervision-scope.service.js';
import { SupervisionScopeEntity, type SupervisionScopeRow } from './supervision-scope.entity.js';
import { SupervisionVisitEntity, type SupervisionVisitRow } from './supervision-visit.entity.js';
import { readsOfVisit } from './supervision-read.loader.js';
import { supervisorGrants } from './supervision.policy.js';
import type {
  CloseSupervisionInput,
  OpenSupervisionInput,
  SupervisionRead,
  SupervisionVisit,
  SupervisionVisitPayload,
} from './supervision.types.js';

constraintRefuses('supervision_visit_open', () => refuse('SUPERVISION_OPEN', { visitId: '' }));

const usualHours = 8;
const hourMs = 3_600_000;
const opening = z.object({
  purpose: z.string().trim().min(5).max(1_000),
  hours: z.number().int().min(1).max(24).nullish(),
});

/** A visit that is under way, with what may be looked at in it. */
export interface OpenVisit {
  readonly visit: SupervisionVisitRow;
  readonly mandate: SupervisionScopeRow;
}

/** Visits of supervisors; the only changes that a supervisor can make. */
export class SupervisionVisitService {
  /** A page of the visits that the caller may see, the newest first. */
  async list(
    scope: RequestScope,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<SupervisionVisit>> {
    const page = await scope.page(SupervisionVisitEntity, args, {
      where: {},
      orderBy: [{ openedAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showSupervisionVisit(row, scope.clock.now()));
  }

  /**
   * The caller's visit that is under way; null without one. It is over, too, when its scope is no longer in force or
   * the caller no longer holds the grant that the scope was given to.
   */
  async underWay(scope: RequestScope): Promise<OpenVisit | null> {
    if (!hasRole(scope.principal, 'SUPERVISOR')) return null;
    const { subject } = scope.principal;
    const visit = await scope.findOne(SupervisionVisitEntity, { subject, closedAt: null });
    const now = scope.clock.now();
    if (visit === null || visit.expiresAt <= now) return null;
    const mandate = await scope.findOne(SupervisionScopeEntity, { id: visit.scopeId });
    return mandate !== null && isInForce(mandate, now) ? { visit, mandate } : null;
  }

  /**
   * What was read in a visit; a supervisor looks it up during a visit, and the look stands in the trail as well.
   * @throws AmrloError `FIGURES_NEED_A_VISIT`
   */
  async reads(
    scope: RequestScope,
    visit: SupervisionVisit,
    page: { first?: number | undefined; after?: string | undefined },
  ): Promise<Connection<SupervisionRead>> {
    if (!hasRole(scope.principal, 'SECRETARIAT')) {
      const current = await this.underWay(scope);
      if (current === null) throw refuse('FIGURES_NEED_A_VISIT');
      scope.audit({
        action: 'READ_AUDIT',
        outcome: 'ALLOWED',
        subjectType: 'SupervisionVisit',
        subjectId: visit.id,
        purpose: current.visit.purpose,
        detail: { visitId: current.visit.id },
      });
    }
    return readsOfVisit(scope, visit, page);
  }

  /** Opens a visit; one at a time, so that each read belongs to one purpose. */
  open(scope: RequestScope, input: OpenSupervisionInput): Promise<SupervisionVisitPayload> {
    return mutate(
      scope,
      { operation: 'openSupervision', action: 'OPEN_SUPERVISION', subjectType: 'SupervisionVisit', input },
      async (transaction) => {
        const { subject } = scope.principal;
        if (supervisorGrants(scope.principal).length === 0) {
          throw refuse('ACTION_FORBIDDEN', { action: 'openSupervision' });
        }
        checkInput(opening, input);
        const now = scope.clock.now();
        const [mandate] = await transaction.find(SupervisionScopeEntity, { id: input.scopeId });
        if (mandate === undefined) throw refuse('NOT_FOUND', { type: 'SupervisionScope', id: input.scopeId });
        if (!isInForce(mandate, now)) throw refuse('SUPERVISION_NOT_IN_FORCE', {}, ['input', 'scopeId']);
        const [before] = await transaction.find(SupervisionVisitEntity, { subject, closedAt: null });
        if (before !== undefined) {
          if (before.expiresAt > now) throw refuse('SUPERVISION_OPEN', { visitId: before.id });
          before.closedAt = before.expiresAt;
          await transaction.flush();
        }
        const row = transaction.create(SupervisionVisitEntity, {
          id: newId('SupervisionVisit'),
          scopeId: mandate.id,
          subject,
          purpose: input.purpose.trim(),
          openedAt: now,
          expiresAt: new Date(now.getTime() + (input.hours ?? usualHours) * hourMs),
          version: 1,
          createdAt: now,
        });
        transaction.audited({ subjectId: row.id, detail: { scopeId: mandate.id, visitId: row.id } });
        return { supervisionVisit: showSupervisionVisit(row, now) };
      },
    );
  }

  /** Ends a visit before it expires: the supervisor's own, or any by the secretariat. */
  close(scope: RequestScope, input: CloseSupervisionInput): Promise<SupervisionVisitPayload> {
    return mutate(
      scope,
      { operation: 'closeSupervision', action: 'OPEN_SUPERVISION', subjectType: 'SupervisionVisit', input },
      async (transaction) => {
        const now = scope.clock.now();
        const row = await transaction.lock(SupervisionVisitEntity, input.visitId, {
          expectedVersion: input.expectedVersion,
          current: (current) => ({ supervisionVisit: showSupervisionVisit(current, now) }),
        });
        if (row.closedAt != null || row.expiresAt <= now) throw refuse('SUPERVISION_CLOSED');
        row.closedAt = now;
        await transaction.flush();
        transaction.audited({ subjectId: row.id, detail: { visitId: row.id } });
        return { supervisionVisit: showSupervisionVisit(row, now) };
      },
    );
  }
}

function showSupervisionVisit(row: SupervisionVisitRow, now: Date): SupervisionVisit {
  return {
    id: row.id,
    scopeId: row.scopeId,
    subject: row.subject,
    purpose: row.purpose,
    openedAt: row.openedAt,
    expiresAt: row.expiresAt,
    closedAt: row.closedAt ?? null,
    open: row.closedAt == null && row.expiresAt > now,
    version: row.version,
  };
}
