import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { courseFacts } from '../../subgraphs/outcomes/catalog/course-facts.js';
import { parseSjtuCsv } from '../../subgraphs/outcomes/catalog/parse-sjtu-csv.js';
import { parseSustechJson } from '../../subgraphs/outcomes/catalog/parse-sustech-json.js';
import { hasPossibleHours, hoursPerCredit } from '../../subgraphs/outcomes/courses/hours-per-credit.js';

const header = 'yxmc,kcmc,kcbm,xqxs,xqxf,nj,xn,xq,yqdrs';
const row = (code: string, hours: string, credits: string, number = '001') =>
  `信息学院,课程,${number}-(2018-2019-1)${code}(教学班),${hours},${credits},2016,2018-2019,1,30`;
const file = (...rows: string[]) => [header, ...rows, ''].join('\n');

const shared = process.env['AMRLO_SHARED_DATA'] ?? path.resolve('../shared/data');
/** A test on a real file; skipped with its reason where the file is not at hand. */
function onRealFile(title: string, name: string, check: (text: string) => void) {
  const place = path.join(shared, name);
  if (existsSync(place)) test(title, () => check(readFileSync(place, 'utf8')));
  else test.skip(`${title} (skipped: ${name} is not at hand)`, () => undefined);
}

describe('the SJTU list of offerings', () => {
  test('is read row by row, with the course code out of the class number', () => {
    const { accepted, quarantined, rejected } = parseSjtuCsv(file(row('NA327', '48', '3.0', '002')));
    expect({ quarantined, rejected }).toEqual({ quarantined: [], rejected: [] });
    expect(accepted).toEqual([
      {
        row: 2,
        code: 'NA327',
        name: '课程',
        unit: '信息学院',
        hours: '48',
        credits: '3',
        grading: null,
        validFrom: '2018-09-01',
        offering: {
          academicYear: '2018-2019',
          term: 1,
          classKey: '002-(2018-2019-1)NA327(教学班)',
          cohort: '2016',
          capacity: 30,
        },
      },
    ]);
  });

  test('has rows with impossible hours set aside with what they hold, not repaired', () => {
    const { accepted, quarantined } = parseSjtuCsv(file(row('ES003', '2017', '3'), row('AA000', '16', '0')));
    expect(accepted).toEqual([]);
    expect(quarantined.map(({ row, code }) => [row, code])).toEqual([
      [2, 'HOURS_IMPOSSIBLE'],
      [3, 'HOURS_IMPOSSIBLE'],
    ]);
    expect(quarantined[0]).toMatchObject({
      parameters: { row: 2, hours: '2017', credits: '3' },
      content: { xqxs: '2017' },
    });
  });

  test.each([
    ['no course code', row('', '48', '3'), 'kcbm', 'CELL_INVALID'],
    ['hours that are no number', row('AB123', '四十八', '3'), 'xqxs', 'CELL_INVALID'],
    ['hours in exponent form', row('AB123', '4e1', '3'), 'xqxs', 'CELL_INVALID'],
    ['a negative credit', row('AB123', '48', '-3'), 'xqxf', 'CELL_INVALID'],
    ['no hours', row('AB123', '', '3'), 'xqxs', 'CELL_EMPTY'],
    [
      'a term that is none',
      row('AB123', '48', '3').replace('2018-2019,1', '2018-2019,4'),
      'xq',
      'CELL_INVALID',
    ],
    [
      'years that do not follow',
      row('AB123', '48', '3').replaceAll('2018-2019', '2018-2020'),
      'xn',
      'CELL_INVALID',
    ],
    [
      'text of a failed conversion',
      row('AB123', '48', '3').replace('课程', '课\uFFFD'),
      'kcmc',
      'CELL_CORRUPT',
    ],
    [
      'a character that no table can hold',
      row('AB123', '48', '3').replace('课程', '课\0程'),
      'kcmc',
      'CELL_CORRUPT',
    ],
    ['no name', row('AB123', '48', '3').replace('课程', ''), 'kcmc', 'CELL_EMPTY'],
    [
      'a name without end',
      row('AB123', '48', '3').replace('课程', '课'.repeat(201)),
      'kcmc',
      'CELL_TOO_LONG',
    ],
    ['too few columns', '信息学院,课程', null, 'ROW_WIDTH_DIFFERS'],
    ['too many columns', `${row('AB123', '48', '3')},x`, null, 'ROW_WIDTH_DIFFERS'],
  ])('rejects a row with %s and takes the others', (_, bad, field, code) => {
    const { accepted, rejected } = parseSjtuCsv(file(bad, row('OK001', '48', '3')));
    expect(rejected).toMatchObject([{ row: 2, field, code }]);
    expect(accepted.map(({ row, code }) => [row, code])).toEqual([[3, 'OK001']]);
  });

  test('rejects the second of two rows with one class number and names the first', () => {
    const { accepted, rejected } = parseSjtuCsv(file(row('AB123', '48', '3'), '', row('AB123', '48', '3')));
    expect(accepted).toHaveLength(1);
    expect(rejected).toMatchObject([
      { row: 4, field: 'kcbm', code: 'ROW_DUPLICATE', parameters: { row: 4, other: 2 } },
    ]);
  });

  test('believes the columns of year and term where the class number carries an older term', () => {
    const older = row('EI236', '32', '2').replace('(2018-2019-1)', '(2017-2018-2)');
    expect(parseSjtuCsv(file(older)).accepted[0]).toMatchObject({
      validFrom: '2018-09-01',
      offering: { academicYear: '2018-2019', term: 1, classKey: '001-(2017-2018-2)EI236(教学班)' },
    });
  });

  test('keeps a cell that looks like a formula as it stands', () => {
    const formula = row('AB123', '48', '3').replace('课程', '"=HYPERLINK(""http://x"")"');
    expect(parseSjtuCsv(file(formula)).accepted[0]?.name).toBe('=HYPERLINK("http://x")');
  });

  test('is refused whole when quotes are broken or columns are missing', () => {
    expect(() => parseSjtuCsv(file(row('AB123', '48', '3'), '"open,x'))).toThrow(
      'The CSV file cannot be read from line 3 on (CSV_QUOTE_NOT_CLOSED), mostly a quote without its pair',
    );
    expect(() => parseSjtuCsv('yxmc,kcmc,kcbm,xqxs,xqxf,nj\n1,2\n')).toThrow(
      'Row 1 must be the header, but lacks these columns: xn, xq, yqdrs; export the table with its whole header',
    );
    expect(() => parseSjtuCsv('')).toThrow(expect.objectContaining({ code: 'FILE_COLUMNS_MISSING' }));
  });

  test('never throws anything but FILE_NOT_CSV and puts every row into one list', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('48', '3', '2018-2019', '1', '"'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 11 }), { maxLength: 6 }), (rows) => {
        try {
          const catalog = parseSjtuCsv(file(...rows.map((cells) => cells.join(','))));
          const seen = [...catalog.accepted, ...catalog.quarantined, ...catalog.rejected].map(
            (entry) => entry.row,
          );
          expect(new Set(seen).size).toBe(seen.length);
        } catch (error) {
          expect(error).toMatchObject({ code: 'FILE_NOT_CSV' });
        }
      }),
    );
  });

  onRealFile(
    'holds 3,122 rows: 2,940 classes of 1,556 courses and 182 repetitions',
    'cn/sjtu/sjtu_offerings_2018_2019_1.csv',
    (text) => {
      const { accepted, quarantined, rejected } = parseSjtuCsv(text);
      expect([accepted.length, quarantined.length, rejected.length]).toEqual([2_940, 0, 182]);
      expect(rejected.every(({ code }) => code === 'ROW_DUPLICATE')).toBe(true);
      expect(courseFacts(accepted, '2026-01-15')).toHaveLength(1_556);
      const differing = Map.groupBy(accepted, ({ code }) => code);
      const codes = [...differing].filter(
        ([, rows]) => new Set(rows.map((r) => `${r.hours}/${r.credits}`)).size > 1,
      );
      expect(codes).toHaveLength(14);
    },
  );
});

describe('the SUSTech list of courses', () => {
  const course = { id: 'MA101', name: '高等数学', credit: 4, classHour: 64, grading: 'HUNDRED_MARK_SCORE' };

  test('is read course by course, without classes', () => {
    const { accepted } = parseSustechJson(JSON.stringify([course]));
    expect(accepted).toMatchObject([
      { row: 1, code: 'MA101', hours: '64', credits: '4', offering: null, validFrom: null },
    ]);
  });

  test('rejects, repeats and sets aside as the other format does', () => {
    const list = [
      course,
      course,
      { ...course, id: undefined },
      { ...course, id: 'X9', classHour: 2017 },
      { ...course, id: 'Y1', credit: 1e-7 },
    ];
    const { accepted, quarantined, rejected } = parseSustechJson(JSON.stringify(list));
    expect(accepted).toHaveLength(1);
    expect(quarantined.map(({ row }) => row)).toEqual([4]);
    expect(rejected.map(({ row, field, code }) => [row, field, code])).toEqual([
      [2, 'id', 'ROW_DUPLICATE'],
      [3, 'id', 'CELL_EMPTY'],
      [5, 'credit', 'CELL_INVALID'],
    ]);
  });

  test.each([
    ['{', 'FILE_NOT_JSON'],
    ['', 'FILE_NOT_JSON'],
    ['{}', 'FILE_NOT_A_LIST'],
    ['[1]', 'FILE_NOT_A_LIST'],
    ['null', 'FILE_NOT_A_LIST'],
  ])('is refused whole when it is %j: %s', (text, code) => {
    expect(() => parseSustechJson(text)).toThrow(expect.objectContaining({ code }));
  });

  onRealFile('holds 108 courses, none to be set aside', 'cn/sustech/courses.json', (text) => {
    const { accepted, quarantined, rejected } = parseSustechJson(text);
    expect([accepted.length, quarantined.length, rejected.length]).toEqual([108, 0, 0]);
  });
});

describe("the project's own catalog", () => {
  test('has 41 classes of 39 courses, one row to be set aside and one repetition', () => {
    const { accepted, quarantined, rejected } = parseSjtuCsv(
      readFileSync('subgraphs/alliance/demo/catalog.csv', 'utf8'),
    );
    expect([accepted.length, quarantined.length, rejected.length]).toEqual([41, 1, 1]);
    expect(courseFacts(accepted, '2026-01-15')).toHaveLength(39);
  });
});

describe('the facts of a course', () => {
  const rows = () =>
    parseSjtuCsv(
      file(
        row('EE303', '51', '3', '001'),
        row('EE303', '48', '3', '002'),
        row('EE303', '51', '3', '003'),
        row('CS430', '34', '2', '004'),
        row('CS430', '32', '2', '005'),
      ),
    ).accepted;

  test('are those of most of its classes, of equally many the fewer hours', () => {
    const facts = courseFacts(rows(), '2026-01-15').map(({ code, hours }) => [code, hours]);
    expect(facts).toEqual([
      ['EE303', '51'],
      ['CS430', '32'],
    ]);
  });

  test('do not depend on the order of the rows', () => {
    const sorted = (list: ReturnType<typeof courseFacts>) =>
      [...list].sort((a, b) => (a.code < b.code ? -1 : 1));
    const expected = sorted(courseFacts(rows(), '2026-01-15'));
    fc.assert(
      fc.property(fc.shuffledSubarray([...rows()], { minLength: 5 }), (shuffled) => {
        expect(sorted(courseFacts(shuffled, '2026-01-15'))).toEqual(expected);
      }),
    );
  });
});

describe('hours per credit', () => {
  test('are possible from 8 to 64, both included, exactly', () => {
    expect(hasPossibleHours('8', '1')).toBe(true);
    expect(hasPossibleHours('7.999', '1')).toBe(false);
    expect(hasPossibleHours('160', '2.5')).toBe(true);
    expect(hasPossibleHours('160.001', '2.5')).toBe(false);
    expect(hasPossibleHours('16', '0')).toBe(false);
  });

  test('are an exact fraction in lowest terms that gives the hours back', () => {
    expect(hoursPerCredit('86', '5')).toEqual({ numerator: '86', denominator: '5' });
    expect(hoursPerCredit('56', '3.5')).toEqual({ numerator: '16', denominator: '1' });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999 }), fc.integer({ min: 1, max: 9_999_999 }), (h, c) => {
        const text = (value: number) =>
          `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, '0')}`;
        const { numerator, denominator } = hoursPerCredit(text(h), text(c));
        expect(BigInt(numerator) * BigInt(c)).toBe(BigInt(denominator) * BigInt(h));
      }),
    );
  });
});
