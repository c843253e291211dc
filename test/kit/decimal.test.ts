import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  add,
  compare,
  convert,
  isDecimal,
  parseDecimal,
  subtract,
} from '../../subgraphs/kit/base/decimal.js';

/** A decimal of the house with its value in millionths, which BigInt counts exactly. */
const decimal = fc
  .record({
    negative: fc.boolean(),
    whole: fc.bigInt({ min: 0n, max: 99_999_999_999n }),
    part: fc.integer({ min: 0, max: 999_999 }),
    places: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ negative, whole, part, places }) => {
    const digits = String(part).padStart(6, '0').slice(0, places);
    const text = `${negative ? '-' : ''}${whole}${digits === '' ? '' : `.${digits}`}`;
    const millionths = whole * 1_000_000n + BigInt(digits.padEnd(6, '0'));
    return { text, millionths: negative ? -millionths : millionths };
  });

function written(millionths: bigint): string {
  const magnitude = millionths < 0n ? -millionths : millionths;
  const part = String(magnitude % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const text = `${magnitude / 1_000_000n}${part === '' ? '' : `.${part}`}`;
  return millionths < 0n ? `-${text}` : text;
}

describe('exact decimals', () => {
  test('are added, subtracted and compared as integers of their last place would be', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(add(a.text, b.text)).toBe(written(a.millionths + b.millionths));
        expect(subtract(a.text, b.text)).toBe(written(a.millionths - b.millionths));
        expect(Math.sign(compare(a.text, b.text))).toBe(
          a.millionths < b.millionths ? -1 : a.millionths > b.millionths ? 1 : 0,
        );
      }),
    );
  });

  test('have one way to be written', () => {
    fc.assert(
      fc.property(decimal, ({ text, millionths }) => {
        expect(parseDecimal(text)).toBe(written(millionths));
        expect(parseDecimal(parseDecimal(text))).toBe(parseDecimal(text));
      }),
    );
    expect(parseDecimal('-0.000')).toBe('0');
    expect(parseDecimal('007.50')).toBe('7.5');
  });

  test('never pass through a binary float', () => {
    expect(add('0.1', '0.2')).toBe('0.3');
    expect(add(...Array.from({ length: 1000 }, () => '0.001'))).toBe('1');
    expect(add('99999999999.999999', '0.000001')).toBe('100000000000');
    expect(add()).toBe('0');
  });

  test.each([
    1,
    0.5,
    Number.NaN,
    null,
    undefined,
    '',
    ' 1',
    '1.',
    '.5',
    '1e3',
    '+1',
    '0x1',
    '１',
    '1,5',
    '1'.repeat(13),
    '0.1234567',
  ])('refuse what is no decimal text: %p', (value) => {
    expect(isDecimal(value)).toBe(false);
    expect(() => parseDecimal(value)).toThrow(expect.objectContaining({ code: 'DECIMAL_INVALID' }));
  });
});

describe('a conversion', () => {
  test.each([
    // 64 hours at 16 and at 18 hours a credit, in hours per credit: the examples of the credit arithmetic.
    ['64', 1, 16, '0.5', '4', '0/1'],
    ['64', 1, 18, '0.5', '3.5', '1/18'],
    ['3', 3, 2, '0.5', '4.5', '0/1'],
    ['5', 2, 3, '0.5', '3', '1/3'],
    ['4', 2, 3, '0.5', '2.5', '1/6'],
    ['70', 3, 2, '0.5', '105', '0/1'],
    ['4', 2, 3, '0.01', '2.66', '1/150'],
  ])(
    'of %s by %d/%d on a grid of %s gives %s and shows the rest of %s',
    (value, numerator, denominator, grid, amount, rest) => {
      const converted = convert(value, { numerator, denominator }, grid);
      expect(converted.amount).toBe(amount);
      expect(`${converted.remainder.numerator}/${converted.remainder.denominator}`).toBe(rest);
    },
  );

  test('rounds down once, after the multiplication, and loses nothing', () => {
    const amount = fc
      .integer({ min: 0, max: 10_000 })
      .map((halves) => ({ halves, text: written(BigInt(halves) * 500_000n) }));
    fc.assert(
      fc.property(
        amount,
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 64 }),
        ({ halves, text }, n, d) => {
          const { amount: converted, remainder } = convert(text, { numerator: n, denominator: d });
          // In halves: floor(halves * n / d), with integers only.
          const expected = (BigInt(halves) * BigInt(n)) / BigInt(d);
          expect(converted).toBe(written(expected * 500_000n));
          const rest = [BigInt(remainder.numerator), BigInt(remainder.denominator)] as const;
          // halves*n/d = expected + 2*rest
          expect(BigInt(halves) * BigInt(n) * rest[1]).toBe(BigInt(d) * (expected * rest[1] + 2n * rest[0]));
          expect(rest[0] * 2n < rest[1]).toBe(true);
        },
      ),
    );
  });

  test('by a ratio that is not made of whole numbers is a mistake of the caller', () => {
    expect(() => convert('1', { numerator: 1.5, denominator: 1 })).toThrow();
    expect(() => convert('1', { numerator: 1, denominator: 0 })).toThrow();
  });
});
