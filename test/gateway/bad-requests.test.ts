import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { startGateway } from '../../gateway/start-gateway.js';
import { ask, composed, startTestGateway } from './two-subgraphs.js';

const english = { headers: { 'accept-language': 'en' } };

test.each([
  ['JSON that is broken off', '{"query": "{ me', 'REQUEST_MALFORMED', /JSON/],
  ['a list in place of an object', '[]', 'REQUEST_MALFORMED', /body/],
  [
    'variables that are no object',
    { query: '{ me { id } }', variables: 'x' },
    'REQUEST_MALFORMED',
    /variables/,
  ],
  ['a query that is no text', { query: 7 }, 'REQUEST_MALFORMED', /query/],
  [
    'no query at all',
    { operationName: 'A' },
    'OPERATION_MISSING',
    /^The request holds no operation; send the text of a GraphQL operation in query\.$/,
  ],
  ['an empty query', { query: '' }, 'OPERATION_MISSING', /holds no operation/],
  ['a document of fragments', { query: 'fragment F on Learner { id }' }, 'OPERATION_MISSING', /no operation/],
  [
    'an operation that the document does not have',
    { query: 'query A { me { id } }', operationName: 'B' },
    'OPERATION_UNKNOWN',
    /send operationName, one of A\.$/,
  ],
  [
    'two operations and no name',
    { query: 'query A { me { id } } query B { me { id } }' },
    'OPERATION_UNKNOWN',
    /send operationName, one of A, B\.$/,
  ],
  [
    'a name for an operation that has none',
    { query: '{ me { id } }', operationName: 'A' },
    'OPERATION_UNNAMED',
    /leave operationName out\.$/,
  ],
  [
    'two operations of one name',
    { query: 'query A { me { id } } query A { me { name } }', operationName: 'A' },
    'GRAPHQL_VALIDATION_FAILED',
    /only one operation named "A"/,
  ],
  [
    'an operation without a name that is not alone',
    { query: '{ me { id } } query B { me { id } }', operationName: 'B' },
    'GRAPHQL_VALIDATION_FAILED',
    /must be the only defined operation/,
  ],
  [
    'a subscription by POST',
    { query: 'subscription { me { id } }' },
    'SUBSCRIPTION_STREAM_EXPECTED',
    /graphql-ws.*\/graphql\/stream/,
  ],
  ['a syntax error', { query: '{ me { id ' }, 'GRAPHQL_PARSE_FAILED', /syntax error: .*\(1:11\)/],
  [
    'an unknown field',
    { query: '{ me { idd } }' },
    'GRAPHQL_VALIDATION_FAILED',
    /Cannot query field "idd" on type "Learner"/,
  ],
  [
    'a wrong argument type',
    { query: '{ learner(id: {a: 1}) { id } }' },
    'GRAPHQL_VALIDATION_FAILED',
    /ID cannot represent/,
  ],
  [
    'a wrong variable type',
    { query: 'query ($id: ID!) { learner(id: $id) { id } }', variables: { id: { a: 1 } } },
    'BAD_USER_INPUT',
    /\$id/,
  ],
  ['a missing variable', { query: 'query ($id: ID!) { learner(id: $id) { id } }' }, 'BAD_USER_INPUT', /\$id/],
])(
  '%s gets status 400, a stable code and a message that says what is wrong',
  async (_, body, code, message) => {
    await using running = await startTestGateway();
    const answer = await ask(running.gateway.url, body, english);
    expect(answer.status).toBe(400);
    expect(answer.body.data).toBeUndefined();
    expect(answer.body.errors?.[0]).toMatchObject({ extensions: { code, retryable: false } });
    expect(answer.body.errors?.[0]?.message).toMatch(message);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
  },
);

test('messages are Chinese unless English is asked for', async () => {
  await using running = await startTestGateway();
  const answer = await ask(
    running.gateway.url,
    { query: '{ nix }' },
    { headers: { 'accept-language': 'zh-CN' } },
  );
  expect(answer.body.errors?.[0]?.message).toMatch(/^查询与模式不符：/);
});

test('a body that is too large is refused with 413 and the limit', async () => {
  await using running = await startTestGateway({ over: { maxBodyBytes: 500 } });
  const answer = await ask(running.gateway.url, { query: `{ me { id } } # ${'x'.repeat(600)}` });
  expect(answer.status).toBe(413);
  expect(answer.body.errors?.[0]).toMatchObject({
    message: 'The request body is larger than 500 bytes.',
    extensions: { code: 'REQUEST_TOO_LARGE' },
  });
});

test('an operation that is too large is refused before it is validated', async () => {
  await using running = await startTestGateway();
  const query = `{ ${Array.from({ length: 40 }, (_, index) => `a${index}: me { id }`).join(' ')} }`;
  const answer = await ask(running.gateway.url, { query });
  expect([answer.status, answer.body.errors?.[0]?.extensions['code']]).toEqual([400, 'OPERATION_TOO_LARGE']);
});

test('another content type than JSON is refused, so that no page of another site can post here', async () => {
  await using running = await startTestGateway();
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const response = await fetch(`${running.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_MALFORMED' } }] });
  }
});

test('a GET without a header that a simple request cannot carry is refused; with one it is answered', async () => {
  await using running = await startTestGateway();
  const url = `${running.gateway.url}/graphql?query=${encodeURIComponent('{ me { id } }')}`;
  expect((await fetch(url)).status).toBe(400);
  const answered = await fetch(url, { headers: { 'apollo-require-preflight': '1' } });
  expect(await answered.json()).toEqual({ data: { me: { id: 'lrn_1' } } });
});

test('a mutation by GET is refused', async () => {
  await using running = await startTestGateway();
  const url = `${running.gateway.url}/graphql?query=${encodeURIComponent('mutation { rename(name: "x") { id } }')}`;
  const response = await fetch(url, { headers: { 'apollo-require-preflight': '1' } });
  expect(response.status).toBe(405);
});

test('in production introspection is off and messages hold no guesses; outside both are on', async () => {
  await using production = await startTestGateway({ over: { production: true } });
  const introspection = { query: '{ __schema { types { name } } }' };
  const refused = await ask(production.gateway.url, introspection);
  expect(refused.status).toBe(400);
  expect(refused.body.errors?.[0]).toMatchObject({
    message: 'Introspection is off in production; use the SDL published in schema/.',
    extensions: { code: 'INTROSPECTION_DISABLED' },
  });
  const guess = { query: '{ me { nam } }' };
  expect((await ask(production.gateway.url, guess)).text).not.toContain('Did you mean');
  await using development = await startTestGateway();
  expect((await ask(development.gateway.url, introspection)).status).toBe(200);
});

test('an unknown address is answered in the same shape', async () => {
  await using running = await startTestGateway();
  const response = await fetch(`${running.gateway.url}/nowhere?x=1`, english);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
});

test('a sane request id is taken over, any other is replaced', async () => {
  await using running = await startTestGateway();
  const sane = await ask(
    running.gateway.url,
    { query: '{ __typename }' },
    { headers: { 'x-request-id': 'portal-0001' } },
  );
  expect(sane.headers.get('x-request-id')).toBe('portal-0001');
  const odd = await ask(
    running.gateway.url,
    { query: '{ __typename }' },
    { headers: { 'x-request-id': 'a b"c' } },
  );
  expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('a taken port is one clear error', async () => {
  await using running = await startTestGateway();
  const port = Number(new URL(running.gateway.url).port);
  const log = pino({ level: 'silent' });
  await expect(
    startGateway({
      supergraph: composed(),
      link: running.link,
      port,
      production: false,
      log,
      security: 'off',
    }),
  ).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: `Port ${port} is taken; set PORT to another one, or stop the program that holds it.`,
  });
});
