import { institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { LearnerEntity } from './learner.entity.js';
import { recordOfficials } from './officials.js';

/**
 * Learners see themselves; an institution's officials see the learners whose record at that institution is proved.
 * Nobody is above this, the secretariat included (model.md section 9.7).
 */
export const learnerPolicy = rowPolicy(LearnerEntity, (principal) => {
  if (principal.kind === 'SERVICE') return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  const institutions = institutionsOf(principal, recordOfficials);
  if (institutions.length === 0) return { subject: principal.subject };
  return { $or: [{ subject: principal.subject }, { attendedIds: { $overlap: institutions } }] };
});
