import { hasRole, institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { ExpertConflictEntity, ExpertEntity } from './expert.entity.js';

/** The pool is the secretariat's; a member sees whom it nominated, an expert themselves. Applicants see nobody. */
export const expertPolicy = rowPolicy(ExpertEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  const administered = institutionsOf(principal, ['INSTITUTION_ADMIN']);
  return { $or: [{ subject: principal.subject }, { nominatedBy: { $in: administered } }] };
});

/** Declared conflicts are for the secretariat and the expert. */
export const expertConflictPolicy = rowPolicy(ExpertConflictEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return 'all';
  return principal.kind === 'ANONYMOUS' ? 'none' : { subject: principal.subject };
});
