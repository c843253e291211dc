import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gradeDistributions } from '../../subgraphs/adapters/kit/grade-distributions.js';
import { readGrade, type GradeRules } from '../../subgraphs/adapters/kit/grades.js';
import { mapResult } from '../../subgraphs/adapters/kit/map-result.js';
import type { Mapping } from '../../subgraphs/adapters/kit/mapping.js';
import { termOfDay } from '../../subgraphs/adapters/kit/terms.js';

const rules: GradeRules = {
  passMark: '60',
  statuses: { 缺考: 'ABSENT' },
  wordScales: {},
  passWords: {},
  numberScale: 'CN-PERCENT',
};
const finnish = { scale: 'FI-0-5', passes: { '0': false, '1': true, '4': true, '5': true, HYV: true } };
const dutch = {
  scale: 'NL-1-10',
  passes: { V: true },
  numbers: { lowest: '1', highest: '10', passMark: '5.5' },
};

describe('a grade on a scale of its own', () => {
  test.each([
    [finnish, '5', { scale: 'FI-0-5', passed: true, unknownWord: false }],
    [finnish, 'HYV', { scale: 'FI-0-5', passed: true, unknownWord: false }],
    [finnish, '0', { scale: 'FI-0-5', passed: false, unknownWord: false }],
    [finnish, '7', { scale: null, passed: null, unknownWord: true }],
    [finnish, 'toString', { scale: null, passed: null, unknownWord: true }],
    [finnish, '缺考', { scale: null, passed: false, status: 'ABSENT', unknownWord: false }],
    [dutch, '5.5', { scale: 'NL-1-10', passed: true }],
    [dutch, '5.4', { scale: 'NL-1-10', passed: false }],
    [dutch, '10', { scale: 'NL-1-10', passed: true }],
    [dutch, '10.1', { scale: null, passed: null, unknownWord: true }],
    [dutch, 'V', { scale: 'NL-1-10', passed: true }],
  ])('%j %s is read as %j, never as a percentage', (ownScale, text, expected) => {
    expect(readGrade(text, { ...rules, ownScale }, new Map())).toMatchObject({
      percentage: null,
      ...expected,
    });
  });

  test.each([
    ['Innpasset', true, { passed: true, scale: null, unknownWord: false }],
    ['4', true, { passed: true, scale: 'FI-0-5' }],
    ['0', true, { passed: null, scale: 'FI-0-5' }],
    ['4', false, { passed: null, scale: 'FI-0-5' }],
  ])('%s with %j from the system itself is %j', (text, passed, expected) => {
    const stated = { percentage: null, passed };
    expect(readGrade(text, { ...rules, ownScale: finnish, stated }, new Map())).toMatchObject(expected);
  });

  test('is never a guess: what the scale does not list is unknown, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const grade = readGrade(text, { ...rules, ownScale: finnish }, new Map());
        if (grade === null || grade.status !== null) return;
        expect(grade.passed === null).toBe(!Object.hasOwn(finnish.passes, text.trim()));
        expect(grade.percentage).toBeNull();
      }),
    );
  });
});

const begins = [
  { month: 8, day: 1, number: 1 },
  { month: 1, day: 1, number: 2 },
];

describe('the term of a day', () => {
  test.each([
    ['2024-08-01', '2024-2025-1'],
    ['2024-12-31', '2024-2025-1'],
    ['2025-01-01', '2024-2025-2'],
    ['2025-07-31', '2024-2025-2'],
    ['2025-08-01', '2025-2026-1'],
  ])('%s is %s where the autumn term begins on 1 August', (day, code) => {
    expect(termOfDay(day, begins)?.code).toBe(code);
  });

  test('before the first beginning of a calendar year is the last term of the year before', () => {
    const american = [
      { month: 9, day: 1, number: 1 },
      { month: 2, day: 1, number: 2 },
      { month: 6, day: 15, number: 3 },
    ];
    expect(termOfDay('2025-01-20', american)?.code).toBe('2024-2025-1');
    expect(termOfDay('2025-07-01', american)?.code).toBe('2024-2025-3');
  });

  test('is unknown where the day is', () => {
    expect(termOfDay(null, begins)).toBeNull();
    expect(termOfDay('2025-07', begins)).toBeNull();
  });
});

const mapping: Mapping = {
  system: 'a system',
  student: { studentNumber: 'n', name: 'name' },
  result: {
    studentNumber: 'n',
    key: 'key',
    creditScheme: 'ECTS',
    sittings: { first: ['five', 'word'], exemptedWhen: { recognised: '*' } },
    term: { day: 'day', begins },
  },
  grades: {
    passMark: '60',
    resitCap: null,
    numberScale: 'PERCENT',
    statuses: {},
    wordScales: {},
    passWords: {},
    scales: [{ when: { five: '*' }, ...finnish }],
    words: { word: 'w', percentage: 'p' },
  },
};
const mapped = (row: Record<string, string>) =>
  mapResult({ n: '1', key: 'k', ...row }, mapping, new Map(), 'A school');

describe('a result', () => {
  test('is on the scale whose columns it fills', () => {
    expect(mapped({ five: '4', day: '2025-03-01' })).toMatchObject({
      nativeGrade: '4',
      gradeScale: 'FI-0-5',
      percentage: null,
      passed: true,
      term: { code: '2024-2025-2' },
    });
    expect(mapped({ word: '88' })).toMatchObject({ gradeScale: 'PERCENT', percentage: '88' });
  });

  test('that was recognised is exempted', () => {
    expect(mapped({ five: '4', recognised: '2024-01-01' })).toMatchObject({ exempted: true, passed: true });
  });
});

describe('a grade distribution on scales of their own', () => {
  const columns = { referenceGroup: 'group', fromYear: 'y', toYear: 'y', grade: 'grade', count: 'count' };
  const letters = {
    when: { scheme: 'AM' },
    scale: 'US-LETTER',
    passes: { A: true, B: true, C: true, F: false },
    fromBest: ['A', 'B', 'C', 'F'],
  };
  const numbers = { when: { scheme: 'NL' }, passes: {}, scale: 'NL-1-10', numbers: dutch.numbers };
  const row = (scheme: string, grade: string, count: string) => ({
    group: `course of ${scheme}`,
    y: '2023-2024',
    scheme,
    grade,
    count,
  });
  const distributions = (rows: ReturnType<typeof row>[], scales: NonNullable<Mapping['grades']['scales']>) =>
    gradeDistributions(rows, columns, { ...rules, scales }, new Map());

  test('is ordered as the scale lists its grades, or by its numbers, without failing grades', () => {
    const rows = [
      row('AM', 'B', '7'),
      row('AM', 'F', '3'),
      row('AM', 'A', '4'),
      row('NL', '7.5', '9'),
      row('NL', '10', '2'),
    ];
    expect(distributions(rows, [letters, numbers])).toMatchObject([
      { gradeScale: 'US-LETTER', total: 11, counts: [{ nativeGrade: 'A' }, { nativeGrade: 'B' }] },
      { gradeScale: 'NL-1-10', total: 11, counts: [{ nativeGrade: '10' }, { nativeGrade: '7.5' }] },
    ]);
  });

  test('has no order where the scale does not list its grades', () => {
    const { fromBest: _, ...unordered } = letters;
    const rows = [row('AM', 'B', '7'), row('AM', 'A', '4')];
    expect(distributions(rows, [unordered])).toMatchObject([{ counts: null, total: 11 }]);
  });
});
