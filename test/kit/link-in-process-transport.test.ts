import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createInProcessTransport } from '../../subgraphs/kit/base/link/in-process-transport.js';
import type { SubgraphRequest } from '../../subgraphs/kit/base/link/subgraph-request.js';

const request = { query: '{ a }' } as unknown as SubgraphRequest;

test('what the room keeps and what the caller keeps are never the same objects', async () => {
  const kept = { data: { list: [{ id: '1' }] } };
  let seen: SubgraphRequest | undefined;
  const transport = createInProcessTransport('learners', async (given) => {
    seen = given;
    return kept;
  });
  const representations = [{ __typename: 'Learner', id: '1' }];
  const answer = await transport({ ...request, variables: { representations } });
  expect(seen?.variables).toEqual({ representations });
  expect(seen?.variables?.['representations']).not.toBe(representations);
  (answer.data as { list: unknown[] }).list.push('written by the caller');
  expect(kept).toEqual({ data: { list: [{ id: '1' }] } });
});

test('the parsed document comes along: nobody parses twice', async () => {
  let seen: SubgraphRequest | undefined;
  const document = parse('{ a }');
  const transport = createInProcessTransport('learners', async (given) => {
    seen = given;
    return { data: {} };
  });
  await transport({ ...request, document });
  expect(seen?.document).toBe(document);
});

test('nothing ambient of the caller reaches the handler', async () => {
  const scope = new AsyncLocalStorage<string>();
  let before: string | undefined = 'unset';
  let after: string | undefined = 'unset';
  const transport = createInProcessTransport('learners', async () => {
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
  const transport = createInProcessTransport('learners', () => {
    throw new Error('bug');
  });
  await expect(transport(request)).rejects.toThrow('bug');
});
