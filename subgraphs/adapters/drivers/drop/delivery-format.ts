import type { ListSource, StudentSource } from '../../kit/driver.js';
import type { NativeRow } from '../../kit/native-row.js';
import type { DeliveryLimits } from './delivery-limits.js';
import type { DropFault } from './fault-codes.js';

/*
 * How a school declares its deliveries (school.yaml):
 *
 *     driver:
 *       kind: drop
 *       agreedAgeDays: 200            # what is common to all formats stands beside `delivery`
 *       delivery:
 *         format: oneroster           # oneroster | elmo | tables; each format checks its own part with a zod schema
 *         …                           # of its own: z.strictObject({ format: z.literal('elmo'), … })
 *
 * A format whose files have fixed meaning (OneRoster, ELMO) feeds the sources itself, with flat column names that it
 * documents (`user.sourcedId`, `learner.identifier`), and needs no `sources`. `tables` says for each source which files
 * and columns feed it. The mapping then names those columns, whatever the format.
 *
 * A delivery is a zip, a folder, or one file. In the school's folder the newest zip or subfolder counts; where the
 * folder holds files of the format itself, all of them together are one delivery. See delivery-place.ts.
 */

/** The files of one delivery by their names as delivered, each whole and within the limits; there are no folders in it. */
export type DeliveryFiles = ReadonlyMap<string, Buffer>;

/** What a format may use while it reads. */
export interface FormatContext {
  readonly limits: DeliveryLimits;
  /** Aborted when the driver stops. */
  readonly signal: AbortSignal;
  /**
   * Lets other work of the process go on; a format calls it every few thousand rows, so that a large delivery does not
   * hold up answers. Rejects with `REQUEST_CANCELLED` once the signal is aborted.
   */
  readonly pause: () => Promise<void>;
}

/** Rows by student number; a Map is one. Rows may be put together when they are asked for. */
export interface RowsByStudent {
  /** Undefined where there are none. */
  get(studentNumber: string): readonly NativeRow[] | undefined;
  keys(): Iterable<string>;
}

/** A list of a delivery. */
export interface DeliveredList {
  readonly rows: readonly NativeRow[];
  /** False when rows of it were rejected. */
  readonly complete: boolean;
}

/**
 * What one delivery says: named tables of flat text rows. A source that is absent was not delivered and is unknown; one
 * that is present and empty says that there is nothing.
 */
export interface DeliveredRecords {
  /**
   * Rows by student number. Columns whose names say that they hold passwords stand in none (secret-columns.ts), and those of
   * identity numbers in the rows of `identities` alone; a number under a name that says nothing is not noticed.
   */
  readonly byStudent: Readonly<Partial<Record<StudentSource, RowsByStudent>>>;
  readonly lists: Readonly<Partial<Record<Exclude<ListSource, 'fingerprints'>, DeliveredList>>>;
  readonly faults: readonly DropFault[];
  /** Each rejected row counts once, however much is wrong with it. */
  readonly rejectedRows: number;
  /** Students of whom at least one row was rejected; nothing about them is complete. */
  readonly studentsWithRejectedRows: ReadonlySet<string>;
  /** Whether a rejected row names no student; then it may be anybody's, and nothing about any student is complete. */
  readonly rejectedOfUnknownStudent: boolean;
  /**
   * Present where a later delivery of changes can be applied to this one; gives a new whole and leaves this one as it
   * is. Rejects as `read` does.
   */
  readonly amendedBy?: (changes: DeliveryFiles, context: FormatContext) => Promise<DeliveredRecords>;
}

/** One kind of delivery. */
export interface DeliveryFormat {
  /** Whether a file of this name can belong to a delivery; others are never opened. The name is without folders. */
  accepts(name: string): boolean;
  /**
   * The file, by lower-case name, without which a folder or zip is no delivery yet (OneRoster: `manifest.csv`), and which says
   * whether the delivery holds changes only. Absent for formats without one.
   */
  readonly manifest?: {
    readonly name: string;
    /** @throws AmrloError `FILE_UNREADABLE` when the manifest cannot be read */
    holdsChangesOnly(content: Buffer): boolean;
  };
  /**
   * Reads a delivery, whole or not at all.
   * @throws AmrloError `FILE_UNREADABLE`, `DELIVERY_TOO_LARGE` or `FILE_WRONG_ENCODING` when it cannot be taken as a whole;
   *   nothing else: bytes of strangers never end in another error
   */
  read(files: DeliveryFiles, context: FormatContext): Promise<DeliveredRecords>;
}
