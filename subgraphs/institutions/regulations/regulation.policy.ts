import { hasRole } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { InterpretationEntity, RegulationEntity } from './regulation.entity.js';

/** Adopted texts are public; drafts are for those who work on them and decide them. */
export const regulationPolicy = rowPolicy(RegulationEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, ['SECRETARIAT', 'COUNCIL_MEMBER'])) return 'all';
  return { state: 'ADOPTED' };
});

/** How the council reads the charter is public. */
export const interpretationPolicy = rowPolicy(InterpretationEntity, () => 'all');
