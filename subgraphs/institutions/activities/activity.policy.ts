import { hasRole, institutionsOf, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { MemberActivityEntity } from './activity.entity.js';

/** The secretariat and the council, who decide on exits, see what every member does. */
export function seesAllActivity(principal: Principal): boolean {
  return principal.kind === 'SERVICE' || hasRole(principal, ['SECRETARIAT', 'COUNCIL_MEMBER']);
}

/** Those see all; a member's administrators see what counts for their own institution. */
export const memberActivityPolicy = rowPolicy(MemberActivityEntity, (principal) =>
  seesAllActivity(principal)
    ? 'all'
    : { institutionId: { $in: institutionsOf(principal, ['INSTITUTION_ADMIN']) } },
);
