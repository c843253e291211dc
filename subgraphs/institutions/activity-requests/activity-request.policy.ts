import { hasRole, institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { ActivityRequestEntity } from './activity-request.entity.js';

/** Requests are seen by the officials of the member that asks, and by the bodies that decide and oversee. */
export const activityRequestPolicy = rowPolicy(ActivityRequestEntity, (principal) => {
  if (hasRole(principal, ['SERVICE', 'SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR'])) return 'all';
  const institutions = institutionsOf(principal, ['INSTITUTION_ADMIN', 'REGISTRAR']);
  return institutions.length === 0 ? 'none' : { institutionId: { $in: institutions } };
});
