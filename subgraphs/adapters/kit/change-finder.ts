import { z } from 'zod';
import type { Clock } from '../../kit/base/clock.js';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { changesByComparison } from './changes-by-comparison.js';
import { parseNativeInstant } from './dates.js';
import type { RecordsDriver, ReadContext } from './driver.js';
import type { Mapping } from './mapping.js';
import { textOf } from './native-row.js';
import { readCursor, writeCursor } from './opaque-cursor.js';

/** A student something about whom changed. */
export interface FoundChange {
  readonly studentNumber: string;
  readonly kind: 'CHANGED' | 'REMOVED';
  /** When it was made, where the system says it, otherwise when it was noticed. */
  readonly at: Date;
}

/** A page of changes. */
export interface FoundChanges {
  readonly changes: readonly FoundChange[];
  /** Where to go on. */
  readonly cursor: string;
  readonly hasMore: boolean;
  /** The cursor was not known: all students are listed, on every page of this listing. */
  readonly restarted: boolean;
  readonly findsRemovals: boolean;
}

/** Finds changes in a school's records. */
export interface RecordChangeFinder {
  /** @throws AmrloError as a driver's readings do */
  find(since: string | null, first: number, context: ReadContext): Promise<FoundChanges>;
}

/**
 * The finder that a mapping declares; undefined where it declares none, where the driver knows no time of changes, and
 * where comparing has no folder for its fingerprints.
 */
export function createChangeFinder(parts: {
  readonly driver: RecordsDriver;
  readonly mapping: Mapping;
  readonly clock: Clock;
  readonly institution: string;
  /** Where fingerprints of this school are kept. */
  readonly stateDir: string | undefined;
}): RecordChangeFinder | undefined {
  const { driver, mapping, clock, institution, stateDir } = parts;
  const declared = mapping.changes;
  if (declared === undefined) return undefined;
  if ('compare' in declared) {
    if (stateDir === undefined) return undefined;
    return changesByComparison({ driver, clock, institution, folder: stateDir, ...declared.compare });
  }
  const changedSince = driver.changedSince?.bind(driver);
  return changedSince === undefined ? undefined : changesByTime(changedSince, declared, clock);
}

const timeCursor = z.strictObject({ next: z.string(), restarted: z.boolean() });

/** Changes by the time that the system keeps of them; such a system forgets what it removes. */
function changesByTime(
  changedSince: NonNullable<RecordsDriver['changedSince']>,
  columns: { readonly studentNumber: string; readonly changedAt: string },
  clock: Clock,
): RecordChangeFinder {
  return {
    async find(since, first, context) {
      const known = since === null ? null : readCursor(timeCursor, since);
      let restarted = known?.restarted ?? since !== null;
      const read = async (from: string | null) => changedSince(from, first, context);
      const page = await read(known?.next ?? null).catch((error: unknown) => {
        if (known === null || !(error instanceof AmrloError && error.code === 'CURSOR_INVALID')) throw error;
        restarted = true;
        return read(null);
      });
      const changes = new Map<string, FoundChange>();
      for (const row of page.rows) {
        const studentNumber = textOf(row, columns.studentNumber);
        if (studentNumber === null) continue;
        const at = parseNativeInstant(textOf(row, columns.changedAt)) ?? clock.now();
        changes.set(studentNumber, { studentNumber, kind: 'CHANGED', at });
      }
      return {
        changes: [...changes.values()],
        cursor: writeCursor({ next: page.next, restarted: restarted && page.hasMore }),
        hasMore: page.hasMore,
        restarted,
        findsRemovals: false,
      };
    },
  };
}
