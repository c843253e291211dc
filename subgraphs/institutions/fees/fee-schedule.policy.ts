import { hasRole } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { FeeScheduleEntity } from './fee-schedule.entity.js';

/** What was adopted is known to every member; a proposal to those who decide and oversee. */
export const feeSchedulePolicy = rowPolicy(FeeScheduleEntity, (principal) => {
  if (hasRole(principal, ['SERVICE', 'SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR'])) return 'all';
  return hasRole(principal, ['INSTITUTION_ADMIN', 'REGISTRAR']) ? { state: 'ADOPTED' } : 'none';
});
