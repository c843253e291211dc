import type { RecordsMethod } from '../../records/contract.js';
import type { NativeRow } from './native-row.js';

/**
 * What can be asked of a school's system. `identities` holds names and identity numbers and is read for
 * `StudentRecord.heldBy` only, so that an identity number never stands in a row that is mapped or hashed.
 */
export type Source = 'students' | 'results' | 'identities' | 'gradeWords';

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

/** How to reach one school's system. It knows the interface and nothing of what the columns mean. */
export interface RecordsDriver {
  readonly method: RecordsMethod;
  /** Whether a cancelled reading stops in the system too. */
  readonly cancels: boolean;
  /** Whether the system holds a source at all; what it does not hold is unknown. Rejects as `read` does. */
  supplies(source: Source, context: ReadContext): Promise<boolean>;
  /**
   * The rows of a source for some student numbers (for `gradeWords`: all rows, no keys). A number without rows is
   * absent; order and duplicates of rows are the system's.
   * @throws AmrloError `SCHOOL_UNAVAILABLE`, `SCHOOL_TIMEOUT` or `REQUEST_CANCELLED`
   */
  read(source: Source, keys: readonly string[], context: ReadContext): Promise<readonly NativeRow[]>;
  /** The delivery that rows are read from; null for a system that is read live. Rejects as `read` does. */
  delivery(context: ReadContext): Promise<Delivery | null>;
  /**
   * Whether rows about this student were there and could not be taken; then nothing about the student is complete.
   * Absent where every row is read as it is. Rejects as `read` does.
   */
  hasRejectedRows?(studentNumber: string, context: ReadContext): Promise<boolean>;
  stop(): Promise<void>;
}
