import { expect, test } from '@jest/globals';
import { ask, composed, startTestGateway } from './two-subgraphs.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

const archive =
  '{ me { name studentRecords { institutionId results { course grade } programme } deposits { id remaining } } }';

test('one query brings data from two subgraphs together', async () => {
  await using running = await startTestGateway();
  const { status, body } = await ask(running.gateway.url, { query: archive });
  expect(body).toEqual({
    data: {
      me: {
        name: '王小明',
        studentRecords: [
          { institutionId: 'a', results: [{ course: 'course of a', grade: 'A' }], programme: '软件工程' },
          { institutionId: 'b', results: [{ course: 'course of b', grade: 'A' }], programme: '软件工程' },
          null,
          { institutionId: 'c', results: [{ course: 'course of c', grade: 'A' }], programme: '软件工程' },
        ],
        deposits: [
          { id: 'dep_1', remaining: 'remaining of 3.5' },
          { id: 'dep_2', remaining: 'remaining of 3.5' },
        ],
      },
    },
  });
  expect(status).toBe(200);
});

test('a dead subgraph costs its own fields: each is null with UPSTREAM_UNAVAILABLE at its own path', async () => {
  await using running = await startTestGateway({
    behaviour: {
      before: (subgraph) => {
        if (subgraph === 'records') throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph });
      },
    },
  });
  const { status, body, text } = await ask(running.gateway.url, { query: archive });
  expect(status).toBe(200);
  expect(body.data).toMatchObject({
    me: {
      name: '王小明',
      studentRecords: [
        { institutionId: 'a', results: null, programme: null },
        { institutionId: 'b' },
        null,
        { institutionId: 'c', results: null },
      ],
      deposits: [
        { id: 'dep_1', remaining: null },
        { id: 'dep_2', remaining: null },
      ],
    },
  });
  const paths = body.errors?.map(({ path }) => path?.join('.')).sort();
  expect(paths).toEqual([
    'me.deposits.0.remaining',
    'me.deposits.1.remaining',
    'me.studentRecords.0.programme',
    'me.studentRecords.0.results',
    'me.studentRecords.1.programme',
    'me.studentRecords.1.results',
    'me.studentRecords.3.programme',
    'me.studentRecords.3.results',
  ]);
  expect(body.errors?.[0]).toMatchObject({
    message: 'The subsystem records is unavailable; its fields were not obtained.',
    extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
  });
  expect(text).not.toMatch(/serviceName|\.internal|_entities/);
});

test('the root field of a dead subgraph is null with its error, and the rest of the answer is there', async () => {
  await using running = await startTestGateway({
    behaviour: {
      before: (subgraph) => {
        if (subgraph === 'learners') throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph });
      },
    },
  });
  const { body } = await ask(running.gateway.url, { query: '{ __typename me { id } slow }' });
  expect(body.data).toEqual({ __typename: 'Query', me: null, slow: null });
  expect(body.errors?.map(({ path }) => path)).toEqual([['me'], ['slow']]);
});

test('an error below an entity arrives at its place in the list, also behind an empty place', async () => {
  const error = Object.assign(
    new Error('The records system of 丙 is unavailable; its records were not obtained.'),
    {
      extensions: { code: 'SCHOOL_UNAVAILABLE' },
    },
  );
  for (const [institutionId, place] of [
    ['b', 1],
    ['c', 3],
  ] as const) {
    await using running = await startTestGateway({ behaviour: { failingSchool: { institutionId, error } } });
    const { body } = await ask(running.gateway.url, { query: archive });
    expect(body.errors).toEqual([
      {
        message: error.message,
        path: ['me', 'studentRecords', place, 'results'],
        extensions: { code: 'SCHOOL_UNAVAILABLE', retryable: true },
      },
    ]);
    expect(body.data).toMatchObject({
      me: { studentRecords: { [place]: { results: null, programme: '软件工程' } } },
    });
  }
});

test('nothing is computed from an input that was not obtained', async () => {
  const failingCredits = Object.assign(new Error('x'), { extensions: { code: 'STORE_UNAVAILABLE' } });
  await using running = await startTestGateway({ behaviour: { failingCredits } });
  const { body } = await ask(running.gateway.url, { query: '{ me { deposits { id remaining } } }' });
  expect(body.data).toEqual({
    me: {
      deposits: [
        { id: 'dep_1', remaining: null },
        { id: 'dep_2', remaining: 'remaining of 3.5' },
      ],
    },
  });
  expect(body.errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
    [['me', 'deposits', 0], 'STORE_UNAVAILABLE'],
    [['me', 'deposits', 0, 'remaining'], 'UPSTREAM_UNAVAILABLE'],
  ]);
});

test('a mutation runs and its answer is completed by the other subgraph', async () => {
  await using running = await startTestGateway();
  const { body } = await ask(running.gateway.url, {
    query: 'mutation { rename(name: "李") { name deposits { remaining } } }',
  });
  expect(body.data).toMatchObject({
    rename: { name: '李', deposits: [{ remaining: 'remaining of 3.5' }, {}] },
  });
});

test('what the caller may not read is null with an error, and is not asked of any subgraph', async () => {
  const asked: string[] = [];
  await using running = await startTestGateway({
    behaviour: { before: (_, request) => void asked.push(request.query) },
    over: {
      security: {
        authenticate: async (headers) => ({
          principal: {
            kind: headers['authorization'] ? 'PERSON' : 'ANONYMOUS',
            subject: String(headers['authorization'] ?? ''),
            grants: [],
            scopes: [],
          },
        }),
      },
    },
  });
  const query = '{ secret me { name } }';
  const stranger = await ask(running.gateway.url, { query });
  expect(stranger.body).toMatchObject({
    data: { secret: null, me: { name: '王小明' } },
    errors: [{ path: ['secret'], extensions: { code: 'UNAUTHENTICATED' } }],
  });
  expect(asked.join()).not.toContain('secret');
  const person = await ask(running.gateway.url, { query }, { headers: { authorization: 'ann' } });
  expect(person.body).toEqual({ data: { secret: 'for the signed in', me: { name: '王小明' } } });
  const again = await ask(running.gateway.url, { query });
  expect(again.body.data).toMatchObject({ secret: null });
});

test('the planner gets the supergraph without the purpose SECURITY, and its directives stay for authorization', () => {
  const { sdl, schema, subgraphs } = composed();
  expect(sdl).not.toContain('SECURITY)');
  const secret = schema.getQueryType()?.getFields()['secret'];
  expect(secret?.astNode?.directives?.map(({ name }) => name.value)).toContain('authenticated');
  expect(subgraphs).toEqual([
    { name: 'learners', url: 'http://learners.internal:4001/graphql' },
    { name: 'records', url: 'http://records.internal:4001/graphql' },
  ]);
});
