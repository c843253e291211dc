import type { MembershipRow } from '../memberships/membership.entity.js';

/**
 * The states in which an institution is a member of the alliance. Whoever is suspended, proposed for exit or in run-off
 * still is one: only the end of the run-off ends a membership (charter art. 21.3).
 */
export const memberStates: readonly MembershipRow['state'][] = [
  'ACTIVE',
  'SUSPENDED',
  'EXIT_PROPOSED',
  'RUN_OFF',
];
