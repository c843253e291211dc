import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from '../../kit/base/clock.js';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import type { FoundChange, FoundChanges, RecordChangeFinder } from './change-finder.js';
import type { RecordsDriver, ReadContext } from './driver.js';
import { evidenceHash } from './evidence.js';
import { FingerprintStore, type Fingerprints, type Generation } from './fingerprint-store.js';
import { textOf, type NativeRow } from './native-row.js';
import { readCursor, writeCursor } from './opaque-cursor.js';
import { SharedReadings } from './shared-readings.js';

/** How long fingerprints are as good as new; reading all students is work for the school's system. */
const freshMs = 5 * 60_000;

/** How long reading all students may take; it goes on when the one who asked has left and serves the next. */
const readingMs = 15 * 60_000;

/** Rows that are hashed before others get their turn. */
const rowsAtOnce = 2_000;

/** `from` null: everything is listed. `after`: the student up to whom a listing was given; absent at its end. */
const cursorSchema = z.strictObject({
  to: z.string(),
  from: z.string().nullable().optional(),
  after: z.string().optional(),
  restarted: z.boolean().optional(),
  partial: z.boolean().optional(),
});

interface Taken extends Generation {
  /** Not all rows were there, so nobody can say who was removed. */
  readonly partial: boolean;
}

/** A listing under way, from one generation to another. */
interface Course {
  readonly from: string | null;
  readonly to: string;
  readonly after: string | undefined;
  readonly restarted: boolean;
  readonly partial: boolean;
}

/**
 * Changes found by comparing fingerprints of all rows with those of an earlier answer, for systems whose only key of a
 * change is unreliable and that leave no trace of what they delete. Generations lie in a folder; a cursor names one,
 * and one that is gone starts again.
 */
export function changesByComparison(parts: {
  readonly driver: RecordsDriver;
  readonly clock: Clock;
  readonly institution: string;
  readonly folder: string;
  readonly studentNumber: string;
}): RecordChangeFinder {
  const { driver, clock, institution, studentNumber } = parts;
  const store = new FingerprintStore(parts.folder);
  const readings = new SharedReadings<'fingerprints', Taken>({ ownTimeMs: readingMs });
  const listings = new LRUCache<string, readonly Omit<FoundChange, 'at'>[]>({ max: 2 });
  let newest: Taken | undefined;

  async function take(context: ReadContext): Promise<Taken> {
    const takenAt = clock.now();
    const { rows, complete } = await driver.list('fingerprints', context);
    const found = await fingerprintsOf(rows, studentNumber);
    const last = await store.newest();
    const before = last === undefined ? undefined : await store.read(last.id);
    // No school loses all its students at once; a view that has lost its rights does.
    if (found.size === 0 && (before?.size ?? 0) > 0) {
      throw new AmrloError('SCHOOL_UNAVAILABLE', { institution });
    }
    const whole = complete ? found : new Map([...(before ?? []), ...found]);
    newest = { ...(await store.write(whole, takenAt)), partial: !complete };
    return newest;
  }

  async function current(context: ReadContext): Promise<Taken> {
    if (newest !== undefined && clock.now().getTime() - newest.takenAt.getTime() < freshMs) return newest;
    return readings.obtain('fingerprints', context, take);
  }

  async function changesIn({ from, to }: Course): Promise<readonly Omit<FoundChange, 'at'>[] | undefined> {
    const key = `${from ?? ''}>${to}`;
    const known = listings.get(key);
    if (known !== undefined) return known;
    const [before, after] = await Promise.all([from === null ? none : store.read(from), store.read(to)]);
    if (before === undefined || after === undefined) return undefined;
    const changes = differences(before, after);
    listings.set(key, changes);
    return changes;
  }

  async function begin(from: string | null, restarted: boolean, context: ReadContext): Promise<Course> {
    const { id, partial } = await current(context);
    return { from, to: id, after: undefined, restarted, partial };
  }

  return {
    async find(since, first, context): Promise<FoundChanges> {
      const cursor = since === null ? null : readCursor(cursorSchema, since);
      let course =
        cursor?.after === undefined
          ? await begin(cursor?.to ?? null, since !== null && cursor === null, context)
          : {
              from: cursor.from ?? null,
              to: cursor.to,
              after: cursor.after,
              restarted: cursor.restarted ?? false,
              partial: cursor.partial ?? false,
            };
      let changes = await changesIn(course);
      if (changes === undefined) {
        course = await begin(null, true, context);
        changes = await changesIn(course);
      }
      // What was just written is gone: somebody else tidies the same folder.
      if (changes === undefined) throw new AmrloError('SCHOOL_UNAVAILABLE', { institution });
      return pageOf(course, changes, first, newest?.takenAt ?? clock.now());
    },
  };
}

const none: Fingerprints = new Map();

function pageOf(
  course: Course,
  changes: readonly Omit<FoundChange, 'at'>[],
  first: number,
  at: Date,
): FoundChanges {
  const { from, to, after, restarted, partial } = course;
  const start = after === undefined ? 0 : changes.findIndex((change) => change.studentNumber > after);
  const page = start < 0 ? [] : changes.slice(start, start + first);
  const last = page.at(-1)?.studentNumber;
  const hasMore = start >= 0 && start + first < changes.length;
  return {
    changes: page.map((change) => ({ ...change, at })),
    cursor: writeCursor(hasMore ? { to, from, after: last, restarted, partial } : { to }),
    hasMore,
    restarted,
    findsRemovals: !partial,
  };
}

/** In the order of the student numbers, so that a page can go on after any of them. */
function differences(before: Fingerprints, after: Fingerprints): Omit<FoundChange, 'at'>[] {
  const changed = [...after]
    .filter(([student, fingerprint]) => before.get(student) !== fingerprint)
    .map(([student]) => ({ studentNumber: student, kind: 'CHANGED' as const }));
  const removed = [...before.keys()]
    .filter((student) => !after.has(student))
    .map((student) => ({ studentNumber: student, kind: 'REMOVED' as const }));
  return [...changed, ...removed].sort((a, b) => (a.studentNumber < b.studentNumber ? -1 : 1));
}

/** One fingerprint for all rows about a student, whatever their order; rows about nobody are left out. */
async function fingerprintsOf(rows: readonly NativeRow[], column: string): Promise<Map<string, string>> {
  const hashes = new Map<string, string[]>();
  for (const [at, row] of rows.entries()) {
    if (at % rowsAtOnce === rowsAtOnce - 1) await setImmediate();
    const student = textOf(row, column);
    if (student === null) continue;
    const own = hashes.get(student) ?? [];
    own.push(evidenceHash(row));
    hashes.set(student, own);
  }
  return new Map(
    [...hashes].map(([student, own]) => [
      student,
      createHash('sha256').update(own.sort().join('\n')).digest('base64url').slice(0, 22),
    ]),
  );
}
