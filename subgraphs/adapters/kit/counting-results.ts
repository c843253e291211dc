import { compare } from '../../kit/base/decimal.js';
import type { MappedResult } from './map-result.js';

/** What of a result decides whether it counts. */
export type Countable = Pick<
  MappedResult,
  'nativeKey' | 'courseCode' | 'percentage' | 'passed' | 'exempted' | 'term' | 'recordedOn' | 'flags'
>;

/** What is known of the courses to which codes belong. */
export interface KnownCourses {
  /** The course that a code belongs to, also a former one; null where it is not certain. */
  readonly courseOf: (code: string) => string | null;
  /** Whether codes that are not known to belong together are known not to. */
  readonly certain: boolean;
}

/**
 * Which of a student's results count: among all results of the same course the best that was passed, the earlier of two
 * equals. An exempted result never does: nothing was earned (model.md section 3, invariant 6). Null where nobody knows
 * the course or whether the grade passes, of rows that share a key, and where what decides is not known: a row that
 * shares its key is better, or a better one has a code of which nobody knows whether it is of the same course.
 */
export function countingResults<T extends Countable>(
  results: readonly T[],
  { courseOf, certain }: KnownCourses,
): Map<T, boolean | null> {
  const courses = new Map<T, string | null>(
    results.map((result) => [result, result.courseCode === null ? null : courseOf(result.courseCode)]),
  );
  const earned = results.filter(({ passed, exempted }) => passed === true && !exempted);
  const best = new Map<string, T>();
  for (const result of earned) {
    const course = courses.get(result) ?? null;
    if (course === null || isShared(result)) continue;
    const chosen = best.get(course);
    if (chosen === undefined || isBefore(result, chosen)) best.set(course, result);
  }
  const doubtful = earned.filter((result) => !certain || isShared(result));
  const isDoubted = (result: T, course: string): boolean =>
    doubtful.some((other) => {
      const mayBeTheSame = courses.get(other) === course || (!certain && other.courseCode !== null);
      return other !== result && mayBeTheSame && isBefore(other, result);
    });
  return new Map(
    [...courses].map(([result, course]) => {
      if (result.exempted) return [result, false];
      if (course === null || result.passed === null || isShared(result)) return [result, null];
      if (best.get(course) !== result) return [result, false];
      return [result, isDoubted(result, course) ? null : true];
    }),
  );
}

/** Two rows that differ have its key. */
function isShared({ flags }: Countable): boolean {
  return flags.includes('KEY_NOT_UNIQUE');
}

/** Better, or as good and earlier; a grade that has a number before one that has none, as within one row. */
function isBefore(candidate: Countable, chosen: Countable): boolean {
  const [ours, theirs] = [candidate.percentage, chosen.percentage];
  if (ours !== null && theirs !== null && compare(ours, theirs) !== 0) return compare(ours, theirs) > 0;
  if ((ours === null) !== (theirs === null)) return ours !== null;
  return timeOf(candidate) < timeOf(chosen);
}

/** What nobody can date comes last; the key makes the choice the same every time. */
function timeOf({ term, recordedOn, nativeKey }: Countable): string {
  return `${term?.code ?? '~'} ${recordedOn ?? '~'} ${nativeKey}`;
}
