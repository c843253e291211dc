/** A term of an academic year, in the form of the contract. */
export interface AcademicTerm {
  readonly code: string;
  readonly nativeCode: string;
  readonly academicYear: string;
  readonly term: number;
}

/** The term codes of the Zhengfang V-series; 16 for the third term is unconfirmed, 27 is what one public client sends. */
const termByCode: Readonly<Record<string, number>> = { '3': 1, '12': 2, '16': 3, '27': 3 };

/** The term of XN `2018-2019` and XQ `1`; null when either is unreadable. Numbers as text (`1.0`) are accepted. */
export function termOfYearAndNumber(year: string | null, number: string | null): AcademicTerm | null {
  const years = /^(\d{4})-(\d{4})$/.exec(year ?? '');
  const term = /^([123])(?:\.0+)?$/.exec(number ?? '')?.[1];
  if (!years || !term || Number(years[2]) !== Number(years[1]) + 1) return null;
  return {
    code: `${year}-${term}`,
    nativeCode: `${year}/${term}`,
    academicYear: String(year),
    term: Number(term),
  };
}

/** The term of xnm `2018` and xqm `3`; null when either is unreadable. */
export function termOfCodes(yearCode: string | null, termCode: string | null): AcademicTerm | null {
  const term = Object.hasOwn(termByCode, termCode ?? '') ? termByCode[termCode ?? ''] : undefined;
  if (!/^\d{4}$/.test(yearCode ?? '') || term === undefined) return null;
  const academicYear = `${yearCode}-${Number(yearCode) + 1}`;
  return { code: `${academicYear}-${term}`, nativeCode: `${yearCode}/${termCode}`, academicYear, term };
}

/** A day of the year on which a term begins. */
export interface TermBeginning {
  readonly month: number;
  readonly day: number;
  readonly number: number;
}

/**
 * The term in which a day (`YYYY-MM-DD`) lies, in a system that knows days only. The first of the beginnings begins the
 * academic year: with 1 August for term 1 and 1 January for term 2, 2024-11-05 lies in 2024-2025-1.
 */
export function termOfDay(day: string | null, begins: readonly TermBeginning[]): AcademicTerm | null {
  const date = /^(\d{4})-(\d{2}-\d{2})$/.exec(day ?? '');
  const [first] = begins;
  if (!date || !first) return null;
  const [, year = '', monthAndDay = ''] = date;
  const at = ({ month, day: on }: TermBeginning): string =>
    `${String(month).padStart(2, '0')}-${String(on).padStart(2, '0')}`;
  const inOrder = [...begins].sort((a, b) => (at(a) < at(b) ? -1 : 1));
  // Before the first beginning of a calendar year the last one of the year before still runs.
  const running = inOrder.findLast((beginning) => at(beginning) <= monthAndDay) ?? inOrder.at(-1) ?? first;
  const from = monthAndDay >= at(first) ? Number(year) : Number(year) - 1;
  const academicYear = `${from}-${from + 1}`;
  return {
    code: `${academicYear}-${running.number}`,
    nativeCode: day ?? '',
    academicYear,
    term: running.number,
  };
}

/** In which months the terms and the academic year of a school begin. */
export interface TermCalendar {
  readonly startMonths: Readonly<Partial<Record<'1' | '2' | '3', readonly number[]>>>;
  readonly yearStartsIn: number;
}

/**
 * The term that begins on a day (`YYYY-MM-DD`); null without a day, and where no term of the calendar begins in its
 * month: a quarter or a week of a calendar that nobody has declared is never taken for a semester.
 */
export function termOfStart(
  startsOn: string | null,
  { startMonths, yearStartsIn }: TermCalendar,
  nativeCode: string | null,
): AcademicTerm | null {
  const parts = /^(\d{4})-(\d{2})-\d{2}$/.exec(startsOn ?? '');
  if (!parts) return null;
  const month = Number(parts[2]);
  const term = (['1', '2', '3'] as const).find((number) => startMonths[number]?.includes(month));
  if (term === undefined) return null;
  const firstYear = Number(parts[1]) - (month < yearStartsIn ? 1 : 0);
  const academicYear = `${firstYear}-${firstYear + 1}`;
  return {
    code: `${academicYear}-${term}`,
    nativeCode: nativeCode ?? parts[0],
    academicYear,
    term: Number(term),
  };
}

/** How a school writes its class numbers (选课课号, XKKH). */
export interface ClassNumberStyle {
  /**
   * `TERM_FIRST`: `(2013-2014-2)-KCDM-JSZGH-n`; `SEQUENCE_FIRST`: `002-(2018-2019-1)NA327(教学班)`.
   */
  readonly style: 'TERM_FIRST' | 'SEQUENCE_FIRST';
  /** The width of a course code where it is fixed; otherwise a code ends at the next hyphen. */
  readonly courseCodeWidth?: number | undefined;
}

/** What a class number says; null where it does not fit the school's style. */
export function parseClassNumber(
  classNumber: string | null,
  style: ClassNumberStyle,
): { term: AcademicTerm; courseCode: string } | null {
  const pattern =
    style.style === 'TERM_FIRST' ? /^\((\d{4}-\d{4})-(\d)\)-(.+)$/ : /^\d+-\((\d{4}-\d{4})-(\d)\)(.+)$/;
  const parts = pattern.exec(classNumber?.trim() ?? '');
  if (!parts) return null;
  const term = termOfYearAndNumber(parts[1] ?? null, parts[2] ?? null);
  const courseCode = courseCodeIn(parts[3] ?? '', style);
  return term && courseCode ? { term, courseCode } : null;
}

function courseCodeIn(rest: string, { style, courseCodeWidth }: ClassNumberStyle): string | undefined {
  if (style === 'SEQUENCE_FIRST') return /^([0-9A-Za-z]+)(?:\(|（|$)/.exec(rest)?.[1];
  if (courseCodeWidth === undefined) return /^([^-]+)(?:-|$)/.exec(rest)?.[1];
  const code = rest.slice(0, courseCodeWidth);
  const next = rest[courseCodeWidth];
  return code.length === courseCodeWidth && !code.includes('-') && (next === undefined || next === '-')
    ? code
    : undefined;
}

/** The term of a code of the contract, `2018-2019-1`; null for anything else. */
export function termOfCode(code: string): AcademicTerm | null {
  const parts = /^(\d{4}-\d{4})-([123])$/.exec(code);
  return parts === null ? null : termOfYearAndNumber(parts[1] ?? null, parts[2] ?? null);
}
