import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { withinBudget } from '../../subgraphs/kit/base/link/budget.js';

const never = (): Promise<never> => new Promise(() => undefined);
const signal = new AbortController().signal;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('a result in time is passed on and leaves no timer behind', async () => {
  await expect(
    withinBudget({ subgraph: 'a', timeoutMs: 100, remainingMs: 1_000, signal }, async () => 'ok'),
  ).resolves.toBe('ok');
  expect(jest.getTimerCount()).toBe(0);
});

test('work that takes longer than the subgraph may is cut off, and its signal is aborted', async () => {
  let inner: AbortSignal | undefined;
  const result = withinBudget({ subgraph: 'a', timeoutMs: 100, remainingMs: 1_000, signal }, (given) => {
    inner = given;
    return never();
  });
  jest.advanceTimersByTime(99);
  expect(inner?.aborted).toBe(false);
  jest.advanceTimersByTime(1);
  await expect(result).rejects.toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
    parameters: { subgraph: 'a', waitedMs: 100 },
  });
  expect(inner?.aborted).toBe(true);
});

test('the request having less time left than the subgraph may take is what counts', async () => {
  const result = withinBudget({ subgraph: 'a', timeoutMs: 5_000, remainingMs: 30, signal }, never);
  jest.advanceTimersByTime(30);
  await expect(result).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', parameters: { waitedMs: 30 } });
});

test('a request whose time is used up is not sent at all', async () => {
  const work = jest.fn(never);
  await expect(
    withinBudget({ subgraph: 'a', timeoutMs: 100, remainingMs: 0, signal }, work),
  ).rejects.toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
  });
  expect(work).not.toHaveBeenCalled();
});

test('a client that leaves ends the work at once', async () => {
  const client = new AbortController();
  let inner: AbortSignal | undefined;
  const result = withinBudget(
    { subgraph: 'a', timeoutMs: 100, remainingMs: 100, signal: client.signal },
    (given) => {
      inner = given;
      return never();
    },
  );
  client.abort();
  await expect(result).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
  expect(inner?.aborted).toBe(true);
  expect(jest.getTimerCount()).toBe(0);
});
