import { hasRole } from '../../kit/base/identity/principal.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { ExpertConflictEntity, ExpertEntity, type ExpertRow } from './expert.entity.js';
import { expertMachine, type ExpertStateName } from './expert.machine.js';
import type { DeclaredConflict, Expert, ExpertState } from './expert.types.js';

/** What the graph shows of an expert to the one who asks. */
export function showExpert(scope: RequestScope, row: ExpertRow): Expert {
  const state = row.state as ExpertStateName;
  return {
    id: row.id,
    subject: row.subject,
    name: row.name,
    institutionId: row.institutionId,
    nominatedBy: row.nominatedBy,
    fields: [...row.fields],
    expertise: row.expertise,
    state: state as ExpertState,
    since: row.stateSince,
    activeFrom: row.activeFrom ?? null,
    activeTo: row.activeTo ?? null,
    dueAt: expertMachine.dueAt(state, row.stateSince),
    availableActions: expertMachine.availableActions({
      state,
      principal: scope.principal,
      facts: undefined,
    }),
    version: row.version,
  };
}

/** Experts by id; absent and hidden ones are null. */
export const expertById: LoaderDefinition<string, Expert | null> = {
  name: 'expertById',
  async batch(scope, ids) {
    const rows = await scope.find(ExpertEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showExpert(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/**
 * How many reviews each expert has open, counted in one statement; null for those who do not see the reviews and would
 * be told a wrong number.
 */
export const openReviewsByExpert: LoaderDefinition<Pick<Expert, 'id' | 'subject'>, number | null> = {
  name: 'openReviewsByExpert',
  cacheKey: ({ id }) => id,
  async batch(scope, experts) {
    const { principal } = scope;
    const seesAll = hasRole(principal, ['SECRETARIAT', 'SERVICE']);
    const asked = experts.filter(({ subject }) => seesAll || subject === principal.subject);
    if (asked.length === 0) return experts.map(() => null);
    const { sql } = await scope.unit();
    const rows = await sql.execute<{ expert_id: string; open: number }>(
      `select expert_id, count(*)::integer as open from case_review
       where state = 'ASSIGNED' and expert_id in (select jsonb_array_elements_text(?::jsonb))
       group by expert_id`,
      [JSON.stringify(asked.map(({ id }) => id))],
    );
    const counted = new Map(rows.map((row) => [row.expert_id, row.open]));
    const known = new Set(asked.map(({ id }) => id));
    return experts.map(({ id }) => (known.has(id) ? (counted.get(id) ?? 0) : null));
  },
};

/** The conflicts that experts have declared, as far as the caller may see them. */
export const conflictsByExpert: LoaderDefinition<string, DeclaredConflict[]> = {
  name: 'conflictsByExpert',
  async batch(scope, expertIds) {
    const rows = await scope.find(
      ExpertConflictEntity,
      { expertId: { $in: [...expertIds] } },
      { orderBy: [{ expertId: 'asc' }, { validFrom: 'asc' }, { institutionId: 'asc' }] },
    );
    const found = Map.groupBy(rows, (row) => row.expertId);
    return expertIds.map((id) =>
      (found.get(id) ?? []).map(({ institutionId, reason, validFrom, validTo }) => ({
        institutionId,
        reason,
        from: validFrom,
        to: validTo ?? null,
      })),
    );
  },
};
