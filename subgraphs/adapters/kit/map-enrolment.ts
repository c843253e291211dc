import { levelOf, studyFormOf, type CodedWord } from './coded-words.js';
import { firstThatHolds } from './conditions.js';
import { dayAfter, parseNativeDate } from './dates.js';
import { isTermUnread, termOf } from './native-term.js';
import type { OrError } from './map-student.js';
import type { Mapping } from './mapping.js';
import { soundTextOf, textOf, wholeTextOf, type NativeRow } from './native-row.js';
import { unreadIn } from './unread.js';
import type { AcademicTerm } from './terms.js';

/** The fields of an EnrolmentPeriod that come from one native row. */
export interface MappedEnrolment {
  readonly term: AcademicTerm | null;
  readonly programme: OrError<string | null>;
  readonly programmeCode: string | null;
  readonly level: CodedWord | null;
  readonly studyForm: CodedWord | null;
  readonly status: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly unread: readonly string[];
}

/** One term or stretch of time of an enrolment; null for a row that says nothing about when it was. */
export function mapEnrolment(
  row: NativeRow,
  enrolment: NonNullable<Mapping['enrolment']>,
  institution: string,
): MappedEnrolment | null {
  const term = termOf(row, enrolment.term);
  const from = parseNativeDate(textOf(row, enrolment.from)).date;
  const lastDay = parseNativeDate(textOf(row, enrolment.lastDay)).date;
  const to = parseNativeDate(textOf(row, enrolment.to)).date ?? (lastDay === null ? null : dayAfter(lastDay));
  if (term === null && from === null && to === null) return null;
  return {
    term,
    programme: soundTextOf(row, enrolment.programme, { institution, field: 'EnrolmentPeriod.programme' }),
    programmeCode: wholeTextOf(row, enrolment.programmeCode),
    level: levelOf(row, enrolment.level),
    studyForm: studyFormOf(row, enrolment.studyForm),
    status: firstThatHolds(row, enrolment.status)?.status ?? null,
    from,
    to,
    unread: [
      ...unreadIn(row, {
        texts: { programme: enrolment.programme, programmeCode: enrolment.programmeCode },
        dates: { from: enrolment.from, to: enrolment.to, lastDay: enrolment.lastDay },
        codes: { level: enrolment.level, studyForm: enrolment.studyForm },
      }),
      ...(isTermUnread(row, enrolment.term) ? ['term'] : []),
    ],
  };
}

/** Oldest first; what is known by a term only comes after what began by the day in its academic year. */
export function enrolmentOrder(a: MappedEnrolment, b: MappedEnrolment): number {
  const [first, second] = [a, b].map(({ from, term, to }) => {
    // Terms begin in September, March and July; a day of its own is more exact.
    const begun =
      term && `${Number(term.academicYear.slice(0, 4)) + (term.term === 1 ? 0 : 1)}${termMonth[term.term]}`;
    return from ?? begun ?? to ?? '';
  }) as [string, string];
  return first < second ? -1 : first > second ? 1 : 0;
}

const termMonth: Readonly<Record<number, string>> = { 1: '-09', 2: '-03', 3: '-07' };
