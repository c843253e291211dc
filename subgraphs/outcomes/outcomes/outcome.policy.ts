import { hasRole, institutionsOf, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { LearningOutcomeEntity } from './outcome.entity.js';
import { publicOutcomeStates } from './outcome.machine.js';

/** The officials who act for an issuer. */
export const issuerOfficials = ['REGISTRAR', 'INSTITUTION_ADMIN'] as const;

/** The roles of the alliance that follow every outcome under way. */
const reviewers = ['EXPERT', 'SECRETARIAT', 'SUPERVISOR'] as const;

/** Whether somebody may follow the outcomes of an issuer while they are under way. */
export function mayFollow(principal: Principal, issuerId: string): boolean {
  if (principal.kind === 'SERVICE' || hasRole(principal, reviewers)) return true;
  return hasRole(principal, issuerOfficials, issuerId);
}

/** Everybody sees what is or was recognised; those under way are for the issuer, the experts and the secretariat. */
export const outcomePolicy = rowPolicy(LearningOutcomeEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, reviewers)) return 'all';
  const decided = { state: { $in: [...publicOutcomeStates] } };
  const issuers = institutionsOf(principal, issuerOfficials);
  return issuers.length === 0 ? decided : { $or: [decided, { issuerId: { $in: issuers } }] };
});
