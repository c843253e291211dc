import type { Decimal } from '../../kit/base/decimal.js';
import { parseAmount } from './amounts.js';
import { levelOf, type CodedWord } from './coded-words.js';
import { parseNativeDate } from './dates.js';
import type { OrError } from './map-student.js';
import type { Mapping } from './mapping.js';
import { soundTextOf, textOf, wholeTextOf, type Columns, type NativeRow } from './native-row.js';
import { plausibleHours } from './plausible-hours.js';

/** The fields of a SchoolCourse that come from one row of the catalogue. */
export interface MappedCourse {
  readonly code: string;
  readonly name: OrError<string | null>;
  readonly englishName: OrError<string | null>;
  readonly credits: Decimal | null;
  readonly creditScheme: string | null;
  readonly hours: Decimal | null;
  readonly level: CodedWord | null;
  readonly department: OrError<string | null>;
  readonly nativeKind: string | null;
  readonly syllabus: OrError<string | null>;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly flags: readonly string[];
}

/** One course in the words of the contract; null for a row without a code, by which nobody could find it. */
export function mapCourse(
  row: NativeRow,
  course: NonNullable<Mapping['course']>,
  institution: string,
): MappedCourse | null {
  const code = wholeTextOf(row, course.code);
  if (code === null) return null;
  const credits = parseAmount(textOf(row, course.credits));
  const { creditScheme } = course;
  const { hours, flags } = plausibleHours(row, course.hours, { credits, creditScheme });
  const textIn = (columns: Columns | undefined, field: string) =>
    soundTextOf(row, columns, { institution, field: `SchoolCourse.${field}` });
  return {
    code,
    name: textIn(course.name, 'name'),
    englishName: textIn(course.englishName, 'englishName'),
    credits,
    creditScheme: credits === null ? null : creditScheme,
    hours,
    level: levelOf(row, course.level),
    department: textIn(course.department, 'department'),
    nativeKind: wholeTextOf(row, course.kind),
    syllabus: textIn(course.syllabus, 'syllabus'),
    validFrom: parseNativeDate(textOf(row, course.validFrom)).date,
    validTo: parseNativeDate(textOf(row, course.validTo)).date,
    flags: [...(credits === null ? ['CREDITS_UNKNOWN'] : []), ...flags],
  };
}
