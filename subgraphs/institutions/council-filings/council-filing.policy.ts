import { hasRole } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { CouncilFilingEntity } from './council-filing.entity.js';

/** Filings are between the secretariat and the council. */
export const councilFilingPolicy = rowPolicy(CouncilFilingEntity, (principal) =>
  principal.kind === 'SERVICE' || hasRole(principal, ['SECRETARIAT', 'COUNCIL_MEMBER']) ? 'all' : 'none',
);
