import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { RosterChangeRow } from './roster-comparison.entity.js';
import type { RosterConfirmation } from './roster-comparison.types.js';

/** What a person decided of an institution that a newer list does not have. */
export interface ConfirmedLoss {
  readonly moeCode: string;
  readonly decision: 'MERGED_INTO' | 'GONE' | 'KEEP';
  /** The Ministry code of the institution that it went into; null unless merged. */
  readonly successor: string | null;
}

const namedAtMost = 10;

/**
 * Holds the confirmations against the changes: every institution that is gone confirmed exactly once, every successor
 * another institution that stays on the list. Pure.
 * @param isListed whether an institution with this code will be on the list
 * @throws AmrloError `ROSTER_CONFIRMATION_UNKNOWN`, `ROSTER_CONFIRMATION_MISSING`, `ROSTER_SUCCESSOR_INVALID`
 */
export function confirmedLosses(
  lost: readonly Pick<RosterChangeRow, 'moeCode'>[],
  confirmations: readonly RosterConfirmation[],
  isListed: (moeCode: string) => boolean,
): ConfirmedLoss[] {
  const open = new Set(lost.map(({ moeCode }) => moeCode));
  const losses = confirmations.map(({ moeCode, decision, successorMoeCode = null }, place) => {
    const path = ['input', 'confirmations', place];
    if (!open.delete(moeCode)) throw refuse('ROSTER_CONFIRMATION_UNKNOWN', { moeCode }, path);
    const isMerged = decision === 'MERGED_INTO';
    const fits = isMerged
      ? successorMoeCode !== null && isListed(successorMoeCode)
      : successorMoeCode === null;
    if (!fits)
      throw refuse('ROSTER_SUCCESSOR_INVALID', { moeCode, successor: successorMoeCode ?? '–' }, path);
    return { moeCode, decision, successor: successorMoeCode };
  });
  if (open.size > 0) {
    const moeCodes = [...open].slice(0, namedAtMost).join('、');
    throw refuse('ROSTER_CONFIRMATION_MISSING', { count: open.size, moeCodes }, ['input', 'confirmations']);
  }
  return losses;
}
