import Fraction from 'fraction.js';
import { convert, type Decimal } from '../../kit/base/decimal.js';
import { parseAmount } from './amounts.js';
import { countingAttempt } from './attempts.js';
import { parseNativeDate } from './dates.js';
import type { GradeRules, LevelWords } from './grades.js';
import { totalHours } from './hours.js';
import { holds, type OrError } from './map-student.js';
import type { Mapping } from './mapping.js';
import { isCorruptText, soundTextOf, textOf, type NativeRow } from './native-row.js';
import { parseClassNumber, termOfCodes, termOfYearAndNumber, type AcademicTerm } from './terms.js';

/** The fields of a CourseResult that come from one native row. */
export interface MappedResult {
  readonly nativeKey: string;
  readonly studentNumber: string;
  readonly courseCode: string | null;
  readonly courseName: OrError<string | null>;
  readonly credits: Decimal | null;
  readonly creditScheme: string | null;
  readonly hours: Decimal | null;
  readonly nativeGrade: string | null;
  readonly gradeScale: string | null;
  readonly percentage: Decimal | null;
  readonly passed: boolean | null;
  readonly attemptKind: string | null;
  readonly exempted: boolean;
  readonly term: AcademicTerm | null;
  readonly recordedOn: string | null;
  readonly flags: readonly string[];
}

/** What stands between the student number and the school's own key in a native key. */
export const keySeparator = '|';

/** The student number in a native key; null when the key is not of this house. */
export function studentNumberOf(nativeKey: string): string | null {
  const at = nativeKey.indexOf(keySeparator);
  return at > 0 ? nativeKey.slice(0, at) : null;
}

/** One result in the words of the contract; null for a row without a key, which nobody could refer to. */
export function mapResult(
  row: NativeRow,
  mapping: Mapping,
  words: LevelWords,
  institution: string,
): MappedResult | null {
  const { result } = mapping;
  const studentNumber = textOf(row, result.studentNumber);
  const ownKey = textOf(row, result.key);
  if (studentNumber === null || ownKey === null || isCorruptText(ownKey)) return null;
  const classNumber = result.classNumber
    ? parseClassNumber(textOf(row, result.classNumber.column), result.classNumber)
    : null;
  const { sittings } = result;
  const attempt = countingAttempt(
    {
      first: textOf(row, sittings.first),
      resit: textOf(row, sittings.resit),
      retake: textOf(row, sittings.retake),
      isRetake: sittings.retakeWhen !== undefined && holds(row, sittings.retakeWhen),
      remark: textOf(row, sittings.remark),
    },
    { ...mapping.grades, toPercentage: percentageIn(row, result.range) },
    words,
  );
  const hours = hoursOf(row, result.hours);
  const credits = parseAmount(textOf(row, result.credits));
  const native = attempt.grade?.native ?? null;
  const sound = native === null || !isCorruptText(native);
  return {
    nativeKey: `${studentNumber}${keySeparator}${ownKey}`,
    studentNumber,
    courseCode: textOf(row, result.courseCode) ?? classNumber?.courseCode ?? null,
    courseName: soundTextOf(row, result.courseName, { institution, field: 'CourseResult.courseName' }),
    credits,
    creditScheme: credits === null ? null : result.creditScheme,
    hours,
    nativeGrade: sound ? native : null,
    gradeScale: attempt.grade?.scale ?? null,
    percentage: attempt.percentage,
    passed: attempt.passed,
    attemptKind: attempt.grade === null && !attempt.exempted ? null : attempt.kind,
    exempted: attempt.exempted,
    term: termOf(row, result.term) ?? classNumber?.term ?? null,
    recordedOn: parseNativeDate(textOf(row, result.recordedOn)).date,
    flags: [
      ...attempt.flags,
      ...(credits === null ? ['CREDITS_UNKNOWN'] : []),
      ...(hours === null ? ['HOURS_UNKNOWN'] : []),
      ...(result.flags ?? []).filter(({ when }) => holds(row, when)).map(({ flag }) => flag),
    ],
  };
}

function termOf(row: NativeRow, term: Mapping['result']['term']): AcademicTerm | null {
  if (term === undefined) return null;
  if ('year' in term) return termOfYearAndNumber(textOf(row, term.year), textOf(row, term.number));
  return termOfCodes(textOf(row, term.yearCode), textOf(row, term.termCode));
}

function hoursOf(row: NativeRow, hours: Mapping['result']['hours']): Decimal | null {
  if (hours === undefined) return null;
  if ('total' in hours) return parseAmount(textOf(row, hours.total));
  return totalHours(textOf(row, hours.perWeek), textOf(row, hours.weeks), hours.hoursPerPracticeWeek);
}

function percentageIn(row: NativeRow, range: Mapping['result']['range']): GradeRules['toPercentage'] {
  if (range === undefined) return undefined;
  const lowest = parseAmount(textOf(row, range.lowest));
  const highest = parseAmount(textOf(row, range.highest));
  if (lowest === '0' && highest === '100') return undefined;
  if (lowest === null || highest === null) return () => null;
  const span = new Fraction(highest).sub(lowest);
  if (span.compare(0) <= 0) return () => null;
  return (value) => {
    const share = new Fraction(value).sub(lowest);
    if (share.compare(0) < 0) return null;
    // Two places, rounded down once: a percentage never passes by rounding.
    const exact = share.mul(100).div(span);
    return convert('1', { numerator: exact.n, denominator: exact.d }, '0.01').amount;
  };
}
