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
  const term = termByCode[termCode ?? ''];
  if (!/^\d{4}$/.test(yearCode ?? '') || term === undefined) return null;
  const academicYear = `${yearCode}-${Number(yearCode) + 1}`;
  return { code: `${academicYear}-${term}`, nativeCode: `${yearCode}/${termCode}`, academicYear, term };
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
