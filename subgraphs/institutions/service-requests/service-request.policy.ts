import { hasRole, institutionsOf, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { ServiceCommentEntity, ServiceRequestEntity } from './service-request.entity.js';

const officials = ['INSTITUTION_ADMIN', 'REGISTRAR'] as const;

/** Questions are seen by the officials of the member that asks, by the secretariat and by those who oversee. */
export const serviceRequestPolicy = rowPolicy(ServiceRequestEntity, (principal) => {
  if (oversees(principal)) return 'all';
  const institutions = institutionsOf(principal, officials);
  return institutions.length === 0 ? 'none' : { institutionId: { $in: institutions } };
});

/** Remarks are read through their request, whose policy and wall decide. */
export const serviceCommentPolicy = rowPolicy(ServiceCommentEntity, (principal) =>
  oversees(principal) || institutionsOf(principal, officials).length > 0 ? 'all' : 'none',
);

function oversees(principal: Principal): boolean {
  return hasRole(principal, ['SERVICE', 'SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR']);
}
