import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createPersistedOperations } from '../../gateway/operations/persisted-operations.js';
import { createLocalPersistedStore } from '../../gateway/operations/persisted-store.js';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';
import { ask, startTestGateway, type Behaviour } from './two-subgraphs.js';

const query = 'query Me { me { name deposits { remaining } } }';
const sha256Hash = createHash('sha256').update(query).digest('hex');
const extensions = { persistedQuery: { version: 1, sha256Hash } };
const operations = () => createPersistedOperations({ store: createLocalPersistedStore() });

function address(url: string, parameters: Record<string, unknown> = { extensions }): string {
  const search = new URLSearchParams(
    Object.entries(parameters).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  return `${url}/graphql?${search.toString()}`;
}

test('an operation that was sent once is read by GET with its hash, and not sent again while it is the same', async () => {
  await using running = await startTestGateway({ over: { operations: operations() } });
  const unknown = await fetch(address(running.gateway.url));
  expect(await unknown.json()).toMatchObject({
    errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
  });

  const sent = await ask(running.gateway.url, { query, extensions });
  const first = await fetch(address(running.gateway.url));
  expect(first.status).toBe(200);
  expect(await first.json()).toEqual(sent.body);
  expect(first.headers.get('vary')).toBe('Authorization, Accept-Language');
  expect(first.headers.get('cache-control')).toBe('private, no-cache');

  const etag = first.headers.get('etag') ?? '';
  const second = await fetch(address(running.gateway.url), { headers: { 'if-none-match': etag } });
  expect([second.status, await second.text()]).toEqual([304, '']);
  expect(second.headers.get('x-request-id')).toBeTruthy();
});

test('by POST too a hash stands for the text', async () => {
  await using running = await startTestGateway({ over: { operations: operations() } });
  await ask(running.gateway.url, { query, extensions });
  const { body } = await ask(running.gateway.url, { extensions });
  expect(body).toMatchObject({ data: { me: { name: '王小明' } } });
});

test('a live query comes over server-sent events, and again when its object changes', async () => {
  const wakeBus = createLocalWakeBus();
  const behaviour: Behaviour = {};
  await using running = await startTestGateway({ behaviour, over: { wakeBus } });
  const client = new AbortController();
  const response = await fetch(`${running.gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { learner(id: "lrn_1") { name } }' }),
    signal: client.signal,
  });
  const text = response.status === 200 ? '' : await response.text();
  expect([response.status, text]).toEqual([200, '']);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let read = '';
  while (!read.includes('王小明')) read += (await reader.read()).value ?? '';
  behaviour.learnerName = '李小明';
  wakeBus.publish({ type: 'Learner', id: 'lrn_1' });
  while (!read.includes('李小明')) read += (await reader.read()).value ?? '';
  client.abort();
  await wakeBus.close();
});
