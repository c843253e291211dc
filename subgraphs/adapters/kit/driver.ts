import type { RecordsMethod } from '../../records/contract.js';
import type { NativeRow } from './native-row.js';

/**
 * What can be asked of a school's system about some students. `identities` holds names and identity numbers and is
 * read for `heldBy`, `verification` and `maskedIdentityNumber` only, so that an identity number never stands in a row
 * that is mapped or hashed.
 */
export const studentSources = ['students', 'results', 'identities', 'enrolments', 'certificates'] as const;
export type StudentSource = (typeof studentSources)[number];

/**
 * What is read whole: the table of level words, the catalogue (`courses`) and its former codes (`courseCodes`),
 * `programmes` and their `requirements`, counts of passing grades by reference group (`gradeCounts`), and
 * `fingerprints`, rows of all students from which changes are found by comparison.
 */
export const listSources = [
  'gradeWords',
  'courses',
  'courseCodes',
  'programmes',
  'requirements',
  'gradeCounts',
  'fingerprints',
] as const;
export type ListSource = (typeof listSources)[number];

/** `changes` holds students by the time of their last change, for systems that keep such a time. */
export type Source = StudentSource | ListSource | 'changes';

/** How long a reading may take and when it ends early. */
export interface ReadContext {
  /** Aborted when nobody waits any more; the question stops in the school's system too, where that is possible. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** The last full delivery of a system that delivers copies. */
export interface Delivery {
  readonly deliveredAt: Date;
  /** A copy within its agreed age is CACHED, an older one STALE. */
  readonly freshness: 'CACHED' | 'STALE';
  readonly rejectedRows: number;
}

/** A whole list, or as much of it as the system gave. */
export interface Listing {
  readonly rows: readonly NativeRow[];
  /** False when rows are missing, or when the system does not say how many there are. */
  readonly complete: boolean;
}

/** Students by the time of their last change, in the order of the change. */
export interface ChangedRows {
  readonly rows: readonly NativeRow[];
  /** Where to read on; opaque to everybody but the driver. */
  readonly next: string;
  readonly hasMore: boolean;
}

/** An exemption to be written into a school's system. */
export interface Exemption {
  readonly studentNumber: string;
  readonly courseCode: string;
  /** `2026-2027-1`. */
  readonly term: string;
  readonly certificateNumber: string;
  readonly kind: 'WAIVE_STUDY' | 'WAIVE_EXAM' | 'BOTH';
  readonly recordedGrade: string | null;
  readonly credits: string | null;
}

/** How to reach one school's system. It knows the interface and nothing of what the columns mean. */
export interface RecordsDriver {
  readonly method: RecordsMethod;
  /** Whether a cancelled reading stops in the system too. */
  readonly cancels: boolean;
  /** Whether the system holds a source at all; what it does not hold is unknown. Rejects as `read` does. */
  supplies(source: Source, context: ReadContext): Promise<boolean>;
  /**
   * The rows of a source for some student numbers. A number without rows is absent; order and duplicates of rows are
   * the system's.
   * @throws AmrloError `RECORD_NOT_SUPPLIED`, `SCHOOL_UNAVAILABLE`, `SCHOOL_TIMEOUT` or `REQUEST_CANCELLED`
   */
  read(
    source: StudentSource,
    studentNumbers: readonly string[],
    context: ReadContext,
  ): Promise<readonly NativeRow[]>;
  /** All rows of a list. Rejects as `read` does, and with `SOURCE_TOO_LARGE` beyond the driver's limit. */
  list(source: ListSource, context: ReadContext): Promise<Listing>;
  /** Present where the system keeps the time of a change. `since`: an earlier `next`, null for the beginning. */
  changedSince?(since: string | null, limit: number, context: ReadContext): Promise<ChangedRows>;
  /**
   * Present where exemptions can be written. Writing the same certificate, student and course again finds what is
   * there and writes nothing; nothing is half-written.
   * @throws AmrloError as `read` does, and `WRITE_BACK_REFUSED` where the system holds something else in its place
   */
  writeBack?(exemption: Exemption, context: ReadContext): Promise<'WRITTEN' | 'ALREADY_WRITTEN'>;
  /** The delivery that rows are read from; null for a system that is read live. Rejects as `read` does. */
  delivery(context: ReadContext): Promise<Delivery | null>;
  /**
   * Whether rows about this student were there and could not be taken; then nothing about the student is complete.
   * Absent where every row is read as it is. Rejects as `read` does.
   */
  hasRejectedRows?(studentNumber: string, context: ReadContext): Promise<boolean>;
  stop(): Promise<void>;
}
