import { notSupplied, suppliedSection } from './adapter-parts.js';
import { countingResults, type KnownCourses } from './counting-results.js';
import { courseHistory, type CourseHistory } from './course-history.js';
import { onceForEach } from './kept-lists.js';
import { mapCertificate, type MappedCertificate } from './map-certificate.js';
import { enrolmentOrder, mapEnrolment, type MappedEnrolment } from './map-enrolment.js';
import { mapResult, type MappedResult } from './map-result.js';
import type { Mapping } from './mapping.js';
import { evidenceHash } from './evidence.js';
import type { NativeRow } from './native-row.js';
import type { SchoolReader } from './school-reader.js';

/** A mapped row with the row itself. */
export interface Fact<T> {
  readonly value: T;
  readonly row: NativeRow;
}

/** What the rows of one student say. */
export interface Facts<T> {
  readonly facts: readonly Fact<T>[];
  /** Whether every row could be understood, in all that it holds. */
  readonly understood: boolean;
  /** Whether every row became a fact. */
  readonly allFound: boolean;
}

/** What one operation knows of students; each is read and mapped once, however many fields ask. Rejects as a driver does. */
export interface StudentFacts {
  results(studentNumber: string): Promise<Facts<MappedResult>>;
  /** By the result as `results` gives it, not by its key, which two rows may share; see `countingResults`. */
  counting(studentNumber: string): Promise<ReadonlyMap<MappedResult, boolean | null>>;
  enrolments(studentNumber: string): Promise<Facts<MappedEnrolment>>;
  certificates(studentNumber: string): Promise<Facts<MappedCertificate>>;
  /** The former codes of the catalogue; null where the system keeps none. */
  history(maxAgeMs?: number): Promise<KnownHistory | null>;
}

/** The former codes as far as they were obtained. */
export interface KnownHistory {
  readonly history: CourseHistory;
  /** Whether the system says that there are no others. */
  readonly complete: boolean;
}

/** What a history says of the courses of codes; of a system without one every code is a course of its own. */
export function knownCourses(known: KnownHistory | null): KnownCourses {
  if (known === null) return { courseOf: (code) => code, certain: true };
  const { history, complete } = known;
  return { courseOf: (code) => history.currentOf(code), certain: complete && history.linked };
}

/** A mapped row that says which of its fields could not be read. */
interface Readable {
  readonly unread: readonly string[];
}

/** Makes the facts of a school's operations; the history of its codes is parsed once. */
export function studentFacts(mapping: Mapping, institution: string): (reader: SchoolReader) => StudentFacts {
  const { courseCode } = mapping;
  const historyIn = onceForEach((rows: readonly NativeRow[]) =>
    courseHistory(rows, courseCode as NonNullable<typeof courseCode>, institution),
  );

  return (reader) => {
    const about = { reader, institution };

    const results = once(async (studentNumber) => {
      if (!(await reader.supplies('results'))) throw notSupplied(institution, 'StudentRecord.results');
      const [rows, words] = await Promise.all([reader.rows('results', studentNumber), reader.words()]);
      return keyedFacts(rows, (row) => mapResult(row, mapping, words, institution));
    });
    const certificates = once(async (studentNumber) => {
      const section = await suppliedSection(
        mapping.certificate,
        'certificates',
        'StudentRecord.certificates',
        about,
      );
      const rows = await reader.rows('certificates', studentNumber);
      return keyedFacts(rows, (row) => mapCertificate(row, section, institution));
    });
    const enrolments = once(async (studentNumber) => {
      const section = await suppliedSection(
        mapping.enrolment,
        'enrolments',
        'StudentRecord.enrolments',
        about,
      );
      const rows = await reader.rows('enrolments', studentNumber);
      const found = factsOf(rows, (row) => mapEnrolment(row, section, institution));
      return { ...found, facts: found.facts.toSorted((a, b) => enrolmentOrder(a.value, b.value)) };
    });
    const history: StudentFacts['history'] = async (maxAgeMs) => {
      if (courseCode === undefined || !(await reader.supplies('courseCodes'))) return null;
      const { rows, complete } = await reader.list('courseCodes', maxAgeMs);
      return { history: historyIn(rows), complete };
    };
    const counting = once(async (studentNumber) => {
      const [{ facts }, known] = await Promise.all([results(studentNumber), history()]);
      return countingResults(
        facts.map(({ value }) => value),
        knownCourses(known),
      );
    });
    return { results, counting, enrolments, certificates, history };
  };
}

function once<T>(make: (studentNumber: string) => Promise<T>): (studentNumber: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (studentNumber) => {
    const known = made.get(studentNumber) ?? make(studentNumber);
    made.set(studentNumber, known);
    return known;
  };
}

function factsOf<T extends Readable>(
  rows: readonly NativeRow[],
  map: (row: NativeRow) => T | null,
): Facts<T> {
  const facts = rows.flatMap((row) => {
    const value = map(row);
    return value === null ? [] : [{ value, row }];
  });
  const allFound = facts.length === rows.length;
  return { facts, allFound, understood: allFound && facts.every(({ value }) => value.unread.length === 0) };
}

/**
 * Facts that the graph finds again by their keys. The same row twice is one fact; two rows that differ under one key
 * are both flagged, because nobody knows which of them the key means.
 */
function keyedFacts<T extends Readable & { readonly nativeKey: string; readonly flags: readonly string[] }>(
  rows: readonly NativeRow[],
  map: (row: NativeRow) => T | null,
): Facts<T> {
  const { facts, understood, allFound } = factsOf(rows, map);
  const byKey = Map.groupBy(facts, ({ value }) => value.nativeKey);
  if (byKey.size === facts.length) return { facts, understood, allFound };
  const groups = [...byKey.values()].map((same) => [
    ...new Map(same.map((fact) => [evidenceHash(fact.row), fact])).values(),
  ]);
  return {
    facts: groups.flatMap((group) =>
      group.length === 1
        ? group
        : group.map((fact) => ({
            ...fact,
            value: { ...fact.value, flags: [...fact.value.flags, 'KEY_NOT_UNIQUE'] },
          })),
    ),
    allFound,
    understood: understood && groups.every((group) => group.length === 1),
  };
}
