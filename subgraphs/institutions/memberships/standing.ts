import type { MembershipRow } from './membership.entity.js';

/**
 * Whether a member is in good standing, enjoys the rights of charter art. 11 and may start something new (art. 20): an
 * active one, also while its exit is only proposed (model.md section 9.3). A proposed exit does not lift a suspension.
 * The database says the same of every row and of every interval of its history (`in_standing`, migration 0012).
 */
export function isInStanding({
  state,
  stateBeforeExit,
}: Pick<MembershipRow, 'state' | 'stateBeforeExit'>): boolean {
  return state === 'ACTIVE' || (state === 'EXIT_PROPOSED' && stateBeforeExit === 'ACTIVE');
}
