import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import {
  parseResidentIdentityNumber,
  residentIdentityCheckCharacter,
} from '../../subgraphs/kit/base/identity/resident-identity.js';

const clock = new FakeClock('2026-01-15T08:00:00Z');

const numbers = fc
  .record({
    region: fc.constantFrom('110105', '310104', '440524', '540102', '820000', '830000'),
    birth: fc.date({ min: new Date('1900-01-01'), max: new Date('2026-01-15'), noInvalidDate: true }),
    sequence: fc.integer({ min: 1, max: 999 }),
  })
  .map(({ region, birth, sequence }) => {
    const first17 =
      region + birth.toISOString().slice(0, 10).replaceAll('-', '') + String(sequence).padStart(3, '0');
    return first17 + residentIdentityCheckCharacter(first17);
  });

function refused(text: string): boolean {
  try {
    parseResidentIdentityNumber(text, clock);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(AmrloError);
    expect((error as AmrloError).code).toBe('IDENTITY_NUMBER_INVALID');
    if (text.length > 3)
      expect(
        JSON.stringify([...Object.entries(error as AmrloError), (error as AmrloError).message]),
      ).not.toContain(text);
    return true;
  }
}

describe('a resident identity number', () => {
  test('of the standard’s own example is read', () => {
    // GB 11643-1999 gives these two as examples.
    expect(parseResidentIdentityNumber('11010519491231002X', clock)).toEqual({
      number: '11010519491231002X',
      birthDate: '1949-12-31',
      sex: 'FEMALE',
    });
    expect(parseResidentIdentityNumber('440524188001010014', clock)).toMatchObject({
      birthDate: '1880-01-01',
      sex: 'MALE',
    });
  });

  test('is brought to its normal form', () => {
    expect(parseResidentIdentityNumber(' 11010519491231002x ', clock).number).toBe('11010519491231002X');
  });

  test.each([
    ['empty', ''],
    ['first generation, 15 digits', '110105491231002'],
    ['with letters', '1101051949123100AX'],
    ['full-width', '１１０１０５１９４９１２３１００２Ｘ'],
    ['with a second line', '11010519491231002X\n1'],
    ['too long', '11010519491231002X1'],
  ])('is refused when it is %s', (_, text) => {
    expect(refused(text)).toBe(true);
  });

  test.each([
    ['an unknown province', '990105' + '19491231' + '002'],
    ['a 13th month', '110105' + '19491331' + '002'],
    ['a 30th of February', '110105' + '20000230' + '002'],
    ['a 29th of February in a common year', '110105' + '19000229' + '002'],
    ['tomorrow as birth date', '110105' + '20260116' + '002'],
    ['a birth date nobody alive has', '110105' + '18791231' + '002'],
  ])('is refused for %s even with the right check character', (_, first17) => {
    expect(refused(first17 + residentIdentityCheckCharacter(first17))).toBe(true);
  });

  test('accepts a birth date of today in Shanghai, which is still yesterday in UTC', () => {
    const first17 = '11010520260116002';
    const text = first17 + residentIdentityCheckCharacter(first17);
    expect(refused(text)).toBe(true);
    expect(parseResidentIdentityNumber(text, new FakeClock('2026-01-15T17:00:00Z')).birthDate).toBe(
      '2026-01-16',
    );
  });

  test('is accepted whenever it is made by the rules', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        const { birthDate, sex } = parseResidentIdentityNumber(number, clock);
        expect(birthDate.replaceAll('-', '')).toBe(number.slice(6, 14));
        expect(sex).toBe(Number(number[16]) % 2 === 1 ? 'MALE' : 'FEMALE');
      }),
    );
  });

  test('is refused after any change of one digit', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        for (let at = 0; at < 18; at += 1) {
          for (const digit of at === 17 ? '0123456789X' : '0123456789') {
            if (digit === number[at]) continue;
            expect(refused(number.slice(0, at) + digit + number.slice(at + 1))).toBe(true);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('is refused after two neighbouring different digits were exchanged', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 16 }), (number, at) => {
        fc.pre(number[at] !== number[at + 1]);
        const exchanged = number.slice(0, at) + number[at + 1] + number[at] + number.slice(at + 2);
        expect(refused(exchanged)).toBe(true);
      }),
    );
  });
});
