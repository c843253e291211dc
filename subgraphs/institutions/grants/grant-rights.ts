import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole, type Principal } from '../../kit/base/identity/principal.js';
import { institutionRoles } from './grant-rules.js';

/** A grant to be given, ended or reviewed, as far as rights look at it. */
export interface GrantConcerned {
  readonly role: string;
  readonly institutionId: string | null;
}

/**
 * Lets the secretariat pass, and an administrator where it is about a role of their institution.
 * @throws AmrloError `ACTION_FORBIDDEN`
 */
export function assertAdministers(principal: Principal, action: string, concerned: GrantConcerned): void {
  if (hasRole(principal, 'SECRETARIAT')) return;
  const { role, institutionId } = concerned;
  const isOwn = institutionId !== null && hasRole(principal, 'INSTITUTION_ADMIN', institutionId);
  if (!isOwn || !institutionRoles.includes(role)) throw refuse('ACTION_FORBIDDEN', { action });
}

/**
 * The same for whoever makes or confirms rights that outlast a delegation: a stand-in for a week must not be able to
 * make an administrator for good, themselves for instance.
 * @throws AmrloError `ACTION_FORBIDDEN`, `GRANT_DELEGATED_ONLY`
 */
export function assertAdministersForGood(
  principal: Principal,
  action: string,
  concerned: GrantConcerned,
): void {
  assertAdministers(principal, action, concerned);
  if (hasRole(principal, 'SECRETARIAT')) return;
  const own = principal.grants.some(
    (grant) =>
      grant.role === 'INSTITUTION_ADMIN' &&
      grant.institutionId === concerned.institutionId &&
      grant.delegatedFromId === undefined,
  );
  if (!own) throw refuse('GRANT_DELEGATED_ONLY');
}
