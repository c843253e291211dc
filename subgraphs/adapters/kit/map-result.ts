import Fraction from 'fraction.js';
import { convert, type Decimal } from '../../kit/base/decimal.js';
import { parseAmount } from './amounts.js';
import { countingAttempt } from './attempts.js';
import { parseNativeDate } from './dates.js';
import { said, type GradeRules, type LevelWords, type ReadGrade } from './grades.js';
import { componentsOf, type MappedComponent } from './components.js';
import { flagsOf, holds } from './conditions.js';
import type { OrError } from './map-student.js';
import type { Mapping } from './mapping.js';
import { rowKeyOf } from './native-key.js';
import {
  isCorruptText,
  soundTextOf,
  textOf,
  wholeTextOf,
  type Columns,
  type NativeRow,
} from './native-row.js';
import { isTermUnread, termOf } from './native-term.js';
import { plausibleHours } from './plausible-hours.js';
import { parseClassNumber, type AcademicTerm } from './terms.js';
import { unreadIn } from './unread.js';

/** The fields of a CourseResult that come from one native row. */
export interface MappedResult {
  readonly nativeKey: string;
  readonly studentNumber: string;
  readonly courseCode: string | null;
  readonly courseName: OrError<string | null>;
  readonly courseEnglishName: OrError<string | null>;
  readonly credits: Decimal | null;
  readonly creditScheme: string | null;
  readonly hours: Decimal | null;
  readonly nativeGrade: string | null;
  readonly gradeScale: string | null;
  readonly percentage: Decimal | null;
  readonly passed: boolean | null;
  /** Null where the mapping names no columns for them. */
  readonly components: readonly MappedComponent[] | null;
  readonly sittings: readonly MappedSitting[];
  readonly attemptKind: string | null;
  readonly exempted: boolean;
  readonly term: AcademicTerm | null;
  readonly recordedOn: string | null;
  readonly flags: readonly string[];
  /** Fields of which the row holds something that could not be read. */
  readonly unread: readonly string[];
}

/** One sitting in the words of the contract. */
export interface MappedSitting {
  readonly kind: string;
  readonly nativeGrade: string | null;
  readonly percentage: Decimal | null;
  readonly passed: boolean | null;
  readonly counts: boolean;
}

/** One result in the words of the contract; null for a row without a key, which nobody could refer to. */
export function mapResult(
  row: NativeRow,
  mapping: Mapping,
  words: LevelWords,
  institution: string,
): MappedResult | null {
  const { result } = mapping;
  const key = rowKeyOf(row, result);
  if (key === null) return null;
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
      isExempted: sittings.exemptedWhen !== undefined && holds(row, sittings.exemptedWhen),
      isResit: sittings.resitWhen !== undefined && holds(row, sittings.resitWhen),
      remark: textOf(row, sittings.remark),
    },
    {
      ...mapping.grades,
      toPercentage: percentageIn(row, result.range),
      ownScale: mapping.grades.scales?.find(({ when }) => holds(row, when)),
      scale: scaleOf(row, result.scale),
      stated: {
        percentage: parseAmount(textOf(row, result.statedPercentage)),
        passed: result.statedPass?.find(({ when }) => holds(row, when))?.is ?? null,
      },
    },
    words,
  );
  const credits = parseAmount(textOf(row, result.credits));
  const {
    hours,
    flags: hoursFlags,
    unread: hoursUnread,
  } = plausibleHours(row, result.hours, {
    credits,
    creditScheme: result.creditScheme,
  });
  const parts = componentsOf(row, result.components, mapping.grades, words);
  const courseCode = wholeTextOf(row, result.courseCode) ?? classNumber?.courseCode ?? null;
  const term = termOf(row, result.term) ?? classNumber?.term ?? null;
  const nameIn = (columns: Columns | undefined, field: string) =>
    soundTextOf(row, columns, { institution, field: `CourseResult.${field}` });
  return {
    ...key,
    courseCode,
    courseName: nameIn(result.courseName, 'courseName'),
    courseEnglishName: nameIn(result.courseEnglishName, 'courseEnglishName'),
    credits,
    creditScheme: credits === null ? null : result.creditScheme,
    hours,
    nativeGrade: soundGrade(attempt.grade),
    gradeScale: attempt.grade?.scale ?? null,
    percentage: attempt.percentage,
    passed: attempt.passed,
    components: parts.components,
    sittings: attempt.sittings.map(({ kind, grade, percentage, counts }) => ({
      kind,
      nativeGrade: soundGrade(grade),
      percentage,
      passed: grade.passed,
      counts,
    })),
    attemptKind: attempt.grade === null && !attempt.exempted ? null : attempt.kind,
    exempted: attempt.exempted,
    term,
    recordedOn: parseNativeDate(textOf(row, result.recordedOn)).date,
    flags: [
      ...attempt.flags,
      ...(credits === null ? ['CREDITS_UNKNOWN'] : []),
      ...hoursFlags,
      ...flagsOf(row, result.flags),
    ],
    unread: [
      ...unreadIn(row, {
        texts: {
          courseCode: result.courseCode,
          courseName: result.courseName,
          courseEnglishName: result.courseEnglishName,
          // A damaged remark may have been one that voids the grade.
          flags: sittings.remark,
        },
        amounts: { credits: result.credits },
        dates: { recordedOn: result.recordedOn },
      }),
      ...(courseCode === null && holdsClassNumber(row, result) ? ['courseCode'] : []),
      ...(attempt.sittings.some(({ grade }) => grade.unknownWord || isCorruptText(grade.native))
        ? ['nativeGrade']
        : []),
      ...(parts.unread ? ['components'] : []),
      ...(hoursUnread ? ['hours'] : []),
      ...(term === null && isTermUnread(row, result.term) ? ['term'] : []),
    ],
  };
}

function soundGrade(grade: ReadGrade | null): string | null {
  return grade === null || isCorruptText(grade.native) ? null : grade.native;
}

function holdsClassNumber(row: NativeRow, { classNumber }: Mapping['result']): boolean {
  return classNumber !== undefined && textOf(row, classNumber.column) !== null;
}

function scaleOf(row: NativeRow, scale: Mapping['result']['scale']): GradeRules['scale'] {
  if (scale === undefined) return undefined;
  return said(scale.codes, textOf(row, scale.column) ?? '') ?? null;
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
