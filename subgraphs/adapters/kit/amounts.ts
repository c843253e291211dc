import { isDecimal, parseDecimal, type Decimal } from '../../kit/base/decimal.js';

/**
 * A non-negative amount written as text, the way records systems keep it: `3`, `3.0`, ` 86.5 `, `.5`. Null for
 * anything else, words, signs and exponents included; an amount is never guessed and never replaced by 0.
 */
export function parseAmount(text: string | null | undefined): Decimal | null {
  const trimmed = (text ?? '').trim();
  const complete = trimmed.startsWith('.') ? `0${trimmed}` : trimmed;
  return isDecimal(complete) && !complete.startsWith('-') ? parseDecimal(complete) : null;
}
