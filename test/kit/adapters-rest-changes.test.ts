import { afterEach, describe, expect, test } from '@jest/globals';
import { createRestDriver, restDriverSchema } from '../../subgraphs/adapters/drivers/rest/rest-driver.js';
import type { RecordsDriver } from '../../subgraphs/adapters/kit/driver.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { startRestServer, type Reply } from '../support/rest-schools/rest-server.js';

interface Changed {
  readonly id: string;
  readonly student: string;
  readonly at: string;
}

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** A OneRoster service over results with the times of their last change. */
async function open(results: readonly Changed[], options: { total?: boolean; reply?: () => Reply } = {}) {
  const clock = new FakeClock('2026-01-15T08:00:00Z');
  const server = await startRestServer(({ query }) => {
    if (options.reply !== undefined) return options.reply();
    const since = /^dateLastModified>'(.+)'$/.exec(query.get('filter') ?? '')?.[1] ?? '';
    const found = results
      .filter(({ at }) => Date.parse(at) > Date.parse(since))
      .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    const from = Number(query.get('offset'));
    return {
      headers: options.total === false ? {} : { 'x-total-count': String(found.length) },
      json: {
        results: found.slice(from, from + Number(query.get('limit'))).map(({ id, student, at }) => ({
          sourcedId: id,
          student: { sourcedId: student },
          dateLastModified: at,
        })),
      },
    };
  });
  const declared = restDriverSchema.parse({
    kind: 'rest',
    authentication: { kind: 'none' },
    sources: {
      changes: {
        path: 'results',
        query: { filter: "dateLastModified>'{since}'", sort: 'dateLastModified', orderBy: 'asc' },
        items: 'results',
        key: 'sourcedId',
        paging: {
          by: 'offset',
          size: 2,
          sizeParameter: 'limit',
          positionParameter: 'offset',
          total: { header: 'X-Total-Count' },
        },
        changedAt: 'dateLastModified',
        columns: ['student.sourcedId', 'dateLastModified'],
      },
    },
  });
  const driver = createRestDriver(declared, {
    institution: 'Somewhere University',
    address: { url: server.url },
    clock,
  });
  opened.push(
    () => driver.stop(),
    () => server.stop(),
  );
  return { driver, server, clock };
}

const changed = (driver: RecordsDriver, since: string | null, limit: number) =>
  driver.changedSince!(since, limit, { signal: new AbortController().signal, timeoutMs: 5_000 });
const studentsOf = ({ rows }: Awaited<ReturnType<typeof changed>>) =>
  rows.map((row) => row['student.sourcedId']);

const results: readonly Changed[] = [
  { id: 'r1', student: 's1', at: '2026-01-10T10:00:00Z' },
  { id: 'r2', student: 's2', at: '2026-01-10T18:00:01+08:00' },
  { id: 'r3', student: 's3', at: '2026-01-10T10:00:01Z' },
  { id: 'r4', student: 's4', at: '2026-01-10T10:00:01.000Z' },
  { id: 'r5', student: 's5', at: '2026-01-11T10:00:00Z' },
];

describe('changes by the times that a system keeps', () => {
  test('are read from the beginning to the end without losing or repeating one, a whole instant at a time', async () => {
    const { driver } = await open(results);
    const first = await changed(driver, null, 2);
    // Three changed at one instant; the answer does not end between them.
    expect([studentsOf(first), first.hasMore]).toEqual([['s1', 's2', 's3', 's4'], true]);
    const second = await changed(driver, first.next, 2);
    expect([studentsOf(second), second.hasMore]).toEqual([['s5'], false]);
    const third = await changed(driver, second.next, 2);
    expect([studentsOf(third), third.hasMore, third.next]).toEqual([[], false, second.next]);
  });

  test('do not read the whole list for one answer', async () => {
    const many = Array.from({ length: 60 }, (_, at) => ({
      id: `r${at}`,
      student: `s${at}`,
      at: new Date(Date.parse('2026-01-01T00:00:00Z') + at * 1_000).toISOString(),
    }));
    const { driver, server } = await open(many);
    expect((await changed(driver, null, 4)).rows).toHaveLength(4);
    expect(server.asked.length).toBeLessThanOrEqual(3);
  });

  test('of the last seconds wait for the next question, because more of the same instant may follow', async () => {
    const { driver, clock } = await open([
      ...results,
      { id: 'r6', student: 's6', at: '2026-01-15T07:59:58Z' },
    ]);
    const before = await changed(driver, '2026-01-11T00:00:00Z', 10);
    expect([studentsOf(before), before.hasMore]).toEqual([['s5'], false]);
    clock.advance(10_000);
    expect(studentsOf(await changed(driver, before.next, 10))).toEqual(['s6']);
  });

  test('begin anew from a cursor that nobody gave', async () => {
    const { driver } = await open(results);
    expect(studentsOf(await changed(driver, 'nonsense', 10))).toHaveLength(5);
  });

  test('are not claimed to be all where the service does not say how many there are', async () => {
    const { driver } = await open(results, { total: false });
    const all = await changed(driver, null, 10);
    expect([all.rows.length, all.hasMore]).toEqual([5, true]);
    await expect(changed(driver, all.next, 10)).rejects.toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
  });

  test('cannot be followed without times, with times of no zone, or out of their order', async () => {
    const at =
      (...times: (string | null)[]) =>
      () => ({
        headers: { 'x-total-count': String(times.length) },
        json: { results: times.map((time, id) => ({ sourcedId: String(id), dateLastModified: time })) },
      });
    for (const times of [[null], ['2026-01-10 10:00:00'], ['2026-01-11T10:00:00Z', '2026-01-10T10:00:00Z']]) {
      const { driver } = await open([], { reply: at(...times) });
      await expect(changed(driver, null, 10)).rejects.toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
    }
  });
});
