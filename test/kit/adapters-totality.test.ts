import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countingResults } from '../../subgraphs/adapters/kit/counting-results.js';
import { courseHistory } from '../../subgraphs/adapters/kit/course-history.js';
import { parseNativeDate, parseNativeInstant } from '../../subgraphs/adapters/kit/dates.js';
import { evidenceHash } from '../../subgraphs/adapters/kit/evidence.js';
import { gradeDistributions } from '../../subgraphs/adapters/kit/grade-distributions.js';
import { levelWordsOf } from '../../subgraphs/adapters/kit/grades.js';
import { parseWeeks, totalHours } from '../../subgraphs/adapters/kit/hours.js';
import { mapCertificate } from '../../subgraphs/adapters/kit/map-certificate.js';
import { mapCourse } from '../../subgraphs/adapters/kit/map-course.js';
import { mapEnrolment } from '../../subgraphs/adapters/kit/map-enrolment.js';
import { mapProgramme, requirementTable } from '../../subgraphs/adapters/kit/map-programme.js';
import { mapResult } from '../../subgraphs/adapters/kit/map-result.js';
import { mapStudent } from '../../subgraphs/adapters/kit/map-student.js';
import type { Mapping } from '../../subgraphs/adapters/kit/mapping.js';
import { columnsNamed } from '../../subgraphs/adapters/kit/mapping-columns.js';
import type { NativeRow } from '../../subgraphs/adapters/kit/native-row.js';
import { termOfCode, termOfCodes, termOfYearAndNumber } from '../../subgraphs/adapters/kit/terms.js';
import { schoolNamed, schoolNames } from '../../subgraphs/adapters/schools.js';
import { compare } from '../../subgraphs/kit/base/decimal.js';
import { wholeMapping } from './adapters-table-school.js';

const mappings: [string, Mapping][] = [
  ['the test’s own', wholeMapping],
  ...schoolNames().map((name): [string, Mapping] => [name, schoolNamed(name).mapping]),
];
const words = levelWordsOf([
  { word: '优秀', percentage: '94' },
  { word: '及格', percentage: '64' },
]);

// prettier-ignore
const oddCells = [
  '', ' ', '0', '0.0', '-0', '00', '60', '59.9', '86', '100', '100.0', '105', '-5', '1e2', 'NaN',
  'Infinity', '９０', '八十', '优秀', '特优', '及格', '合格', '缺考', '免修', '缓考', '作弊', 'constructor', '__proto__',
  'toString', '2024-2025', '2024-2026', '1', '2', '3', '4', '12', '16', '+2', '3.0-1.0', '01-16',
  '99-1', '2024-02-30', '20240101', '202406', '1/05/2023', '2017', '999999999999', '9'.repeat(400),
  '张???', '\uFFFD', '\uD83D', '👩‍🎓', '\u0000', '\u0007', '(2013-2014-2)-24010101-1-1', '是', '必',
  'true', 'A|B', '|',
];

/** What stands in the cells of real systems, and what nobody expects there. */
const cell = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(...oddCells),
);

/** A row with most of the columns that the mapping names, keys that mostly are keys, and now and then a stranger. */
function rowsOf(mapping: Mapping): fc.Arbitrary<NativeRow> {
  const { result, certificate } = mapping;
  const keys = [result.studentNumber, result.key, certificate?.studentNumber, certificate?.key].flat();
  const names = [...new Set(columnsNamed(mapping).map(({ column }) => column))];
  const key = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('1', '2', 'a') },
    { weight: 1, arbitrary: cell },
  );
  const named = fc.tuple(
    ...names.map((name) =>
      fc.option(fc.tuple(fc.constant(name), keys.includes(name) ? key : cell), { freq: 6 }),
    ),
  );
  const strange = fc.tuple(fc.constantFrom('__proto__', 'constructor', 'toString', '', '💥'), cell);
  return fc
    .tuple(named, fc.array(strange, { maxLength: 2 }))
    .map(([entries, strangers]) =>
      Object.fromEntries([...entries.filter((entry) => entry !== null), ...strangers]),
    );
}

const percentage = /^(?:100|\d{1,2}(?:\.\d{1,6})?)$/;
const day = /^\d{4}-\d{2}-\d{2}$/;

describe.each(mappings)('the mapping of %s', (_, mapping) => {
  const row = rowsOf(mapping);

  test('makes of any row a student, or of what it does not say nothing', () => {
    fc.assert(
      fc.property(row, (native) => {
        const student = mapStudent(native, mapping, 'A school');
        if (student.level?.code != null) {
          expect(Object.values(mapping.student.level!.codes)).toContain(student.level.code);
        }
        if (student.level !== null && student.level.code === null)
          expect(student.level.nationalCode).toBeNull();
        for (const date of [student.enrolledOn, student.graduatedOn])
          if (date !== null) expect(date).toMatch(day);
        if (typeof student.name === 'string') expect(student.name).toMatch(/^.\*{1,3}$/su);
      }),
    );
  });

  test('makes of any row a result or none, and never a number that the school did not write', () => {
    let results = 0;
    fc.assert(
      fc.property(row, (native) => {
        const result = mapResult(native, mapping, words, 'A school');
        if (result === null) return;
        results += 1;
        expect(result.nativeKey.startsWith(`${result.studentNumber}|`)).toBe(true);
        if (result.percentage !== null) expect(result.percentage).toMatch(percentage);
        if (result.percentage === '0' && mapping.result.range === undefined) {
          expect(result.nativeGrade).toMatch(/^0*\.?0+$/);
        }
        if (result.percentage === null && result.passed !== null)
          expect(result.nativeGrade ?? '免修').not.toBe('');
        if (result.flags.includes('UNKNOWN_GRADE_WORD')) expect(result.percentage).toBeNull();
        if (result.flags.includes('NO_GRADE'))
          expect([result.percentage, result.passed]).toEqual([null, null]);
        if (result.credits === null) expect(result.creditScheme).toBeNull();
        expect(result.hours === null).toBe(result.flags.includes('HOURS_UNKNOWN'));
        if (result.recordedOn !== null) expect(result.recordedOn).toMatch(day);
        if (result.term !== null) expect(termOfCode(result.term.code)).not.toBeNull();
        for (const text of [
          result.nativeGrade,
          result.courseCode,
          result.courseName,
          result.courseEnglishName,
        ]) {
          if (typeof text === 'string') expect(text).not.toMatch(/\uFFFD|\?\?|[\p{Cc}--[\t\n\r]]/v);
        }
        for (const part of [...(result.components ?? []), ...result.sittings]) {
          if (part.percentage !== null) expect(part.percentage).toMatch(percentage);
        }
      }),
      { numRuns: 300 },
    );
    expect(results).toBeGreaterThan(100);
  });

  test('lets the best sitting that passed count, and none where no study took place', () => {
    fc.assert(
      fc.property(row, (native) => {
        const result = mapResult(native, mapping, words, 'A school');
        if (result === null) return;
        const counting = result.sittings.filter(({ counts }) => counts);
        expect(counting.length).toBe(result.exempted || result.sittings.length === 0 ? 0 : 1);
        const [best] = counting;
        if (best === undefined) return;
        for (const other of result.sittings) {
          if (other.passed === true) expect(best.passed).toBe(true);
          if (other.passed === true && other.percentage !== null) {
            expect(compare(best.percentage ?? '0', other.percentage)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('lets at most one result of a course count, the best that was passed, never an exempted one', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
        const results = rows.flatMap((native, at) => {
          const result = mapResult(native, mapping, words, 'A school');
          return result === null
            ? []
            : [{ ...result, nativeKey: `1|${at}`, courseCode: result.courseCode && 'C' }];
        });
        const courses = { courseOf: (code: string) => code, certain: true };
        const counting = countingResults(results, courses);
        const reversed = countingResults(results.toReversed(), courses);
        for (const result of results) expect(reversed.get(result)).toBe(counting.get(result));
        const chosen = results.filter((result) => counting.get(result) === true);
        // Whatever is missing of the history of codes, it may take a "true" back and never gives one.
        for (const [result, counts] of countingResults(results, { ...courses, certain: false })) {
          if (counts !== null) expect(counts).toBe(counting.get(result));
        }
        const earned = results.filter(
          ({ courseCode, passed, exempted }) => courseCode && passed && !exempted,
        );
        expect(chosen.length).toBe(earned.length === 0 ? 0 : 1);
        for (const { exempted, passed } of chosen) expect([exempted, passed]).toEqual([false, true]);
        for (const { percentage: other } of earned) {
          if (other !== null) expect(compare(chosen[0]!.percentage!, other)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('makes of any rows enrolments, certificates, courses, programmes and distributions without a throw', () => {
    const { enrolment, certificate, course, courseCode, programme, requirement, gradeCount } = mapping;
    fc.assert(
      fc.property(fc.array(row, { maxLength: 10 }), (rows) => {
        for (const native of rows) {
          evidenceHash(native);
          if (enrolment !== undefined) {
            const period = mapEnrolment(native, enrolment, 'A school');
            for (const date of [period?.from, period?.to]) if (date != null) expect(date).toMatch(day);
          }
          if (certificate !== undefined) {
            const held = mapCertificate(native, certificate, 'A school');
            if (held?.awardedOn != null) expect(held.awardedOn).toMatch(day);
          }
          if (course !== undefined) {
            const listed = mapCourse(native, course, 'A school');
            if (listed?.hours != null && listed.credits !== null && listed.creditScheme!.startsWith('CN-')) {
              const share = Number(listed.hours) / Number(listed.credits);
              expect(listed.credits === '0' || (share >= 8 && share <= 64)).toBe(true);
            }
          }
          if (programme !== undefined) mapProgramme(native, programme, 'A school');
        }
        if (requirement !== undefined) {
          const table = requirementTable(rows, requirement, 'A school');
          for (const code of ['0', '60', '优秀']) table.requirementsOf({ code, version: null }, false);
        }
        if (courseCode !== undefined) {
          const history = courseHistory(rows, courseCode, 'A school');
          for (const code of ['0', '60', '优秀']) {
            history.currentOf(code);
            history.formerOf(code);
          }
        }
        if (gradeCount !== undefined) {
          for (const { counts, total } of gradeDistributions(rows, gradeCount, mapping.grades, words)) {
            if (counts === null) continue;
            expect(total).toBeGreaterThanOrEqual(10);
            expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(total);
          }
        }
      }),
    );
  });
});

describe('a parser', () => {
  test('of weeks and hours counts what is written or nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 30 }), (from, more) => {
        const two = (week: number) => String(week).padStart(2, '0');
        expect(parseWeeks(`${two(from)}-${two(from + more)}周`)).toBe(more + 1);
        expect(totalHours('2.0-1.0', `${from}-${from + more}`)).toBe(String(3 * (more + 1)));
      }),
    );
    fc.assert(
      fc.property(cell, cell, (perWeek, weeks) => {
        const count = parseWeeks(weeks);
        if (count !== null) expect(count >= 1 && count <= 60).toBe(true);
        const hours = totalHours(perWeek, weeks);
        if (hours !== null) expect(hours).toMatch(/^\d+(\.\d+)?$/);
      }),
    );
  });

  test('of terms gives a term of the calendar or nothing', () => {
    fc.assert(
      fc.property(cell, cell, (year, number) => {
        for (const term of [termOfYearAndNumber(year, number), termOfCodes(year, number)]) {
          if (term === null) continue;
          expect(termOfCode(term.code)).toMatchObject({ academicYear: term.academicYear, term: term.term });
          expect([1, 2, 3]).toContain(term.term);
        }
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1990, max: 2090 }), fc.constantFrom('3', '12', '16'), (year, code) => {
        const term = termOfCodes(String(year), code)!;
        expect(termOfYearAndNumber(term.academicYear, String(term.term))?.code).toBe(term.code);
      }),
    );
  });

  test('of instants reads a time of the school’s clock or with its offset, and no day alone', () => {
    const instants = fc.date({
      min: new Date('1990-01-01'),
      max: new Date('2099-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        const second = new Date(Math.floor(date.getTime() / 1000) * 1000);
        const local = new Date(second.getTime() + 8 * 3_600_000).toISOString().slice(0, 19);
        for (const text of [
          second.toISOString(),
          local,
          local.replace('T', ' '),
          `${local}+08:00`,
          `${local}+0800`,
        ]) {
          expect(parseNativeInstant(text)?.getTime()).toBe(second.getTime());
        }
        expect(parseNativeInstant(local.slice(0, 10))).toBeNull();
      }),
    );
    expect(parseNativeInstant('2020/1/16, 09:05:11')?.toISOString()).toBe('2020-01-16T01:05:11.000Z');
    expect(parseNativeInstant('2020/1/16 25:05:11')).toBeNull();
    fc.assert(
      fc.property(cell, (text) => {
        parseNativeInstant(text);
        const { date, month } = parseNativeDate(text);
        if (date !== null) expect(date.slice(0, 7)).toBe(month);
      }),
      { numRuns: 1000 },
    );
  });
});
