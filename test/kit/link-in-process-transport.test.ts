import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { createInProcessTransport } from '../../subgraphs/kit/base/link/in-process-transport.js';
import type { SubgraphRequest } from '../../subgraphs/kit/base/link/subgraph-request.js';

const request = { query: '{ a }', variables: { at: new Date(0) } } as unknown as SubgraphRequest;

test('the very request reaches the handler: nothing is serialised', async () => {
  let seen: SubgraphRequest | undefined;
  const transport = createInProcessTransport(async (given) => {
    seen = given;
    return { data: {} };
  });
  await transport(request);
  expect(seen).toBe(request);
});

test('nothing ambient of the caller reaches the handler', async () => {
  const scope = new AsyncLocalStorage<string>();
  let before: string | undefined = 'unset';
  let after: string | undefined = 'unset';
  const transport = createInProcessTransport(async () => {
    before = scope.getStore();
    await Promise.resolve();
    after = scope.getStore();
    return { data: {} };
  });
  await scope.run('the caller', async () => {
    await transport(request);
    expect(scope.getStore()).toBe('the caller');
  });
  expect([before, after]).toEqual([undefined, undefined]);
});

test('a handler that throws before its first await rejects like any other', async () => {
  const transport = createInProcessTransport(() => {
    throw new Error('bug');
  });
  await expect(transport(request)).rejects.toThrow('bug');
});
