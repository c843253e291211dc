import { parseNativeDate } from './dates.js';
import type { Mapping } from './mapping.js';
import { soundTextOf, textOf, wholeTextOf, type NativeRow } from './native-row.js';
import type { OrError } from './map-student.js';

/** A code under which a course was offered before. */
export interface FormerCode {
  readonly code: string;
  readonly name: OrError<string | null>;
  readonly validFrom: string | null;
  readonly validTo: string | null;
}

/** Which codes belong to one course. */
export interface CourseHistory {
  /** The code of today; null where a code was followed by two courses, or by itself in the end. */
  currentOf(code: string): string | null;
  /** The codes before this one, oldest first, also those that were renumbered more than once. */
  formerOf(code: string): readonly FormerCode[];
  /** Whether every row could be understood. */
  readonly understood: boolean;
  /** Whether every row says which two codes belong together. */
  readonly linked: boolean;
}

/** The history in a school's table of former codes. */
export function courseHistory(
  rows: readonly NativeRow[],
  columns: NonNullable<Mapping['courseCode']>,
  institution: string,
): CourseHistory {
  const successors = new Map<string, Set<string>>();
  const formers = new Map<string, Map<string, FormerCode>>();
  let understood = true;
  let linked = true;
  for (const row of rows) {
    const code = wholeTextOf(row, columns.code);
    const formerCode = wholeTextOf(row, columns.formerCode);
    if (code === null || formerCode === null) {
      understood = false;
      linked = false;
      continue;
    }
    // A course that was renamed keeps its code; that is a former name and no other course.
    if (code !== formerCode) successors.set(formerCode, (successors.get(formerCode) ?? new Set()).add(code));
    const known = formers.get(code) ?? new Map<string, FormerCode>();
    const former: FormerCode = {
      code: formerCode,
      name: soundTextOf(row, columns.formerName, { institution, field: 'FormerCourseCode.name' }),
      validFrom: parseNativeDate(textOf(row, columns.validFrom)).date,
      validTo: parseNativeDate(textOf(row, columns.validTo)).date,
    };
    if (typeof former.name === 'object' && former.name !== null) understood = false;
    formers.set(
      code,
      known.set(`${formerCode}\n${String(former.validFrom)}\n${String(former.name)}`, former),
    );
  }

  function currentOf(code: string): string | null {
    const seen = new Set([code]);
    for (let at = code; ;) {
      const next = successors.get(at);
      if (next === undefined) return at;
      const [one = ''] = next;
      if (next.size > 1 || seen.has(one)) return null;
      seen.add(one);
      at = one;
    }
  }

  function formerOf(code: string): FormerCode[] {
    const found: FormerCode[] = [];
    const seen = new Set<string>();
    const open = [code];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      for (const former of formers.get(at)?.values() ?? []) {
        found.push(former);
        open.push(former.code);
      }
    }
    return found.sort((a, b) => order(a) - order(b) || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
  }

  return { currentOf, formerOf, understood, linked };
}

/** By the day on which it began or, where nobody knows that, ended; those of which nothing is known come first. */
function order({ validFrom, validTo }: FormerCode): number {
  const day = validFrom ?? validTo;
  return day === null ? 0 : Number(day.replaceAll('-', ''));
}
