import { hasRole, institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { MembershipExitEntity, type MembershipExitRow } from './membership-exit.entity.js';

/**
 * Why a member is to leave is known to those who decide on it and to its own administrators. That and why it leaves
 * becomes public with the decision, as a fact of its membership.
 */
export const membershipExitPolicy = rowPolicy<MembershipExitRow>(MembershipExitEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, ['SECRETARIAT', 'COUNCIL_MEMBER'])) return 'all';
  const administered = institutionsOf(principal, ['INSTITUTION_ADMIN']);
  return administered.length === 0 ? 'none' : { institutionId: { $in: administered } };
});
