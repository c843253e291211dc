import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { anonymous, servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import type { SubgraphRequest } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { person, startRoomOnPostgres, type RoomOnPostgres } from '../rooms/room-on-postgres.js';
import { notesModule } from './notes-room.js';
import { eventually } from '../support/eventually.js';

let notes: RoomOnPostgres;
const anna = person('anna');
const boris = person('boris');

beforeAll(async () => {
  notes = await startRoomOnPostgres(notesModule);
  await notes.sql.query(
    `insert into note (id, owner, title) values ('a1', 'anna', 'mine'), ('b1', 'boris', 'his')`,
  );
});
afterAll(async () => notes[Symbol.asyncDispose]());

const codes = (answer: {
  errors?: ReadonlyArray<{ extensions?: Readonly<Record<string, unknown>> }> | undefined;
}) => answer.errors?.map((error) => error.extensions?.['code']);

function request(principal: Principal, query: string, more: Partial<SubgraphRequest> = {}): SubgraphRequest {
  return {
    query,
    assertion: JSON.stringify(principal),
    requestId: 'req_1',
    locale: 'en',
    deadline: Date.now() + 10_000,
    signal: new AbortController().signal,
    ...more,
  };
}

/** What the room's own pool is doing, seen from outside. */
async function activity(where: string): Promise<number> {
  const { rows } = await notes.sql.query(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and application_name = 'amrlo:notes' and ${where}`,
  );
  return rows[0].n as number;
}

describe('policy', () => {
  const representations = [
    { __typename: 'Note', id: 'a1' },
    { __typename: 'Note', id: 'bad' },
    { __typename: 'Note', id: 'b1' },
  ];
  const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Note { id title } } }';

  test('a foreign row is not found, as a root field and as a reference alike', async () => {
    expect(
      (await notes.ask(anna, '{ mine: note(id: "a1") { title } his: note(id: "b1") { title } }')).data,
    ).toEqual({
      mine: { title: 'mine' },
      his: null,
    });
    const { data } = await notes.ask(anna, entities, { r: [representations[0], representations[2]] });
    expect(data._entities).toEqual([{ id: 'a1', title: 'mine' }, null]);
    expect((await notes.ask(anonymous, entities, { r: [representations[0]] })).data._entities).toEqual([
      null,
    ]);
  });

  test('a reference that fails nulls itself and no other of its batch', async () => {
    const answer = await notes.ask(servicePrincipal('x'), entities, { r: representations });
    expect(answer.data._entities).toEqual([{ id: 'a1', title: 'mine' }, null, { id: 'b1', title: 'his' }]);
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors![0]!.path).toEqual(['_entities', 1]);
  });

  test('an entity without a policy is readable by nobody, not even by a service', async () => {
    for (const principal of [anna, servicePrincipal('x')]) {
      const answer = await notes.ask(principal, '{ secrets }');
      expect(answer.data).toEqual({ secrets: null });
      expect(codes(answer)).toEqual(['POLICY_MISSING']);
    }
  });

  test('a policy that shows nothing makes no statement', async () => {
    const before = await notes.sql
      .query(`select max(backend_start) as b, max(state_change) as s from pg_stat_activity
      where datname = current_database() and application_name = 'amrlo:notes'`);
    expect((await notes.ask(servicePrincipal('x'), '{ closed }')).data).toEqual({ closed: 0 });
    expect((await notes.ask(anonymous, '{ notes { edges { cursor } totalCount } }')).data.notes).toEqual({
      edges: [],
      totalCount: 0,
    });
    const after = await notes.sql
      .query(`select max(backend_start) as b, max(state_change) as s from pg_stat_activity
      where datname = current_database() and application_name = 'amrlo:notes'`);
    expect(after.rows).toEqual(before.rows);
  });

  test('the wall behind it: a statement that forgot to ask sees nothing of others', async () => {
    const count = '{ raw(statement: "select count(*) as value from note") }';
    expect((await notes.ask(anna, count)).data).toEqual({ raw: '1' });
    expect((await notes.ask(person('carla'), count)).data).toEqual({ raw: '0' });
    expect((await notes.ask(anonymous, count)).data).toEqual({ raw: '0' });
    const bare = await notes.connectAsApp();
    expect((await bare.query('select * from note')).rows).toEqual([]);
  });

  test('the principal of one request never reaches the next one on the same connection', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      for (const who of [anna, anonymous, boris]) {
        const { data } = await notes.ask(
          who,
          `{ raw(statement: "select coalesce(app_subject(), '-') as value") }`,
        );
        expect(data.raw).toBe(who.subject || '-');
      }
    }
  });
});

describe('reads', () => {
  test('of one request share one transaction', async () => {
    const xact = 'raw(statement: "select pg_backend_pid() || \'/\' || pg_current_xact_id()::text as value")';
    const { data } = await notes.ask(anna, `{ a: ${xact} note(id: "a1") { id } b: ${xact} c: ${xact} }`);
    expect(data.b).toBe(data.a);
    expect(data.c).toBe(data.a);
    const next = await notes.ask(anna, `{ a: ${xact} }`);
    expect(next.data.a).not.toBe(data.a);
  });

  test('that are audited leave a durable row before the answer, denials included', async () => {
    await notes.ask(anna, '{ note(id: "a1") { id } }');
    await notes.ask(anna, '{ note(id: "zzz") { id } }');
    const { rows } = await notes.sql.query(
      `select actor, outcome, subject_id from audit_event where subject_id in ('a1', 'zzz') order by id desc limit 2`,
    );
    expect(rows).toEqual([
      { actor: 'anna', outcome: 'DENIED', subject_id: 'zzz' },
      { actor: 'anna', outcome: 'ALLOWED', subject_id: 'a1' },
    ]);
  });

  test('that fail in the database keep their audit rows, and their text stays in the log', async () => {
    const before = await auditRows('READ_DEPOSIT');
    const answer = await notes.ask(anna, '{ auditedRaw(statement: "select 1 from nowhere_at_all") }');
    expect(codes(answer)).toEqual(['INTERNAL']);
    expect(JSON.stringify(answer)).not.toContain('nowhere_at_all');
    expect(await auditRows('READ_DEPOSIT')).toBe(before + 1);
  });
});

async function auditRows(action: string): Promise<number> {
  const { rows } = await notes.sql.query('select count(*)::int as n from audit_event where action = $1', [
    action,
  ]);
  return rows[0].n as number;
}

describe('errors', () => {
  test('that nobody foresaw become INTERNAL with an id, and their text is only in the log under that id', async () => {
    const answer = await notes.ask(anna, '{ broken }');
    const [error] = answer.errors!;
    expect(error!.extensions).toMatchObject({ code: 'INTERNAL', retryable: false });
    const id = error!.extensions!['id'] as string;
    expect(id).toMatch(/^err_[0-9a-f]{16}$/);
    expect(error!.message).toBe(`Something failed inside the service; give the secretariat the id ${id}.`);
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|postgres|db\.internal/);
    expect(notes.logged()).toMatch(new RegExp(`${id}.*hunter2`));
  });

  test('of the caller say what to mend: syntax, schema, variables, operation name', async () => {
    expect(codes(await notes.ask(anna, '{ note('))).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(codes(await notes.ask(anna, '{ nothing }'))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(codes(await notes.ask(anna, '{ same(amount: 3.5) }'))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const amount = 'query ($a: Decimal!) { same(amount: $a) }';
    expect((await notes.ask(anna, amount, { a: '03.50' })).data).toEqual({ same: '3.5' });
    expect(codes(await notes.ask(anna, amount, { a: 3.5 }))).toEqual(['BAD_USER_INPUT']);
    expect(codes(await notes.ask(anna, amount))).toEqual(['BAD_USER_INPUT']);
  });

  test("of a text that PostgreSQL cannot store are the caller's to mend", async () => {
    expect(codes(await notes.ask(anna, 'query ($id: ID!) { note(id: $id) { id } }', { id: 'a\0b' }))).toEqual(
      ['INPUT_INVALID'],
    );
  });
});

describe('cancellation', () => {
  test('reaches the statement in the database, says so, and frees the connection', async () => {
    const cancel = new AbortController();
    const sleeping = notes.room.handle(
      request(anna, '{ auditedRaw(statement: "select pg_sleep(30) as value") }', { signal: cancel.signal }),
    );
    const before = await auditRows('READ_DEPOSIT');
    await eventually(async () => (await activity(`query like '%pg_sleep%' and state = 'active'`)) === 1);
    cancel.abort(new AmrloError('REQUEST_CANCELLED'));
    expect(codes(await sleeping)).toEqual(['REQUEST_CANCELLED']);
    expect(await activity(`state <> 'idle'`)).toBe(0);
    // What was read until then is in the trail although nobody waits for the answer.
    expect(await auditRows('READ_DEPOSIT')).toBe(before + 1);
  });

  test('leaves no connection behind, however often it happens', async () => {
    for (let turn = 0; turn < 15; turn += 1) {
      const cancel = new AbortController();
      const sleeping = notes.room.handle(
        request(anna, '{ raw(statement: "select pg_sleep(30) as value") }', { signal: cancel.signal }),
      );
      await eventually(async () => (await activity(`query like '%pg_sleep%' and state = 'active'`)) === 1);
      cancel.abort();
      expect(codes(await sleeping)).toEqual(['REQUEST_CANCELLED']);
    }
    expect((await notes.ask(anna, '{ note(id: "a1") { id } }')).data).toEqual({ note: { id: 'a1' } });
  });

  test('before the first statement makes none', async () => {
    const answer = await notes.room.handle(
      request(anna, '{ note(id: "a1") { id } }', { signal: AbortSignal.abort() }),
    );
    expect(codes(answer)).toEqual(['REQUEST_CANCELLED']);
  });
});
