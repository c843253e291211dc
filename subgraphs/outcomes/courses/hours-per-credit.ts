import Fraction from 'fraction.js';
import type { Decimal } from '../../kit/base/decimal.js';

/**
 * The fewest and the most contact hours of one credit that can be (model.md section 4). Measured norms are 16 for
 * theory and 32 for practice; outside these bounds a column was mixed up, as in the real row with the year as hours.
 */
export const possibleHoursPerCredit = { least: 8, most: 64 } as const;

/** Whether the hours can be those of the credits; exact, and never so for zero credits. */
export function hasPossibleHours(hours: Decimal, credits: Decimal): boolean {
  const credit = new Fraction(credits);
  const hour = new Fraction(hours);
  if (credit.compare(0) <= 0) return false;
  return (
    hour.compare(credit.mul(possibleHoursPerCredit.least)) >= 0 &&
    hour.compare(credit.mul(possibleHoursPerCredit.most)) <= 0
  );
}

/** Hours per credit as an exact fraction in lowest terms. The credits must not be zero. */
export function hoursPerCredit(hours: Decimal, credits: Decimal): { numerator: string; denominator: string } {
  const ratio = new Fraction(hours).div(new Fraction(credits));
  return { numerator: (ratio.s * ratio.n).toString(), denominator: ratio.d.toString() };
}
