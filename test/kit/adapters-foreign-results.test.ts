import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countingAttempt } from '../../subgraphs/adapters/kit/attempts.js';
import { readGrade, type GradeRules } from '../../subgraphs/adapters/kit/grades.js';
import { termOfStart } from '../../subgraphs/adapters/kit/terms.js';

const rules: GradeRules & { resitCap: string | null } = {
  passMark: '60',
  resitCap: '60',
  numberScale: 'CN-PERCENT',
  statuses: { W: 'WITHDRAWN' },
  wordScales: {},
  passWords: {},
};
const semesters = { startMonths: { '1': [8, 9, 11], '2': [1, 2, 4] }, yearStartsIn: 8 };

describe('a term that is known by the day on which it begins', () => {
  test('is the term of the academic year in whose months it falls, under the name that the system gives it', () => {
    expect(termOfStart('2023-09-04', semesters, '2023-Q1')).toEqual({
      code: '2023-2024-1',
      nativeCode: '2023-Q1',
      academicYear: '2023-2024',
      term: 1,
    });
    expect(termOfStart('2024-02-05', semesters, null)).toMatchObject({
      code: '2023-2024-2',
      nativeCode: '2024-02-05',
    });
  });

  test('is unknown where its month is declared for no term', () => {
    expect(termOfStart('2024-06-24', semesters, 'summer school')).toBeNull();
    expect(termOfStart(null, semesters, '2023-Q1')).toBeNull();
  });

  test('never lies outside the academic year that contains the day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1950, max: 2150 }), fc.constantFrom(1, 2, 4, 8, 9, 11), (year, month) => {
        const term = termOfStart(`${year}-${String(month).padStart(2, '0')}-15`, semesters, null)!;
        const [first, second] = term.academicYear.split('-').map(Number);
        expect(second).toBe(first! + 1);
        expect(month >= 8 ? first : second).toBe(year);
      }),
    );
  });
});

describe('a grade on a scale that the row names', () => {
  const tenPoint = { name: 'NL-1-10', percentages: false };

  test('has no percentage where the scale has none, and passes as the system says', () => {
    const read = (passed: boolean | null) =>
      readGrade('7.5', { ...rules, scale: tenPoint, stated: { percentage: null, passed } }, new Map());
    expect(read(true)).toMatchObject({
      native: '7.5',
      scale: 'NL-1-10',
      percentage: null,
      passed: true,
      unknownWord: false,
    });
    expect(read(false)?.passed).toBe(false);
    expect(read(null)?.passed).toBeNull();
  });

  test('is unknown on a scale that is not declared, whatever the system says beside it', () => {
    const stated = { percentage: '80', passed: true };
    expect(readGrade('80', { ...rules, scale: null, stated }, new Map())).toMatchObject({
      percentage: null,
      passed: null,
      unknownWord: true,
    });
  });

  test('is a percentage where the scale says so, and the statement of the system is above the pass mark', () => {
    const scale = { name: 'PERCENT', percentages: true };
    const read = (passed: boolean | null) =>
      readGrade('55', { ...rules, scale, stated: { percentage: null, passed } }, new Map());
    expect(read(true)).toMatchObject({ scale: 'PERCENT', percentage: '55', passed: true });
    expect(read(null)).toMatchObject({ percentage: '55', passed: false });
  });
});

describe('the percentage that a system states for a word', () => {
  const read = (word: string, percentage: string | null) =>
    readGrade(word, { ...rules, stated: { percentage, passed: null } }, new Map());

  test('counts for a word that no table knows', () => {
    expect(read('优秀', '95')).toMatchObject({ percentage: '95', passed: true, unknownWord: false });
  });

  test('is no statement when it is 0, and does not count beside a status', () => {
    expect(read('优', '0')).toMatchObject({ percentage: null, passed: null, unknownWord: true });
    expect(read('W', '0')).toMatchObject({ percentage: null, passed: false, status: 'WITHDRAWN' });
  });

  test('never makes a number other than it is', () => {
    expect(read('0', '95')).toMatchObject({ percentage: '0', passed: false });
  });
});

test('a row that is a resit as a whole is capped as a resit', () => {
  const sittings = { first: '88', resit: null, retake: null, isRetake: false, isResit: true, remark: null };
  expect(countingAttempt(sittings, rules, new Map())).toMatchObject({
    kind: 'RESIT',
    percentage: '60',
    passed: true,
    flags: ['RESIT_CAPPED'],
  });
});
