import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { masked, maskingOf } from '../../subgraphs/adapters/commands/masked-values.js';
import { residentIdentityCheckCharacter } from '../../subgraphs/kit/base/identity/resident-identity.js';

describe('a column', () => {
  test.each([
    ['XSXM', 'NAME'],
    ['姓名', 'NAME'],
    ['user.givenName', 'NAME'],
    ['x.family_name', 'NAME'],
    ['sukunimi', 'NAME'],
    ['SFZH', 'SECRET'],
    ['身份证号', 'SECRET'],
    ['PESEL', 'SECRET'],
    ['XS_MM', 'SECRET'],
    ['KCMC', null],
    ['course.title', null],
    ['programName', null],
    ['XMMC', null],
    ['学生学院', null],
  ])('called %s is masked as %s', (column, masking) => {
    expect(maskingOf(column, false)).toBe(masking);
  });

  test('is a name where the mapping says so, whatever it is called', () => {
    expect(maskingOf('F3', true)).toBe('NAME');
    expect(maskingOf('SFZH', true)).toBe('SECRET');
  });
});

describe('a value', () => {
  // Invented people.
  test.each([
    ['China', '110101199003074477'],
    ['China, with a wrong check digit', '110101199003074470'],
    ['China, first generation', '110101900307447'],
    ['Finland', '010190-123A'],
    ['Sweden', '19900101-1234'],
    ['Sweden, without the century', '900101-1234'],
    ['Poland', '90010112349'],
    ['United States', '078-05-1120'],
  ])('that is an identity number of %s shows nothing of it in any column', (_, number) => {
    for (const text of [number, `学号 ${number}。`, JSON.stringify({ code: number })]) {
      expect(masked(text, null)).not.toContain(number);
    }
  });

  test.each([
    ['2023001'],
    ['12019240001'],
    ['88.5'],
    ['2023-2024-1'],
    ['(2023-2024-1)-B0301-1'],
    ['2024-01-15'],
  ])('such as %s is shown as it is', (text) => {
    expect(masked(text, null)).toBe(text);
  });

  test('that was asked for by its number is shown although it could be a Polish one by chance', () => {
    expect(masked('90010112349', null, true)).toBe('90010112349');
    expect(masked('110101199003074477', null, true)).toBe('***');
  });

  test('of a secret column shows neither itself nor its length; of a name one character is left', () => {
    expect(masked('a', 'SECRET')).toBe(masked('a longer one', 'SECRET'));
    expect(masked('陈思远', 'NAME')).toBe('陈**');
    expect(masked('', 'NAME')).toBe('');
  });

  test('never shows a Chinese identity number, wherever it stands', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !/[\dA-Z]/i.test(text));
    const seventeen = fc.stringMatching(/^[1-8]\d{16}$/);
    fc.assert(
      fc.property(part, seventeen, part, (before, digits, after) => {
        const number = digits + residentIdentityCheckCharacter(digits);
        expect(masked(`${before}${number}${after}`, null)).not.toContain(number);
        expect(masked(`${before}${number.toLowerCase()}${after}`, null)).not.toContain(number.toLowerCase());
      }),
    );
  });
});
