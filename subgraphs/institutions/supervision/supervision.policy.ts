import { hasRole, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { SupervisionScopeEntity } from './supervision-scope.entity.js';
import { SupervisionVisitEntity } from './supervision-visit.entity.js';

const seesAll = (principal: Principal) => principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT');

/** The secretariat sees every scope, a supervisor those given to them or to a grant that they hold. */
export const supervisionScopePolicy = rowPolicy(SupervisionScopeEntity, (principal) => {
  if (seesAll(principal)) return 'all';
  if (!hasRole(principal, 'SUPERVISOR')) return 'none';
  return { $or: [{ subject: principal.subject }, { grantId: { $in: supervisorGrants(principal) } }] };
});

/** The secretariat sees every visit, a supervisor their own. */
export const supervisionVisitPolicy = rowPolicy(SupervisionVisitEntity, (principal) => {
  if (seesAll(principal)) return 'all';
  return hasRole(principal, 'SUPERVISOR') ? { subject: principal.subject } : 'none';
});

/** The grants by which somebody is a supervisor. */
export function supervisorGrants(principal: Principal): string[] {
  return principal.grants.filter(({ role }) => role === 'SUPERVISOR').map(({ id }) => id);
}
