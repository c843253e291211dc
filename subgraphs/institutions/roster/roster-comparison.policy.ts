import { hasRole, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { RosterChangeEntity, RosterComparisonEntity } from './roster-comparison.entity.js';

/** What a list may change is the secretariat's work until it has changed it. */
const secretariatOnly = (principal: Principal) =>
  principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT') ? 'all' : 'none';

/** Comparisons of lists. */
export const rosterComparisonPolicy = rowPolicy(RosterComparisonEntity, secretariatOnly);

/** What differs in them. */
export const rosterChangePolicy = rowPolicy(RosterChangeEntity, secretariatOnly);
