import type { AgreementRow } from './agreement.entity.js';
import type { AgreementStateName } from './agreement.machine.js';

/** What the state of an agreement depends on. */
export type AgreementDates = Pick<
  AgreementRow,
  'state' | 'respondBy' | 'effectiveFrom' | 'effectiveTo' | 'terminatesOn'
>;

/**
 * The state of an agreement on a legal date. What the parties did is stored; what only the calendar does is computed,
 * so that no job can be late: the parties' last answer may come on `respondBy`; a signed agreement holds in
 * [effectiveFrom, effectiveTo), and ends before that on the day of a notice.
 */
export function stateOn(agreement: AgreementDates, date: string): AgreementStateName {
  const { state, respondBy, effectiveFrom, effectiveTo, terminatesOn } = agreement;
  if (state === 'REJECTED') return 'REJECTED';
  if (state !== 'SIGNED') return date > respondBy ? 'LAPSED' : state;
  if (terminatesOn != null && date >= terminatesOn) return 'TERMINATED';
  if (effectiveTo != null && date >= effectiveTo) return 'EXPIRED';
  return date >= effectiveFrom ? 'EFFECTIVE' : 'SIGNED';
}
