import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countingAttempt, type Sittings } from '../../subgraphs/adapters/kit/attempts.js';
import { levelWordsOf, readGrade } from '../../subgraphs/adapters/kit/grades.js';
import { compare } from '../../subgraphs/kit/base/decimal.js';

const rules = {
  passMark: '60',
  resitCap: '60',
  numberScale: 'CN-PERCENT',
  statuses: { 缺考: 'ABSENT', 作弊: 'MISCONDUCT', 免修: 'EXEMPTED', 缓考: 'DEFERRED' },
  wordScales: { 优秀: 'CN-FIVE-LEVEL', 合格: 'CN-TWO-LEVEL' },
  passWords: { 合格: true },
} as const;
const words = levelWordsOf([
  { word: '优秀', percentage: '94.00' },
  { word: '不及格', percentage: '50' },
  { word: '坏行', percentage: 'abc' },
]);
const none: Sittings = { first: null, resit: null, retake: null, isRetake: false, remark: null };

describe('a grade', () => {
  test.each([
    ['86', { percentage: '86', passed: true, scale: 'CN-PERCENT' }],
    ['86.50', { percentage: '86.5', passed: true, scale: 'CN-PERCENT' }],
    ['0', { percentage: '0', passed: false, scale: 'CN-PERCENT' }],
    ['59.99', { percentage: '59.99', passed: false }],
    ['优秀', { percentage: '94', passed: true, scale: 'CN-FIVE-LEVEL' }],
    ['不及格', { percentage: '50', passed: false }],
    ['特优', { percentage: null, passed: null, scale: null, unknownWord: true }],
    ['105', { percentage: null, passed: null, scale: null, unknownWord: true }],
    ['-5', { percentage: null, passed: null, unknownWord: true }],
    ['合格', { percentage: null, passed: true, scale: 'CN-TWO-LEVEL', unknownWord: false }],
    ['缺考', { percentage: null, passed: false, status: 'ABSENT', unknownWord: false }],
    ['缓考', { percentage: null, passed: null, status: 'DEFERRED' }],
  ])('%s is read as %j', (text, expected) => {
    expect(readGrade(text, rules, words)).toMatchObject(expected);
  });

  test('that is absent is no grade at all', () => {
    expect(readGrade(' ', rules, words)).toBeNull();
    expect(readGrade(null, rules, words)).toBeNull();
  });

  test('is 0 only when the school wrote 0', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const grade = readGrade(text, rules, words);
        if (grade?.percentage === '0') expect(text.trim()).toMatch(/^0*\.?0+$/);
      }),
    );
  });
});

describe('the sitting that counts', () => {
  test('is the resit when it is better, capped when it passed', () => {
    expect(countingAttempt({ ...none, first: '48', resit: '72' }, rules, words)).toMatchObject({
      kind: 'RESIT',
      percentage: '60',
      passed: true,
      flags: ['RESIT_CAPPED'],
    });
  });

  test('stays the first when the resit is worse', () => {
    expect(countingAttempt({ ...none, first: '52', resit: '45' }, rules, words)).toMatchObject({
      kind: 'FIRST',
      percentage: '52',
      passed: false,
    });
  });

  test('is the retake, which is not capped', () => {
    expect(countingAttempt({ ...none, first: '40', resit: '55', retake: '76' }, rules, words)).toMatchObject({
      kind: 'RETAKE',
      percentage: '76',
    });
  });

  test('is said once, with its kind, where a row that is a retake has its grade in both columns', () => {
    const kinds = (sittings: Partial<Sittings>) =>
      countingAttempt({ ...none, ...sittings }, rules, words).sittings.map(({ kind, grade, counts }) => [
        kind,
        grade.native,
        counts,
      ]);
    expect(kinds({ isRetake: true, first: '71' })).toEqual([['RETAKE', '71', true]]);
    expect(kinds({ isRetake: true, first: '71', retake: '71' })).toEqual([['RETAKE', '71', true]]);
    expect(kinds({ isRetake: true, first: '48', retake: '71' })).toEqual([
      ['FIRST', '48', false],
      ['RETAKE', '71', true],
    ]);
    expect(kinds({ isRetake: true, first: '48', resit: '55' })).toEqual([
      ['RETAKE', '48', false],
      ['RESIT', '55', true],
    ]);
    expect(kinds({ isResit: true, first: '48', resit: '66' })).toEqual([
      ['FIRST', '48', false],
      ['RESIT', '66', true],
    ]);
  });

  test('has each kind once, whatever the columns of a row hold', () => {
    const mark = fc.option(fc.constantFrom('40', '71', '合格', '缺考'), { nil: null });
    const sittings = fc.record({
      first: mark,
      resit: mark,
      retake: mark,
      isRetake: fc.boolean(),
      isResit: fc.boolean(),
      remark: fc.constantFrom(null, '缓考', '作弊'),
    });
    fc.assert(
      fc.property(sittings, (held) => {
        const kinds = countingAttempt(held, rules, words).sittings.map(({ kind }) => kind);
        expect(new Set(kinds).size).toBe(kinds.length);
      }),
    );
  });

  test('is a first one taken later where the remark says 缓考', () => {
    expect(countingAttempt({ ...none, first: '78', remark: '缓考' }, rules, words)).toMatchObject({
      kind: 'DEFERRED',
      percentage: '78',
      passed: true,
    });
  });

  test('is void where the remark says 作弊', () => {
    expect(countingAttempt({ ...none, first: '91', remark: '作弊' }, rules, words)).toMatchObject({
      percentage: null,
      passed: false,
      flags: ['MISCONDUCT'],
    });
  });

  test('does not exist for an exemption, which passes without a grade', () => {
    expect(countingAttempt({ ...none, remark: '免修' }, rules, words)).toMatchObject({
      grade: null,
      percentage: null,
      passed: true,
      exempted: true,
    });
  });

  test('is a passed two-level resit rather than an absence', () => {
    expect(countingAttempt({ ...none, first: '缺考', resit: '合格' }, rules, words)).toMatchObject({
      kind: 'RESIT',
      passed: true,
    });
  });

  test('never counts less than the first and never more than the best', () => {
    const mark = fc.option(fc.integer({ min: 0, max: 100 }).map(String), { nil: null });
    fc.assert(
      fc.property(mark, mark, mark, (first, resit, retake) => {
        const { percentage } = countingAttempt({ ...none, first, resit, retake }, rules, words);
        const marks = [first, resit, retake].filter((value) => value !== null);
        if (marks.length === 0) return expect(percentage).toBeNull();
        expect(percentage).not.toBeNull();
        expect(marks.some((value) => compare(value, percentage!) >= 0)).toBe(true);
        if (first !== null && Number(first) <= 60)
          expect(compare(percentage!, first)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('of a capped resit is never better than the cap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 60, max: 100 }), (first, resit) => {
        expect(
          countingAttempt({ ...none, first: `${first}`, resit: `${resit}` }, rules, words).percentage,
        ).toBe('60');
      }),
    );
  });
});
