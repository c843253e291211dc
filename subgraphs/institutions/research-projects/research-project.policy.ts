import { hasRole, institutionsOf, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { ResearchOutputEntity, ResearchProjectEntity } from './research-project.entity.js';

const officials = ['INSTITUTION_ADMIN', 'REGISTRAR'] as const;

/** The registry is the members' common knowledge; a proposal is seen by its partners and by those who oversee. */
export const researchProjectPolicy = rowPolicy(ResearchProjectEntity, (principal) => {
  if (oversees(principal)) return 'all';
  const institutions = institutionsOf(principal, officials);
  if (institutions.length === 0) return 'none';
  return { $or: [{ state: { $ne: 'PROPOSED' } }, { partnerIds: { $overlap: institutions } }] };
});

/** Outputs are read through their project, whose policy and wall decide; officials of members may ask for them. */
export const researchOutputPolicy = rowPolicy(ResearchOutputEntity, (principal) =>
  oversees(principal) || institutionsOf(principal, officials).length > 0 ? 'all' : 'none',
);

function oversees(principal: Principal): boolean {
  return hasRole(principal, ['SERVICE', 'SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR']);
}
