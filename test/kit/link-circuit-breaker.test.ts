import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { createBreaker } from '../../subgraphs/kit/base/link/circuit-breaker.js';
import { settle } from './link-fixture.js';

const dead = (): Promise<never> => Promise.reject(new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'a' }));
const options = { subgraph: 'a', timeoutMs: 100, size: 10, minimumCalls: 3, halfOpenAfterMs: 1_000 };

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

async function fail(
  breaker: ReturnType<typeof createBreaker>,
  times: number,
  work: () => Promise<never> = dead,
) {
  for (let call = 0; call < times; call += 1) await breaker.run(work).catch(() => undefined);
}

test('it opens after enough failures and then refuses without calling', async () => {
  const changes: string[] = [];
  const breaker = createBreaker({ ...options, onChange: (state) => changes.push(state) });
  await fail(breaker, 2);
  expect(breaker.state).toBe('CLOSED');
  await fail(breaker, 1);
  expect(breaker.state).toBe('OPEN');
  const work = jest.fn(dead);
  await expect(breaker.run(work)).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    parameters: { subgraph: 'a' },
    retryAfterMs: 1_000,
  });
  expect(work).not.toHaveBeenCalled();
  expect(changes).toEqual(['OPEN']);
});

test('after a while one call is let through; the others are refused, not made to wait', async () => {
  const breaker = createBreaker(options);
  await fail(breaker, 3);
  jest.advanceTimersByTime(1_000);
  let answer: (value: string) => void = () => undefined;
  const trial = breaker.run(() => new Promise<string>((resolve) => (answer = resolve)));
  await settle();
  expect(breaker.state).toBe('HALF_OPEN');
  await expect(breaker.run(async () => 'other')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  answer('back');
  await expect(trial).resolves.toBe('back');
  expect(breaker.state).toBe('CLOSED');
});

test('a trial that fails, or whose client leaves, opens it again', async () => {
  const breaker = createBreaker(options);
  await fail(breaker, 3);
  jest.advanceTimersByTime(1_000);
  await fail(breaker, 1, () => Promise.reject(new AmrloError('REQUEST_CANCELLED', { subgraph: 'a' })));
  expect(breaker.state).toBe('OPEN');
});

test.each([
  ['a client that left', new AmrloError('REQUEST_CANCELLED', { subgraph: 'a' })],
  ['a full queue', new AmrloError('UPSTREAM_BUSY', { subgraph: 'a' })],
  [
    'a request that had hardly any time left',
    new AmrloError('UPSTREAM_TIMEOUT', { subgraph: 'a', waitedMs: 99 }),
  ],
])('%s does not count against the subgraph', async (_, error) => {
  const breaker = createBreaker(options);
  await fail(breaker, 20, () => Promise.reject(error));
  expect(breaker.state).toBe('CLOSED');
});

test('a subgraph that used its whole timeout counts as failed', async () => {
  const breaker = createBreaker(options);
  await fail(breaker, 3, () =>
    Promise.reject(new AmrloError('UPSTREAM_TIMEOUT', { subgraph: 'a', waitedMs: 100 })),
  );
  expect(breaker.state).toBe('OPEN');
});
