import { describe, expect, test } from '@jest/globals';
import type { Listing, ReadContext, RecordsDriver } from '../../subgraphs/adapters/kit/driver.js';
import { SharedReadings } from '../../subgraphs/adapters/kit/shared-readings.js';
import { KeptLists } from '../../subgraphs/adapters/kit/kept-lists.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

/** A list whose readings a test answers by hand. */
function slowList() {
  const readings: { context: ReadContext; answer: (rows: number) => void; fail: (error: Error) => void }[] =
    [];
  const driver = {
    delivery: async () => null,
    list: (_: string, context: ReadContext) =>
      new Promise<Listing>((resolve, reject) => {
        context.signal.addEventListener('abort', () => reject(new AmrloError('REQUEST_CANCELLED')));
        const answer = (rows: number) =>
          resolve({ rows: Array.from({ length: rows }, () => ({})), complete: true });
        readings.push({ context, answer, fail: reject });
      }),
  } as unknown as RecordsDriver;
  return { lists: new KeptLists(driver, new FakeClock()), readings };
}
const reader = () => {
  const leaving = new AbortController();
  return { context: { signal: leaving.signal, timeoutMs: 1_000 }, leave: () => leaving.abort() };
};
/** Lets what was asked begin. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a reading that takes longer than anybody waits goes on and serves the next who asks', async () => {
  const readings = new SharedReadings<'all', number>({ ownTimeMs: 60_000 });
  const begun: ReadContext[] = [];
  let end = (_: number): void => undefined;
  const read = (context: ReadContext) => {
    begun.push(context);
    return new Promise<number>((resolve) => (end = resolve));
  };
  const { context, leave } = reader();
  const first = readings.obtain('all', context, read);
  leave();
  await expect(first).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
  expect(begun.map(({ signal, timeoutMs }) => [signal.aborted, timeoutMs])).toEqual([[false, 60_000]]);
  const second = readings.obtain('all', reader().context, read);
  end(7);
  expect(await second).toBe(7);
  expect(begun).toHaveLength(1);
});

describe('a list that several operations need', () => {
  test('is read once for all that ask while it is read', async () => {
    const { lists, readings } = slowList();
    const asked = [1, 2, 3].map(() => lists.read('courses', reader().context));
    await turn();
    expect(readings).toHaveLength(1);
    readings[0]!.answer(2);
    const [first, ...others] = await Promise.all(asked);
    expect(first!.rows).toHaveLength(2);
    for (const other of others) expect(other.rows).toBe(first!.rows);
  });

  test('goes on being read when one of them leaves, and stops when the last one does', async () => {
    const { lists, readings } = slowList();
    const [first, second] = [reader(), reader()];
    const asked = [lists.read('courses', first.context), lists.read('courses', second.context)];
    await turn();
    first.leave();
    await expect(asked[0]).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(readings[0]!.context.signal.aborted).toBe(false);
    second.leave();
    await expect(asked[1]).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(readings[0]!.context.signal.aborted).toBe(true);
    const third = lists.read('courses', reader().context);
    await turn();
    readings[1]!.answer(1);
    expect((await third).rows).toHaveLength(1);
  });

  test('is asked for once more by those who joined a reading that failed', async () => {
    const { lists, readings } = slowList();
    const first = lists.read('courses', reader().context);
    const second = lists.read('courses', reader().context);
    first.catch(() => undefined);
    await turn();
    readings[0]!.fail(new AmrloError('SCHOOL_TIMEOUT', { institution: 'A school' }));
    await expect(first).rejects.toMatchObject({ code: 'SCHOOL_TIMEOUT' });
    await turn();
    readings[1]!.answer(3);
    expect((await second).rows).toHaveLength(3);
  });

  test('is not read for somebody who has left already', async () => {
    const { lists, readings } = slowList();
    const { context, leave } = reader();
    leave();
    await expect(lists.read('courses', context)).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(readings).toEqual([]);
  });
});
