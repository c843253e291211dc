import { hasRole, institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { QuarantinedRowEntity } from './quarantined-row.entity.js';

/** The officials of the institution whose catalog it is, and the secretariat. */
export const quarantinedRowPolicy = rowPolicy(QuarantinedRowEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return 'all';
  const institutions = institutionsOf(principal, ['REGISTRAR', 'INSTITUTION_ADMIN']);
  return institutions.length === 0 ? 'none' : { institutionId: { $in: institutions } };
});
