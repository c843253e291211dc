import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type { ChangedRows } from '../../kit/driver.js';
import { scalarText, valueAt, type ExactJson } from './exact-json.js';
import type { Reading } from './reading.js';
import type { DeclaredRest } from './rest-declaration.js';
import { narrow, type SourceReader } from './source-reader.js';

/** From where the beginning is read: before every records system. */
const beginning = '1970-01-01T00:00:00.000Z';

/**
 * The rows that changed after an instant, by the times that the system keeps. The cursor is the instant of the last
 * row, and every row of that instant has been given with it, so that nothing is lost between two questions; the last
 * seconds are left for the next question. A system that does not keep its own order cannot be followed.
 * @throws AmrloError `SCHOOL_UNAVAILABLE` for rows without a time or out of order
 */
export async function readChanges(
  declared: NonNullable<DeclaredRest['sources']['changes']>,
  { institution, now, reader }: { institution: string; now: Date; reader: SourceReader },
  asked: { readonly since: string | null; readonly limit: number },
  reading: Reading,
): Promise<ChangedRows> {
  const broken = (why: string): AmrloError =>
    new AmrloError('SCHOOL_UNAVAILABLE', { institution }, { cause: new Error(why) });
  const since = asked.since !== null && instantOf(asked.since) !== null ? asked.since : beginning;
  const after = instantOf(since) as number;
  const settled = now.getTime() - declared.settleSeconds * 1_000;
  const enough = (items: readonly ExactJson[]): boolean => {
    const times = items.map((item) => instantOf(scalarText(valueAt(item, declared.changedAt))));
    const fresh = times.filter((time) => time !== null && time > after);
    return fresh.length > asked.limit && fresh[asked.limit - 1] !== fresh.at(-1);
  };
  const { rows, complete } = await reader.list(
    'changes',
    declared,
    (name) => (name === 'since' ? new Date(after).toISOString() : undefined),
    reading,
    enough,
  );
  const timed = rows.map((row) => {
    const time = instantOf(row[declared.changedAt] ?? null);
    if (time === null) throw broken('a change has no time');
    return { row, time };
  });
  if (timed.some(({ time }, at) => at > 0 && time < (timed[at - 1] as { time: number }).time)) {
    throw broken('changes are not in the order of their times');
  }
  const fresh = timed.filter(({ time }) => time > after && time <= settled);
  const last = fresh[Math.min(asked.limit, fresh.length) - 1];
  if (last === undefined) {
    if (!complete && timed.length === 0) throw broken('nobody knows whether there are changes');
    return { rows: [], next: since, hasMore: false };
  }
  const given = fresh.filter(({ time }) => time <= last.time);
  const waits = timed.some(({ time }) => time > settled);
  return {
    rows: narrow(
      declared,
      given.map(({ row }) => row),
    ),
    next: new Date(last.time).toISOString(),
    hasMore: given.length < fresh.length || (!complete && !waits),
  };
}

/** The instant of a time with its zone, in milliseconds; null for anything else, because a zone is never guessed. */
function instantOf(text: string | null): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text ?? '')) return null;
  const instant = Date.parse(text as string);
  return Number.isNaN(instant) ? null : instant;
}
