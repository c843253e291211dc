import { hasRole, institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { SchoolEntity } from './school.entity.js';

/** Endpoints are for services, the secretariat and the institution's own administrators. */
export const schoolPolicy = rowPolicy(SchoolEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return 'all';
  const administered = institutionsOf(principal, ['INSTITUTION_ADMIN']);
  return administered.length === 0 ? 'none' : { id: { $in: administered } };
});
