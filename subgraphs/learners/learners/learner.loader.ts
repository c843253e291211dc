import { mask } from '../../kit/room/encryption/mask.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { noteReads } from '../audit/read-audit.js';
import { LearnerEntity, type LearnerRow } from './learner.entity.js';
import type { Learner } from './learner.types.js';

/** What the graph shows of a learner: the legal name to themselves, its first character to others. */
export function showLearner(scope: RequestScope, row: LearnerRow): Learner {
  const own = row.subject === scope.principal.subject;
  return { id: row.id, legalName: own ? row.legalName : mask(row.legalName) };
}

/** Learners by id; absent and hidden ones are null. */
export const learnerById: LoaderDefinition<string, Learner | null> = {
  name: 'learnerById',
  async batch(scope, ids) {
    const rows = await scope.find(LearnerEntity, { id: { $in: [...ids] } });
    noteReads(
      scope,
      'READ_LEARNER',
      'Learner',
      rows.map((row) => ({ id: row.id, learnerId: row.id, ownerSubject: row.subject })),
    );
    const found = new Map(rows.map((row) => [row.id, showLearner(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};
