import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { catalogue } from '../../subgraphs/kit/base/errors/catalogue.js';
import type { AssertionSigner } from '../../subgraphs/kit/base/identity/assertion.js';
import { anonymous, servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { createHttpTransport } from '../../subgraphs/kit/base/link/http-transport.js';
import { createInProcessTransport } from '../../subgraphs/kit/base/link/in-process-transport.js';
import { createLink, type Link, type LinkCall } from '../../subgraphs/kit/base/link/link.js';
import type {
  SubgraphRequest,
  SubgraphResponse,
  SubgraphTransport,
} from '../../subgraphs/kit/base/link/subgraph-request.js';
import { serveRoom } from '../../subgraphs/kit/room/serve-room.js';
import { notesModule } from '../kit/notes-room.js';
import { person, startRoomOnPostgres, type RoomOnPostgres } from '../rooms/room-on-postgres.js';
import { eventually } from '../support/eventually.js';

const anna = person('anna');
/** The assertion is the principal itself, as the rooms of these tests read it; in a header it has to be ASCII. */
const signer: AssertionSigner = { sign: async (principal) => JSON.stringify(principal) };
const log = pino({ level: 'silent' });

let notes: RoomOnPostgres;
let links: Record<'inProcess' | 'http', Link>;
let stop: () => Promise<void>;

beforeAll(async () => {
  notes = await startRoomOnPostgres(notesModule);
  await notes.sql.query(
    `insert into note (id, owner, title, noted_at) values
       ('a1', 'anna', '成果 "引号" \\ 🎓', '2026-03-01T00:00:00.123Z'), ('b1', 'boris', 'his', null)`,
  );
  const { url, stop: close } = await serveRoom(
    { handle: notes.room.handle, ready: notes.room.ready },
    { host: '127.0.0.1', port: 0 },
  );
  const over = (transport: SubgraphTransport) =>
    createLink({ subgraphs: { notes: { transport, timeoutMs: 30_000 } }, signer, log });
  links = {
    inProcess: over(createInProcessTransport('notes', notes.room.handle)),
    http: over(createHttpTransport({ subgraph: 'notes', url: `${url}/graphql` })),
  };
  stop = async () => {
    await links.http.close();
    await close();
  };
});
afterAll(async () => {
  await stop();
  await notes[Symbol.asyncDispose]();
});

type Asked = Pick<LinkCall, 'query'> & Partial<LinkCall>;

/** What reaches the caller of the link; ids of faults are other ones each time. */
async function outcome(link: Link, asked: Asked): Promise<unknown> {
  const call: LinkCall = {
    subgraph: 'notes',
    isMutation: asked.query.startsWith('mutation'),
    principal: anna,
    requestId: 'req_1',
    locale: 'zh-CN',
    deadline: Date.now() + 30_000,
    signal: new AbortController().signal,
    ...asked,
  };
  const answer = await link.call(call).catch((error: unknown) => {
    if (!(error instanceof AmrloError)) throw error;
    const { code } = error;
    const { retryable } = catalogue[code];
    return { errors: [{ message: error.messageIn(call.locale), extensions: { code, retryable } }] };
  });
  return JSON.parse(JSON.stringify(answer).replace(/err_[0-9a-f]{16}/g, 'err_…'));
}

async function bothAnswer(asked: Asked): Promise<Record<string, unknown>> {
  const inProcess = await outcome(links.inProcess, asked);
  expect(await outcome(links.http, asked)).toStrictEqual(inProcess);
  return inProcess as Record<string, unknown>;
}

const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Note { id title } } }';
const representations = ['a1', 'bad', 'b1', '没有'].map((id) => ({ __typename: 'Note', id }));
const write = `mutation ($input: WriteNoteInput!) { writeNote(input: $input) { note { id title notedAt version } userErrors { code message path rule } } }`;
const rename = `mutation ($input: RenameNoteInput!) { renameNote(input: $input) { note { id title version } userErrors { code message path } } }`;

/** Operations, each with something that its answer must have, so that two equal failures do not pass for equal answers. */
const operations: readonly (Asked & { title: string; has: object | string })[] = [
  { title: 'a query', query: '{ note(id: "a1") { __typename id title version } }', has: '🎓' },
  { title: 'an instant', query: '{ note(id: "a1") { notedAt } }', has: '2026-03-01T00:00:00.123Z' },
  { title: 'a foreign row', query: '{ note(id: "b1") { id } }', has: { data: { note: null } } },
  { title: 'a connection', query: '{ notes { totalCount edges { cursor node { id } } } }', has: 'cursor' },
  {
    title: 'a decimal',
    query: 'query ($a: Decimal!) { same(amount: $a) }',
    variables: { a: '12345678901234567890.10' },
    has: '12345678901234567890.1',
  },
  {
    title: 'a decimal as a number',
    query: 'query ($a: Decimal!) { same(amount: $a) }',
    variables: { a: 3.5 },
    has: 'BAD_USER_INPUT',
  },
  {
    title: 'half of a character',
    query: 'query ($id: ID!) { note(id: $id) { id } }',
    variables: { id: 'a\ud83c' },
    has: 'note',
  },
  {
    title: 'a text that cannot be stored',
    query: 'query ($id: ID!) { note(id: $id) { id } }',
    variables: { id: 'a\0b' },
    has: 'INPUT_INVALID',
  },
  { title: 'references', query: entities, variables: { r: representations }, has: 'err_…' },
  {
    title: 'references of a service',
    query: entities,
    variables: { r: representations },
    principal: servicePrincipal('x'),
    has: 'his',
  },
  {
    title: 'references of nobody',
    query: entities,
    variables: { r: [representations[0]] },
    principal: anonymous,
    has: { data: { _entities: [null] } },
  },
  { title: 'a fault, masked', query: '{ broken }', has: 'INTERNAL' },
  { title: 'a fault beside data', query: '{ broken note(id: "a1") { id } }', locale: 'en', has: 'a1' },
  { title: 'a read without a policy', query: '{ secrets }', has: 'POLICY_MISSING' },
  { title: 'no operation', query: '{ note(', has: 'INTERNAL' },
  { title: 'a field that is not there', query: '{ nothing }', has: 'INTERNAL' },
  { title: 'an operation of another name', query: 'query A { closed }', operationName: 'B', has: 'BAD_USER' },
  {
    title: 'a variable that is absent and one that is undefined',
    query: 'query ($id: ID!, $o: String) { note(id: $id) { id } notes(order: $o) { totalCount } }',
    variables: { id: 'a1', o: undefined },
    has: 'a1',
  },
  {
    title: 'an instant given as a date',
    query: write,
    variables: {
      input: {
        title: '日期',
        notedAt: new Date('2026-03-01T08:00:00+08:00'),
        idempotencyKey: 'a-date-as-date',
      },
    },
    has: '2026-03-01T00:00:00',
  },
  {
    title: 'a change, and its replay by the other way',
    query: write,
    variables: { input: { title: '新 🎓', idempotencyKey: 'one-change-once' } },
    has: '新 🎓',
  },
  {
    title: 'another change under the same key',
    query: write,
    variables: { input: { title: 'else', idempotencyKey: 'one-change-once' } },
    has: 'IDEMPOTENCY',
  },
  {
    title: 'a change of what is not there',
    query: rename,
    variables: { input: { id: 'b1', title: 'mine', expectedVersion: 1 } },
    has: 'NOT_FOUND',
  },
  {
    title: 'a change of an old version',
    query: rename,
    variables: { input: { id: 'a1', title: 'x', expectedVersion: 7 } },
    has: 'VERSION_CONFLICT',
  },
  {
    title: 'a refusal',
    query: rename,
    variables: { input: { id: 'a1', title: 'x', expectedVersion: 1, afterwards: 'REFUSE' } },
    has: 'ACTION_FORBIDDEN',
  },
  {
    title: 'a change that fails',
    query: rename,
    variables: { input: { id: 'a1', title: 'x', expectedVersion: 1, afterwards: 'FAULT' } },
    has: 'INTERNAL',
  },
  {
    title: 'an answer that is too long',
    query: `{ raw(statement: "select repeat('学', 5600000) as value") }`,
    has: 'UPSTREAM_UNAVAILABLE',
  },
  {
    title: 'an answer that is almost too long',
    query: `{ raw(statement: "select repeat('学', 5500000) as value") }`,
    has: '学学学',
  },
  {
    title: 'a request that is too long',
    query: 'query ($id: ID!) { note(id: $id) { id } }',
    variables: { id: '学'.repeat(1_400_000) },
    has: 'REQUEST_TOO_LARGE',
  },
  { title: 'nobody waiting', query: '{ closed }', signal: AbortSignal.abort(), has: 'REQUEST_CANCELLED' },
  { title: 'no time left', query: '{ closed }', deadline: 0, has: 'UPSTREAM_TIMEOUT' },
];

describe('in process and over HTTP a room answers the same', () => {
  test.each(operations)('$title', async ({ title: _, has, ...asked }) => {
    const answer = await bothAnswer(asked);
    if (typeof has === 'string') expect(JSON.stringify(answer)).toContain(has);
    else expect(answer).toMatchObject(has);
  });

  test('a reader who leaves, and the statement ends', async () => {
    for (const link of Object.values(links)) {
      const cancel = new AbortController();
      const asked = outcome(link, {
        query: '{ raw(statement: "select pg_sleep(30) as value") }',
        signal: cancel.signal,
      });
      const sleeping = async () => {
        const { rows } = await notes.sql.query(
          `select count(*)::int as n from pg_stat_activity where datname = current_database()
             and application_name = 'amrlo:notes' and state = 'active' and query like '%pg_sleep%'`,
        );
        return rows[0].n as number;
      };
      await eventually(async () => (await sleeping()) === 1);
      cancel.abort();
      expect(await asked).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_CANCELLED' } }] });
      await eventually(async () => (await sleeping()) === 0);
    }
  });
});

test('what does not cross HTTP does not reach a room in the same process either', async () => {
  const seen: SubgraphRequest[] = [];
  const handle: SubgraphTransport = async (request) => {
    seen.push(request);
    return { data: {}, secret: 'kept' } as SubgraphResponse;
  };
  const server = await serveRoom({ handle, ready: async () => true }, { host: '127.0.0.1', port: 0 });
  const http = createHttpTransport({ subgraph: 'notes', url: `${server.url}/graphql` });
  const request: SubgraphRequest & { principal: unknown; cache: unknown } = {
    query: 'query Q($at: DateTime) { a(at: $at) }',
    operationName: 'Q',
    variables: { at: new Date(0), none: undefined },
    assertion: 'signed',
    requestId: 'req_1',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    locale: 'en',
    deadline: Date.now() + 30_000,
    signal: new AbortController().signal,
    reportWanted: true,
    principal: anna,
    cache: new Map(),
  };
  await createInProcessTransport('notes', handle)(request);
  await http(request);
  await http.close();
  await server.stop();
  const [inProcess, overHttp] = seen.map(({ document: _, deadline: __, signal: ___, ...rest }) => rest);
  expect(inProcess).toStrictEqual(overHttp);
});
