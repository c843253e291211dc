import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { createHttpTransport } from '../../subgraphs/kit/base/link/http-transport.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { ask, handlerOf, startTestGateway, type Behaviour } from './two-subgraphs.js';

/** A subgraph of its own behind a real socket. */
async function served(
  name: 'learners' | 'records',
  behaviour: Behaviour = {},
  override?: (request: IncomingMessage, response: ServerResponse) => boolean,
) {
  const handle = handlerOf(name, behaviour);
  const server = createServer((request, response) => {
    if (override?.(request, response)) return;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as {
        query: string;
        variables?: Record<string, unknown>;
      };
      void handle({
        ...body,
        assertion: '',
        requestId: '',
        locale: 'en',
        deadline: 0,
        signal: gone.signal,
      }).then(
        (answer) => response.end(JSON.stringify(answer)),
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return {
    url,
    link: { transport: createHttpTransport({ subgraph: name, url }), timeoutMs: 2_000 },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('over HTTP the same query gives the same answer', async () => {
  await using learners = await served('learners');
  await using records = await served('records');
  await using running = await startTestGateway({
    subgraphs: { learners: learners.link, records: records.link },
  });
  const query = '{ me { name studentRecords { results { course } } deposits { remaining } } }';
  const overHttp = await ask(running.gateway.url, { query });
  await using local = await startTestGateway();
  expect(overHttp.body.errors).toBeUndefined();
  expect(overHttp.body).toEqual((await ask(local.gateway.url, { query })).body);
});

test('a subgraph process that is gone costs its own fields only', async () => {
  await using learners = await served('learners');
  const records = await served('records');
  await records[Symbol.asyncDispose]();
  await using running = await startTestGateway({
    subgraphs: { learners: learners.link, records: records.link },
  });
  const { body, text } = await ask(running.gateway.url, {
    query: '{ me { name studentRecords { programme } } }',
  });
  expect(body.data).toMatchObject({
    me: {
      name: '王小明',
      studentRecords: [{ programme: null }, { programme: null }, null, { programme: null }],
    },
  });
  expect(body.errors?.[1]).toMatchObject({
    path: ['me', 'studentRecords', 1, 'programme'],
    extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
  });
  expect(text).not.toMatch(/127\.0\.0\.1|ECONN|internal/i);
});

test('a client that leaves is noticed by the subgraph: from its socket to the request in the subgraph', async () => {
  let arrived: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (arrived = resolve));
  let left: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (left = resolve));
  await using learners = await served('learners', {
    before: (_, request) => {
      request.signal.addEventListener('abort', () => left());
      arrived();
    },
  });
  await using running = await startTestGateway({
    subgraphs: { learners: { ...learners.link, timeoutMs: 30_000 } },
  });
  const client = new AbortController();
  const answer = ask(running.gateway.url, { query: '{ slow }' }, { signal: client.signal }).catch(
    (error: unknown) => error,
  );
  await asked;
  client.abort();
  await gone;
  expect(await answer).toMatchObject({ name: 'AbortError' });
});

test('in one process too the client leaving aborts the signal of the subgraph', async () => {
  let arrived: (signal: AbortSignal) => void = () => undefined;
  const asked = new Promise<AbortSignal>((resolve) => (arrived = resolve));
  await using running = await startTestGateway({
    behaviour: { before: (_, request) => arrived(request.signal) },
    timeoutMs: 30_000,
  });
  const client = new AbortController();
  const answer = ask(running.gateway.url, { query: '{ slow }' }, { signal: client.signal }).catch(
    (error: unknown) => error,
  );
  const signal = await asked;
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
  client.abort();
  await aborted;
  expect(await answer).toMatchObject({ name: 'AbortError' });
});

test('a subgraph that hangs costs its timeout and gives UPSTREAM_TIMEOUT at its field', async () => {
  await using running = await startTestGateway({ timeoutMs: 50 });
  const { body } = await ask(running.gateway.url, { query: '{ slow }' });
  expect(body).toMatchObject({
    data: { slow: null },
    errors: [{ path: ['slow'], extensions: { code: 'UPSTREAM_TIMEOUT', retryable: true } }],
  });
});

test('the budget of the request bounds a subgraph that would be given more time', async () => {
  await using running = await startTestGateway({ timeoutMs: 30_000, over: { requestBudgetMs: 50 } });
  const { body } = await ask(running.gateway.url, { query: '{ slow }' });
  expect(body.errors?.[0]?.extensions['code']).toBe('UPSTREAM_TIMEOUT');
});

test('SQL, addresses and stacks of a subgraph never reach a client; the id in the answer is in the log', async () => {
  await using running = await startTestGateway();
  const how = 'relation "learners.identity" does not exist at http://10.0.0.7:5432';
  const { body, text, status } = await ask(running.gateway.url, {
    query: 'query ($how: String!) { me { id } fail(how: $how) }',
    variables: { how },
  });
  expect(status).toBe(200);
  expect(text).not.toMatch(/relation|10\.0\.0\.7|stack|serviceName|learners/);
  const error = body.errors?.[0];
  expect(error).toMatchObject({ path: ['fail'], extensions: { code: 'INTERNAL', retryable: false } });
  expect(Object.keys(error?.extensions ?? {}).sort()).toEqual(['code', 'id', 'retryable']);
  expect(running.lines.some((line) => line['id'] === error?.extensions['id'])).toBe(true);
  expect(body.data).toEqual({ me: { id: 'lrn_1' }, fail: null });
});

test("a proxy's error page is masked", async () => {
  await using learners = await served('learners', {}, (_, response) => {
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>upstream 10.0.0.7 failed</h1>');
    return true;
  });
  await using running = await startTestGateway({ subgraphs: { learners: learners.link } });
  const { body, text } = await ask(running.gateway.url, { query: '{ me { id } }' });
  expect(text).not.toContain('10.0.0.7');
  expect(body).toMatchObject({
    data: { me: null },
    errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
  });
});

test('a throttled request says when to come back', async () => {
  await using running = await startTestGateway({
    over: {
      security: {
        authenticate: async () => ({ principal: { kind: 'ANONYMOUS', subject: '', grants: [], scopes: [] } }),
        rateLimit: {
          consume: () => Promise.reject(new AmrloError('RATE_LIMITED', {}, { retryAfterMs: 1_500 })),
        },
      },
    },
  });
  const answer = await ask(running.gateway.url, { query: '{ __typename }' });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '2']);
  expect(answer.body.errors?.[0]?.extensions).toEqual({
    code: 'RATE_LIMITED',
    retryable: true,
    retryAfterMs: 1_500,
  });
});

test('a token that is not believed is 401 with the scheme to use', async () => {
  await using running = await startTestGateway({
    over: { security: { authenticate: () => Promise.reject(new AmrloError('TOKEN_EXPIRED')) } },
  });
  const answer = await ask(running.gateway.url, { query: '{ __typename }' });
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
});
