import Fraction from 'fraction.js';
import { refuse } from './errors/amrlo-error.js';

/**
 * An exact decimal as text, `-?digits[.digits]`, never in exponent form and without superfluous zeros.
 * Credits are money-like: they are added and compared as fractions and never pass through a binary float.
 */
export type Decimal = string & { readonly __decimal?: never };

const pattern = /^-?\d{1,12}(\.\d{1,6})?$/;

/** Reads a decimal. Numbers are refused on purpose: `0.1 + 0.2` has been rounded before it comes here. */
export function parseDecimal(value: unknown): Decimal {
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw refuse('DECIMAL_INVALID', { value: String(value).slice(0, 40) });
  }
  return normalise(value);
}

/** Whether a text is a decimal this house accepts: at most 12 digits before and 6 after the point. */
export function isDecimal(value: unknown): value is Decimal {
  return typeof value === 'string' && pattern.test(value);
}

function normalise(text: string): Decimal {
  const negative = text.startsWith('-');
  const [whole = '0', part = ''] = (negative ? text.slice(1) : text).split('.');
  const integer = whole.replace(/^0+(?=\d)/, '');
  const fraction = part.replace(/0+$/, '');
  const magnitude = fraction === '' ? integer : `${integer}.${fraction}`;
  return negative && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

/** The exact sum. */
export function add(...values: Decimal[]): Decimal {
  return toDecimal(values.reduce((sum, value) => sum.add(value), new Fraction(0)));
}

/** `a - b`, exactly. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  return toDecimal(new Fraction(a).sub(b));
}

/** The exact product. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return toDecimal(new Fraction(a).mul(b));
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Decimal, b: Decimal): number {
  return new Fraction(a).compare(b);
}

/**
 * `value * ratio`, rounded **down** to the granularity once, after the multiplication, with what was cut off
 * (model.md section 4: "Round down to the target's granularity once per line; the remainder is shown and not banked").
 */
export function convert(
  value: Decimal,
  ratio: { numerator: bigint | number; denominator: bigint | number },
  granularity: Decimal = '0.5',
): { amount: Decimal; remainder: { numerator: string; denominator: string } } {
  const exact = new Fraction(value).mul(new Fraction(BigInt(ratio.numerator), BigInt(ratio.denominator)));
  const grid = new Fraction(granularity);
  const amount = exact.div(grid).floor().mul(grid);
  const rest = exact.sub(amount);
  return {
    amount: toDecimal(amount),
    remainder: { numerator: rest.n.toString(), denominator: rest.d.toString() },
  };
}

function toDecimal(value: Fraction): Decimal {
  let scale = 0;
  let denominator = value.d;
  while (denominator % 10n === 0n) {
    denominator /= 10n;
    scale += 1;
  }
  // What is left may hold only twos and fives; each needs one more decimal place.
  let places = 0;
  for (const prime of [2n, 5n]) {
    let rest = denominator;
    let count = 0;
    while (rest % prime === 0n) {
      rest /= prime;
      count += 1;
    }
    places = Math.max(places, count);
  }
  scale += places;
  const scaled = (value.n * 10n ** BigInt(scale)) / value.d;
  if (scaled * value.d !== value.n * 10n ** BigInt(scale)) {
    throw new RangeError('The fraction has no finite decimal form.');
  }
  const digits = scaled.toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return normalise(value.s < 0n ? `-${text}` : text);
}
