import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { calendarPeriods, type CalendarStep } from '../../subgraphs/kit/room/figures/calendar-periods.js';
import { csvLine, csvStart } from '../../subgraphs/kit/room/figures/csv.js';
import { responseTimeBounds, responseTimeClass } from '../../subgraphs/kit/room/figures/response-times.js';

describe('the periods of a series', () => {
  const day = fc
    .date({ min: new Date('1990-01-01'), max: new Date('2005-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const every = fc.constantFrom<CalendarStep>('MONTH', 'QUARTER', 'YEAR');

  test('begin with the month, quarter or year, and end where the interval ends', () => {
    expect(calendarPeriods({ from: '2025-11-15', to: '2026-02-10' }, 'MONTH')).toEqual([
      { from: '2025-11-15', to: '2025-12-01' },
      { from: '2025-12-01', to: '2026-01-01' },
      { from: '2026-01-01', to: '2026-02-01' },
      { from: '2026-02-01', to: '2026-02-10' },
    ]);
    expect(
      calendarPeriods({ from: '2025-05-01', to: '2026-01-01' }, 'QUARTER').map(({ from }) => from),
    ).toEqual(['2025-05-01', '2025-07-01', '2025-10-01']);
    expect(calendarPeriods({ from: '2024-01-01', to: '2026-01-01' }, 'YEAR')).toHaveLength(2);
  });

  test('cover the interval without a gap and without a day twice', () => {
    fc.assert(
      fc.property(day, day, every, (a, b, step) => {
        fc.pre(a !== b);
        const [from, to] = a < b ? [a, b] : [b, a];
        const periods = calendarPeriods({ from, to }, step);
        expect(periods[0]?.from).toBe(from);
        expect(periods.at(-1)?.to).toBe(to);
        for (const [place, period] of periods.entries()) {
          expect(period.from < period.to).toBe(true);
          if (place > 0) expect(period.from).toBe(periods[place - 1]?.to);
        }
      }),
    );
  });

  test('are refused where there are none or too many', () => {
    expect(() => calendarPeriods({ from: '2026-01-01', to: '2026-01-01' }, 'YEAR')).toThrow(
      'after the start',
    );
    expect(() => calendarPeriods({ from: '1900-01-01', to: '2026-01-01' }, 'MONTH')).toThrow('at most 240');
  });
});

describe('a line of CSV', () => {
  test('is read back as it was written, whatever the texts', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((one) => !/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(one));
    fc.assert(
      fc.property(fc.array(fc.oneof(text, fc.integer()), { minLength: 2 }), (cells) => {
        const [read] = parse(csvStart + csvLine(cells), { bom: true });
        expect(read).toEqual(cells.map(String));
      }),
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1', '\t=1', '  =1', '\r=1', '=HYPERLINK("http://x","y")'])(
    'makes of %j a text that no spreadsheet calculates',
    (formula) => {
      const line = csvLine([formula, 'x']);
      expect(parse(line)[0]?.[0]).toBe(`'${formula}`);
      expect(line.startsWith(`"'`)).toBe(true);
    },
  );

  test('leaves numbers as they are, and nothing where there is no value', () => {
    expect(csvLine([-3, 0, null, '银川'])).toBe('-3,0,,银川\r\n');
  });
});

test('a response time is counted below a bound that is at most a quarter longer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 33_000 }), (milliseconds) => {
      const bound = responseTimeBounds[responseTimeClass(milliseconds)]!;
      expect(bound).toBeGreaterThanOrEqual(milliseconds);
      expect(bound * 4).toBeLessThanOrEqual(milliseconds * 5);
    }),
  );
  expect(responseTimeClass(33_001)).toBe(responseTimeBounds.length);
});
