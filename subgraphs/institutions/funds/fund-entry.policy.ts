import { hasRole } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { FundEntryEntity } from './fund-entry.entity.js';

/** How funds are used is open to every member's officials (charter art. 23); what is not confirmed is not used yet. */
export const fundEntryPolicy = rowPolicy(FundEntryEntity, (principal) => {
  if (hasRole(principal, ['SERVICE', 'SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR'])) return 'all';
  return hasRole(principal, ['INSTITUTION_ADMIN', 'REGISTRAR']) ? { state: 'CONFIRMED' } : 'none';
});
