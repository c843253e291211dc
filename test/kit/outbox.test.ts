import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError, refuse } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { servicePrincipal, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';
import type { Sql } from '../../subgraphs/kit/room/database/sql.js';
import {
  createConsumer,
  eventsEmitted,
  type ConsumerOptions,
} from '../../subgraphs/kit/room/outbox/consumer.js';
import { emit } from '../../subgraphs/kit/room/outbox/emit.js';
import { createEventEndpoint, localProducer } from '../../subgraphs/kit/room/outbox/event-endpoint.js';
import { readInboxFailures, releaseParked } from '../../subgraphs/kit/room/outbox/inbox.js';
import { acknowledge, pruneOutbox, pullEvents } from '../../subgraphs/kit/room/outbox/outbox.js';
import type { OutboxEvent } from '../../subgraphs/kit/room/outbox/outbox-event.js';
import { outboxTables } from '../../subgraphs/kit/room/outbox/outbox-tables.js';
import { createTestDatabase, pgSql, type TestDatabase } from '../support/pg-sql.js';

let database: TestDatabase;
const clock = new FakeClock();
const log = pino({ level: 'silent' });

beforeEach(async () => {
  database = await createTestDatabase([...outboxTables, 'create table applied (place serial, event text)']);
});
afterEach(async () => database[Symbol.asyncDispose]());

const changed = (aggregateId: string, version: number) => ({
  type: 'DepositChanged',
  aggregateType: 'Deposit',
  aggregateId,
  version,
  payload: { state: '已复核', credits: '3.5' },
});

const tell = (...events: [string, number][]) =>
  database.transact((sql) =>
    emit(
      sql,
      events.map(([id, version]) => changed(id, version)),
      ['agreements'],
    ),
  );

const pulled = async (limit = 100) =>
  (await database.transact((sql) => pullEvents(sql, 'agreements', limit))).map(nameOf);

const nameOf = (event: OutboxEvent) => `${event.aggregateId}${event.version}`;

async function applied(): Promise<string[]> {
  const rows = await database.transact((sql) =>
    sql.execute<{ event: string }>('select event from applied order by place'),
  );
  return rows.map(({ event }) => event);
}

const apply = async (event: OutboxEvent, sql: Sql) => {
  await sql.execute('insert into applied (event) values (?)', [nameOf(event)]);
};

function consumer(options: Partial<ConsumerOptions> = {}) {
  return createConsumer({
    name: 'agreements',
    producerName: 'learners',
    producer: localProducer(database.transact, 'agreements'),
    handle: apply,
    transact: database.transact,
    clock,
    log,
    ...options,
  });
}

/** A handler that refuses some events until they are taken off the list. */
function handlerRefusing(refused: Set<string>) {
  return async (event: OutboxEvent, sql: Sql) => {
    await apply(event, sql);
    if (refused.has(nameOf(event))) throw refuse('CREDITS_EXCEEDED', { remaining: '0', wanted: '1' });
  };
}

test('events come in the order they were emitted, each with what its producer said', async () => {
  await database.transact((sql) =>
    emit(sql, { ...changed('a', 1), occurredAt: '2026-03-01T08:00:00+08:00' }, [
      'agreements',
      'institutions',
    ]),
  );
  await tell(['b', 1], ['a', 2]);
  const [first] = await database.transact((sql) => pullEvents(sql, 'agreements', 10));
  expect(first).toEqual({
    ...changed('a', 1),
    id: expect.stringMatching(/^evt_/),
    seq: expect.any(Number),
    occurredAt: '2026-03-01T00:00:00.000Z',
  });
  expect(await pulled()).toEqual(['a1', 'b1', 'a2']);
  expect(await pulled(2)).toEqual(['a1', 'b1']);
  expect(await database.transact((sql) => pullEvents(sql, 'institutions', 10))).toHaveLength(1);
});

test('an event whose transaction commits late is still delivered', async () => {
  const client = await database.connect();
  await client.query('begin');
  await emit(pgSql(client), changed('late', 1), ['agreements']);
  await tell(['early', 1]);
  const [early] = await database.transact((sql) => pullEvents(sql, 'agreements', 10));
  await database.transact((sql) => acknowledge(sql, 'agreements', [early!.id]));
  await client.query('commit');
  expect(await pulled()).toEqual(['late1']);
});

test('an acknowledgement ends only the deliveries of its own consumer, and may be repeated', async () => {
  await database.transact((sql) => emit(sql, changed('a', 1), ['agreements', 'institutions']));
  const [event] = await database.transact((sql) => pullEvents(sql, 'agreements', 10));
  for (let i = 0; i < 2; i += 1) {
    await database.transact((sql) => acknowledge(sql, 'agreements', [event!.id, 'evt_unknown']));
  }
  expect(await pulled()).toEqual([]);
  expect(await database.transact((sql) => pullEvents(sql, 'institutions', 10))).toHaveLength(1);
});

test('only old events that everybody has acknowledged are pruned', async () => {
  await tell(['a', 1], ['a', 2]);
  await database.transact((sql) => emit(sql, changed('nobody', 1), []));
  const [first] = await database.transact((sql) => pullEvents(sql, 'agreements', 10));
  await database.transact((sql) => acknowledge(sql, 'agreements', [first!.id]));
  const prune = (before: Date) => database.transact((sql) => pruneOutbox(sql, before));
  expect(await prune(new Date(Date.now() - 60_000))).toBe(0);
  expect(await prune(new Date(Date.now() + 60_000))).toBe(2);
  expect(await pulled()).toEqual(['a2']);
});

test('a consumer applies every event once and leaves nothing at the producer', async () => {
  await tell(['a', 1], ['b', 1], ['a', 2]);
  await consumer({ batch: 2 }).drain();
  await consumer().drain();
  expect(await applied()).toEqual(['a1', 'b1', 'a2']);
  expect(await pulled()).toEqual([]);
});

test('an event that is delivered again after a lost acknowledgement is not applied again', async () => {
  await tell(['a', 1]);
  const local = localProducer(database.transact, 'agreements');
  const deaf = consumer({
    producer: { ...local, acknowledge: () => Promise.reject(new Error('the line broke')) },
  });
  await expect(deaf.drain()).rejects.toThrow('the line broke');
  expect(await pulled()).toEqual(['a1']);
  await consumer().drain();
  expect(await applied()).toEqual(['a1']);
  expect(await pulled()).toEqual([]);
});

test('two consumers of the same name share the work without applying anything twice or out of order', async () => {
  for (let version = 1; version <= 30; version += 1) await tell(['a', version], ['b', version]);
  await Promise.all([consumer({ batch: 7 }).drain(), consumer({ batch: 5 }).drain()]);
  const names = await applied();
  expect(names.filter((n) => n.startsWith('a'))).toEqual(Array.from({ length: 30 }, (_, i) => `a${i + 1}`));
  expect(names.filter((n) => n.startsWith('b'))).toEqual(Array.from({ length: 30 }, (_, i) => `b${i + 1}`));
});

test('a failing event stops the later events of its aggregate and no other', async () => {
  const refused = new Set(['a1']);
  await tell(['a', 1], ['b', 1], ['a', 2], ['b', 2]);
  const one = consumer({ handle: handlerRefusing(refused), backoffMs: 1000 });
  await one.drain();
  expect(await applied()).toEqual(['b1', 'b2']);
  expect(await pulled()).toEqual([]);

  refused.clear();
  await one.drain();
  expect(await applied()).toEqual(['b1', 'b2']);
  clock.advance(1000);
  await tell(['a', 3]);
  await one.drain();
  expect(await applied()).toEqual(['b1', 'b2', 'a1', 'a2', 'a3']);
  expect(await database.transact((sql) => readInboxFailures(sql))).toEqual([]);
});

test('the pause after each failure doubles, and after the last attempt the event is parked and stays', async () => {
  const refused = new Set(['a1']);
  await tell(['a', 1], ['a', 2]);
  const one = consumer({
    handle: handlerRefusing(refused),
    backoffMs: 1000,
    maxBackoffMs: 3000,
    maxAttempts: 4,
  });
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await one.drain();
    const [failure] = await database.transact((sql) => readInboxFailures(sql));
    expect(failure).toMatchObject({
      attempts: attempt,
      code: 'CREDITS_EXCEEDED',
      event: { aggregateId: 'a', version: 1 },
    });
    pauses.push(failure!.nextAttemptAt.getTime() - clock.now().getTime());
    clock.advance(pauses.at(-1)!);
  }
  expect(pauses).toEqual([1000, 2000, 3000, 3000]);
  refused.clear();
  clock.advance(86_400_000);
  await one.drain();
  const failures = await database.transact((sql) => readInboxFailures(sql));
  expect(failures.map(({ state }) => state)).toEqual(['PARKED', 'WAITING']);
  expect(await applied()).toEqual([]);

  const eventId = failures[0]!.event.id;
  const release = () =>
    database.transact((sql) => releaseParked(sql, { producer: 'learners', eventId, now: clock.now() }));
  expect(await release()).toBe(true);
  expect(await release()).toBe(false);
  await one.drain();
  expect(await applied()).toEqual(['a1', 'a2']);
});

test('an event that was set aside and is delivered again keeps its place and its pause', async () => {
  const refused = new Set(['a1']);
  await tell(['a', 1], ['a', 2]);
  const local = localProducer(database.transact, 'agreements');
  const deaf = consumer({
    handle: handlerRefusing(refused),
    producer: { ...local, acknowledge: () => Promise.reject(new Error('the line broke')) },
  });
  await expect(deaf.drain()).rejects.toThrow('the line broke');
  refused.clear();
  const one = consumer();
  await one.drain();
  expect(await applied()).toEqual([]);
  const states = (await database.transact((sql) => readInboxFailures(sql))).map(({ state, attempts }) => [
    state,
    attempts,
  ]);
  expect(states).toEqual([
    ['RETRYING', 1],
    ['WAITING', 0],
  ]);
  clock.advance(10_000);
  await one.drain();
  expect(await applied()).toEqual(['a1', 'a2']);
});

test('an unknown fault is kept as INTERNAL', async () => {
  await tell(['a', 1]);
  await consumer({ handle: () => Promise.reject(new Error('a bug')) }).drain();
  expect(await database.transact((sql) => readInboxFailures(sql))).toMatchObject([{ code: 'INTERNAL' }]);
});

test('events set aside earlier are retried while the producer is silent', async () => {
  const refused = new Set(['a1']);
  await tell(['a', 1]);
  await consumer({ handle: handlerRefusing(refused) }).drain();
  clock.advance(1000);
  const silent = consumer({
    producer: { pull: () => Promise.reject(new Error('down')), acknowledge: async () => undefined },
  });
  await expect(silent.drain()).rejects.toThrow('down');
  expect(await applied()).toEqual(['a1']);
});

test('handled events are forgotten only after the producer can no longer deliver them', async () => {
  const remembered = async () =>
    (await database.transact((sql) => sql.execute('select 1 from inbox_event'))).length;
  await tell(['a', 1]);
  const one = consumer();
  await one.drain();
  expect(await remembered()).toBe(1);
  clock.advance(86_400_001);
  await one.drain();
  expect(await remembered()).toBe(0);
});

test('a started consumer drains when woken, survives a failing round, and polls', async () => {
  const bus = createLocalWakeBus();
  let rounds = 0;
  const local = localProducer(database.transact, 'agreements');
  const producer = {
    ...local,
    pull: (limit: number) => ((rounds += 1) === 1 ? Promise.reject(new Error('down')) : local.pull(limit)),
  };
  const one = consumer({ wakeBus: bus, pollMs: 7_000, producer });
  await tell(['a', 1]);
  one.start();
  await clock.untilWaiting(7_000);
  expect(await applied()).toEqual([]);
  bus.publish(eventsEmitted('outcomes'));
  bus.publish(eventsEmitted('learners'));
  expect(clock.waiting).toEqual([]);
  await clock.untilWaiting(7_000);
  expect(await applied()).toEqual(['a1']);
  await tell(['a', 2]);
  clock.advance(7_000);
  expect(clock.waiting).toEqual([]);
  await clock.untilWaiting(7_000);
  expect(await applied()).toEqual(['a1', 'a2']);
  await one.stop();
});

test('the endpoint serves the service that signed, and nobody else', async () => {
  await tell(['a', 1]);
  const callers: Record<string, Principal> = {
    agreements: servicePrincipal('agreements'),
    outcomes: servicePrincipal('outcomes'),
    person: { kind: 'PERSON', subject: 'service:agreements', grants: [], scopes: [] },
  };
  const verifier = {
    verify: async (assertion: string | undefined, audience: string) => {
      const caller = callers[assertion ?? ''];
      if (caller === undefined || audience !== 'learners') throw new AmrloError('ASSERTION_MISSING');
      return caller;
    },
  };
  const endpoint = createEventEndpoint({ transact: database.transact, verifier, audience: 'learners' });
  const [event] = await endpoint.pull('agreements', 10);
  expect(await endpoint.pull('outcomes', 10)).toEqual([]);
  await endpoint.acknowledge('outcomes', [event!.id]);
  expect(await pulled()).toEqual(['a1']);
  for (const assertion of [undefined, 'person']) {
    await expect(endpoint.pull(assertion, 10)).rejects.toMatchObject({ code: 'ASSERTION_MISSING' });
    await expect(endpoint.acknowledge(assertion, [])).rejects.toMatchObject({ code: 'ASSERTION_MISSING' });
  }
  for (const limit of [0, 1001, 1.5]) {
    await expect(endpoint.pull('agreements', limit)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  }
  await endpoint.acknowledge('agreements', [event!.id]);
  expect(await pulled()).toEqual([]);
});
