import { expect, jest, test } from '@jest/globals';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { isConnectionError, retriedOnce } from '../../subgraphs/kit/base/link/connection-retry.js';

const broken = new AmrloError(
  'UPSTREAM_UNAVAILABLE',
  { subgraph: 'a' },
  { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) },
);
const signal = new AbortController().signal;

test('a query whose connection broke is sent once more', async () => {
  const attempt = jest.fn<() => Promise<string>>().mockRejectedValueOnce(broken).mockResolvedValueOnce('ok');
  const onRetry = jest.fn();
  await expect(retriedOnce(attempt, { isMutation: false, signal, onRetry })).resolves.toBe('ok');
  expect(attempt).toHaveBeenCalledTimes(2);
  expect(onRetry).toHaveBeenCalledTimes(1);
});

test('it is not sent a third time', async () => {
  const attempt = jest.fn<() => Promise<string>>().mockRejectedValue(broken);
  await expect(retriedOnce(attempt, { isMutation: false, signal })).rejects.toBe(broken);
  expect(attempt).toHaveBeenCalledTimes(2);
});

test('a mutation is never sent twice', async () => {
  const attempt = jest.fn<() => Promise<string>>().mockRejectedValue(broken);
  await expect(retriedOnce(attempt, { isMutation: true, signal })).rejects.toBe(broken);
  expect(attempt).toHaveBeenCalledTimes(1);
});

test('nothing is repeated for a client that has gone', async () => {
  const attempt = jest.fn<() => Promise<string>>().mockRejectedValue(broken);
  await expect(retriedOnce(attempt, { isMutation: false, signal: AbortSignal.abort() })).rejects.toBe(broken);
  expect(attempt).toHaveBeenCalledTimes(1);
});

test('an answer that cannot be used, a timeout and a full queue are not connection errors', () => {
  expect(
    isConnectionError(new AmrloError('UPSTREAM_UNAVAILABLE', {}, { cause: new Error('not JSON') })),
  ).toBe(false);
  expect(isConnectionError(new AmrloError('UPSTREAM_TIMEOUT'))).toBe(false);
  expect(isConnectionError(new AmrloError('UPSTREAM_BUSY'))).toBe(false);
  expect(isConnectionError(broken)).toBe(true);
});
