import type { ErrorParameters } from '../../kit/base/errors/amrlo-error.js';
import type { ErrorCode } from '../../kit/base/errors/catalogue.js';
import type { Decimal } from '../../kit/base/decimal.js';
import type { RowFault } from '../../kit/room/files/row-faults.js';
import { hasPossibleHours } from '../courses/hours-per-credit.js';

/** The class that a row of a catalog offers. */
export interface OfferedClass {
  /** For example `2018-2019`. */
  readonly academicYear: string;
  /** 1 autumn, 2 spring, 3 summer. */
  readonly term: number;
  /** The class number as the school writes it (选课课号). */
  readonly classKey: string;
  /** The year of enrolment that it is meant for; null for everybody. */
  readonly cohort: string | null;
  /** How many people, as the file states it. */
  readonly capacity: number | null;
}

/** One row of a catalog file that could be read. */
export interface CatalogRow {
  /** From 1, header included, as a person counts in the file. */
  readonly row: number;
  readonly code: string;
  readonly name: string;
  readonly unit: string | null;
  readonly hours: Decimal;
  readonly credits: Decimal;
  readonly grading: string | null;
  /** From when these facts hold, `YYYY-MM-DD`; null where the file does not say. */
  readonly validFrom: string | null;
  readonly offering: OfferedClass | null;
}

/** The cells of a row as they stand in the file. */
export type RowContent = Readonly<Record<string, string>>;

/** A row that was not taken: it is malformed, or repeats another one. */
export interface RejectedRow extends RowFault {
  readonly row: number;
  readonly content: RowContent;
}

/** A well-formed row whose facts cannot be: kept aside for an official, neither taken nor repaired. */
export interface QuarantinedRow {
  readonly row: number;
  readonly code: ErrorCode;
  readonly parameters: ErrorParameters;
  readonly content: RowContent;
}

/** What a catalog file holds, every row in exactly one of the three lists. */
export interface Catalog {
  readonly accepted: readonly CatalogRow[];
  readonly quarantined: readonly QuarantinedRow[];
  readonly rejected: readonly RejectedRow[];
}

/** A row of a file: what its cells say, or why they cannot be read. */
export interface RowReading {
  readonly row: number;
  readonly content: RowContent;
  readonly result: CatalogRow | RowFault;
  /** Two rows with one key are the same thing twice; null where the row cannot be read. */
  readonly key: string | null;
  /** The column of the key. */
  readonly keyField: string;
}

/**
 * Sorts the rows of a file: malformed ones and repetitions are rejected, those with impossible hours are quarantined
 * (model.md section 4: "validate 8 <= h/c <= 64 else quarantine; do not 'repair'"), the rest is accepted.
 */
export function sortRows(readings: Iterable<RowReading>): Catalog {
  const accepted: CatalogRow[] = [];
  const quarantined: QuarantinedRow[] = [];
  const rejected: RejectedRow[] = [];
  const seen = new Map<string, number>();
  for (const { row, content, result, key, keyField } of readings) {
    if (isFault(result)) {
      rejected.push({ row, ...result, content });
      continue;
    }
    const other = key === null ? undefined : seen.get(key);
    if (key !== null && other !== undefined) {
      const parameters = { row, other, key };
      rejected.push({ row, field: keyField, code: 'ROW_DUPLICATE', parameters, content });
      continue;
    }
    if (key !== null) seen.set(key, row);
    const { hours, credits } = result;
    if (hasPossibleHours(hours, credits)) accepted.push(result);
    else quarantined.push({ row, code: 'HOURS_IMPOSSIBLE', parameters: { row, hours, credits }, content });
  }
  return { accepted, quarantined, rejected };
}

/** Whether a row could not be read. */
export function isFault(result: CatalogRow | RowFault): result is RowFault {
  return 'parameters' in result;
}

/** Hours or credits as files write them: at most four digits before the point and three after it, no sign. */
export function isAmount(text: string): boolean {
  return /^\d{1,4}(\.\d{1,3})?$/.test(text);
}
