import { beforeEach, expect, jest, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { withinBudget } from '../../subgraphs/kit/base/link/budget.js';

const never = (): Promise<never> => new Promise(() => undefined);
const signal = new AbortController().signal;

let clock: FakeClock;
beforeEach(() => void (clock = new FakeClock()));

test('a result in time is passed on and leaves no timer behind', async () => {
  await expect(
    withinBudget({ subgraph: 'a', timeoutMs: 100, remainingMs: 1_000, signal, clock }, async () => 'ok'),
  ).resolves.toBe('ok');
  expect(clock.waiting).toEqual([]);
});

test('work that takes longer than the subgraph may is cut off, and its signal is aborted', async () => {
  let inner: AbortSignal | undefined;
  const result = withinBudget(
    { subgraph: 'a', timeoutMs: 100, remainingMs: 1_000, signal, clock },
    (given) => {
      inner = given;
      return never();
    },
  );
  clock.advance(99);
  expect(inner?.aborted).toBe(false);
  clock.advance(1);
  await expect(result).rejects.toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
    parameters: { subgraph: 'a', waitedMs: 100 },
  });
  expect(inner?.aborted).toBe(true);
});

test('the request having less time left than the subgraph may take is what counts', async () => {
  const result = withinBudget({ subgraph: 'a', timeoutMs: 5_000, remainingMs: 30, signal, clock }, never);
  clock.advance(30);
  await expect(result).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', parameters: { waitedMs: 30 } });
});

test('a request whose time is used up is not sent at all', async () => {
  const work = jest.fn(never);
  await expect(
    withinBudget({ subgraph: 'a', timeoutMs: 100, remainingMs: 0, signal, clock }, work),
  ).rejects.toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
  });
  expect(work).not.toHaveBeenCalled();
});

test('a client that leaves ends the work at once', async () => {
  const client = new AbortController();
  let inner: AbortSignal | undefined;
  const result = withinBudget(
    { subgraph: 'a', timeoutMs: 100, remainingMs: 100, signal: client.signal, clock },
    (given) => {
      inner = given;
      return never();
    },
  );
  client.abort();
  await expect(result).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
  expect(inner?.aborted).toBe(true);
  expect(clock.waiting).toEqual([]);
});
