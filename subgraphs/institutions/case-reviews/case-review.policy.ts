import { hasRole } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { CaseReviewEntity } from './case-review.entity.js';

/**
 * An expert sees what they say themselves, and after the conclusion what their colleagues said. An applicant never sees
 * any of it, not even one who works for the secretariat, nor does the council, for whom the counts and the conclusion stand in the case.
 */
export const caseReviewPolicy = rowPolicy(CaseReviewEntity, (principal) => {
  if (principal.kind === 'SERVICE') return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  if (hasRole(principal, 'SECRETARIAT')) return { applicant: { $ne: principal.subject } };
  return { $or: [{ subject: principal.subject }, { sharedWith: { $contains: [principal.subject] } }] };
});
