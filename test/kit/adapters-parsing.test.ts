import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAmount } from '../../subgraphs/adapters/kit/amounts.js';
import { orderShownBy, parseNativeDate } from '../../subgraphs/adapters/kit/dates.js';
import { evidenceHash } from '../../subgraphs/adapters/kit/evidence.js';
import { identityNumberHash, isHeldBy, maskName } from '../../subgraphs/adapters/kit/holder.js';
import { parseWeeks, totalHours } from '../../subgraphs/adapters/kit/hours.js';
import { isCorruptText } from '../../subgraphs/adapters/kit/native-row.js';
import { parseClassNumber, termOfCodes, termOfYearAndNumber } from '../../subgraphs/adapters/kit/terms.js';

describe('a date of a records system', () => {
  test.each([
    ['19810101', '1981-01-01', '1981-01'],
    ['1981-01-01', '1981-01-01', '1981-01'],
    ['1981/1/1', '1981-01-01', '1981-01'],
    ['2014-01-15 10:22:33', '2014-01-15', '2014-01'],
    ['2014/1/15, 10:22:33', '2014-01-15', '2014-01'],
    ['2023-05-01T18:25:43.511Z', '2023-05-01', '2023-05'],
    ['15/06/2023', '2023-06-15', '2023-06'],
    ['05/05/2023', '2023-05-05', '2023-05'],
    ['202406', null, '2024-06'],
    ['2024-06', null, '2024-06'],
    ['1/05/2023', null, null],
    ['2023-02-29', null, null],
    ['20231301', null, null],
    ['', null, null],
    ['无', null, null],
  ])('%s is read as %s in %s', (text, date, month) => {
    expect(parseNativeDate(text)).toEqual({ date, month });
  });

  test('in which day and month can be exchanged is read as its column shows', () => {
    expect(orderShownBy('15/06/2023')).toBe('DAY_FIRST');
    expect(parseNativeDate('1/05/2023', 'DAY_FIRST').date).toBe('2023-05-01');
    expect(parseNativeDate('1/05/2023', 'MONTH_FIRST').date).toBe('2023-01-05');
  });

  test('is the same in every form, or unknown', () => {
    const days = fc.date({ min: new Date('1950-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (instant) => {
        const iso = instant.toISOString().slice(0, 10);
        for (const form of [
          iso,
          iso.replaceAll('-', ''),
          iso.replaceAll('-', '/'),
          `${iso} 08:00:00`,
          `${iso}, 8:00`,
        ]) {
          expect(parseNativeDate(form).date).toBe(iso);
        }
      }),
    );
  });

  test('never throws and never leaves the calendar', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { date } = parseNativeDate(text);
        if (date !== null) expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
      }),
    );
  });
});

describe('a term', () => {
  test('of XN and XQ and one of xnm and xqm are the same term', () => {
    expect(termOfYearAndNumber('2018-2019', '1')).toMatchObject({
      code: '2018-2019-1',
      academicYear: '2018-2019',
      term: 1,
    });
    expect(termOfCodes('2018', '3')).toMatchObject({ code: '2018-2019-1', nativeCode: '2018/3' });
    expect(termOfCodes('2018', '12')?.term).toBe(2);
    expect(termOfCodes('2018', '16')?.term).toBe(3);
  });

  test.each([
    ['2018-2020', '1'],
    ['2018', '1'],
    ['2018-2019', '4'],
    ['2018-2019', null],
  ])('of %s and %s is unknown', (year, number) => {
    expect(termOfYearAndNumber(year, number)).toBeNull();
  });
});

describe('a class number', () => {
  test('gives term and course code by the width of the school', () => {
    const eight = { style: 'TERM_FIRST', courseCodeWidth: 8 } as const;
    expect(parseClassNumber('(2013-2014-2)-24010101-20051-1', eight)).toMatchObject({
      courseCode: '24010101',
      term: { code: '2013-2014-2' },
    });
    expect(parseClassNumber('(2013-2014-2)-2401-20051-1', eight)).toBeNull();
    expect(parseClassNumber('(2013-2014-2)-2401-20051-1', { style: 'TERM_FIRST' })?.courseCode).toBe('2401');
  });

  test('of the other style gives its code too', () => {
    const style = { style: 'SEQUENCE_FIRST' } as const;
    expect(parseClassNumber('002-(2018-2019-1)NA327(教学班)', style)).toMatchObject({
      courseCode: 'NA327',
      term: { code: '2018-2019-1' },
    });
  });

  test('is read back whatever the code, or not at all', () => {
    const code = fc.stringMatching(/^[A-Z0-9]{3,12}$/);
    fc.assert(
      fc.property(
        code,
        fc.integer({ min: 1990, max: 2090 }),
        fc.constantFrom(1, 2, 3),
        (courseCode, year, term) => {
          const text = `(${year}-${year + 1}-${term})-${courseCode}-20051-1`;
          for (const courseCodeWidth of [undefined, courseCode.length]) {
            expect(parseClassNumber(text, { style: 'TERM_FIRST', courseCodeWidth })).toMatchObject({
              courseCode,
            });
          }
        },
      ),
    );
    fc.assert(
      fc.property(
        fc.string(),
        (text) => void parseClassNumber(text, { style: 'TERM_FIRST', courseCodeWidth: 8 }),
      ),
    );
  });
});

describe('hours', () => {
  test.each([
    ['3.0-1.0', '01-16', '64'],
    ['2.5-0.5', '1-8,10-17', '48'],
    ['3', '01-15', '45'],
    ['3.5-0.0', '01-15', '52.5'],
    ['3.0-1.0', null, null],
    ['+2', '01-16', null],
    ['四', '01-16', null],
    [null, '01-16', null],
    ['3.0-1.0', '16-01', null],
  ])('of %s in weeks %s are %s', (perWeek, weeks, total) => {
    expect(totalHours(perWeek, weeks)).toBe(total);
  });

  test('of practice weeks are known only where the school defines them', () => {
    expect(totalHours('+2', null, 28)).toBe('56');
  });

  test('count a week once that two ranges name', () => {
    expect(parseWeeks('1-8,8-10')).toBe(10);
    expect(parseWeeks('01-16周')).toBe(16);
  });
});

describe('text', () => {
  test('with lost characters is recognised, a question is not', () => {
    expect(isCorruptText('计算机???')).toBe(true);
    expect(isCorruptText('\uFFFD学')).toBe(true);
    expect(isCorruptText('何为哲学?')).toBe(false);
  });

  test('is an amount only where it is a plain number', () => {
    expect(['3.0', ' 4 ', '.5', '86.50'].map((text) => parseAmount(text))).toEqual(['3', '4', '0.5', '86.5']);
    expect(['', '四', '-1', '1e3', '3学分', null].map((text) => parseAmount(text))).toEqual(
      Array(6).fill(null),
    );
  });
});

describe('evidence', () => {
  test('has the same hash whatever the order of columns, and another for another value', () => {
    const columns = fc.dictionary(fc.string({ minLength: 1 }), fc.option(fc.string()), { minKeys: 1 });
    fc.assert(
      fc.property(columns, (row) => {
        const reversed = Object.fromEntries(Object.entries(row).reverse());
        expect(evidenceHash(reversed)).toBe(evidenceHash(row));
        expect(evidenceHash({ ...row, added: 'x' })).not.toBe(evidenceHash(row));
      }),
    );
  });
});

describe('a holder', () => {
  const salt = 'sixteen-or-more-characters';
  const number = '640104200105120014';

  test('is recognised by name and hashed number, whatever the spaces and the case of X', () => {
    const asked = {
      name: ' 陈思远 ',
      identityNumberHash: identityNumberHash('640104200105120014', salt).toUpperCase(),
      salt,
    };
    expect(isHeldBy({ name: '陈思远', identityNumber: number }, asked)).toBe(true);
    expect(identityNumberHash('11010519491231002x', salt)).toBe(
      identityNumberHash('11010519491231002X ', salt),
    );
  });

  test('is another person when either differs', () => {
    const identityNumberHash_ = identityNumberHash(number, salt);
    expect(
      isHeldBy(
        { name: '陈思', identityNumber: number },
        { name: '陈思远', identityNumberHash: identityNumberHash_, salt },
      ),
    ).toBe(false);
    expect(
      isHeldBy(
        { name: '陈思远', identityNumber: number },
        { name: '陈思远', identityNumberHash: 'ab', salt },
      ),
    ).toBe(false);
  });

  test('is unknown where the school holds no number', () => {
    expect(
      isHeldBy({ name: '陈思远', identityNumber: null }, { name: '陈思远', identityNumberHash: '', salt }),
    ).toBeNull();
  });

  test('is shown with the first character of the name only', () => {
    expect(['张三', '陈思远', '欧阳明哲', 'John Doe'].map(maskName)).toEqual([
      '张*',
      '陈**',
      '欧***',
      'J***',
    ]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        expect(
          Array.from(maskName(name)).filter((character) => character !== '*').length,
        ).toBeLessThanOrEqual(1);
      }),
    );
  });
});
