import { hasRole, institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { GrantEntity } from './grant.entity.js';

/** People see their own grants, an institution's administrators those of their institution, the secretariat all. */
export const grantPolicy = rowPolicy(GrantEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  const administered = institutionsOf(principal, ['INSTITUTION_ADMIN']);
  return { $or: [{ subject: principal.subject }, { institutionId: { $in: administered } }] };
});
