import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import { noteReads } from '../audit/read-audit.js';
import { PersonIdentityEntity, type PersonIdentityRow } from './person-identity.entity.js';

/** The documents of learners, the newest first. */
export const identitiesByLearner: LoaderDefinition<string, PersonIdentityRow[]> = {
  name: 'identitiesByLearner',
  async batch(scope, learnerIds) {
    const rows = await scope.find(
      PersonIdentityEntity,
      { learnerId: { $in: [...learnerIds] } },
      { orderBy: { createdAt: 'desc', id: 'desc' } },
    );
    noteReads(scope, 'READ_LEARNER', 'PersonIdentity', rows);
    return learnerIds.map((id) => rows.filter((row) => row.learnerId === id));
  },
};
