import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { servicePrincipal, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { emit } from '../../subgraphs/kit/room/outbox/emit.js';
import { createEventEndpoint } from '../../subgraphs/kit/room/outbox/event-endpoint.js';
import { acknowledge, pruneOutbox, pullEvents } from '../../subgraphs/kit/room/outbox/outbox.js';
import { pgSql } from '../support/pg-sql.js';
import { changed, startOutboxRoom, type OutboxRoom } from './outbox-fixture.js';

let outbox: OutboxRoom;
beforeEach(async () => {
  outbox = await startOutboxRoom();
});
afterEach(async () => outbox[Symbol.asyncDispose]());

test('events come in the order they were emitted, each with what its producer said', async () => {
  await outbox.transact((sql) =>
    emit(sql, { ...changed('a', 1), occurredAt: '2026-03-01T08:00:00+08:00' }, [
      'agreements',
      'institutions',
    ]),
  );
  await outbox.tell(['b', 1], ['a', 2]);
  const [first] = await outbox.transact((sql) => pullEvents(sql, 'agreements', 10));
  expect(first).toEqual({
    ...changed('a', 1),
    id: expect.stringMatching(/^evt_/),
    seq: expect.any(Number),
    occurredAt: '2026-03-01T00:00:00.000Z',
  });
  expect(await outbox.pulled()).toEqual(['a1', 'b1', 'a2']);
  expect(await outbox.pulled(2)).toEqual(['a1', 'b1']);
  expect(await outbox.transact((sql) => pullEvents(sql, 'institutions', 10))).toHaveLength(1);
});

test('an event whose transaction commits late is still delivered', async () => {
  const client = await outbox.connect();
  await client.query('begin');
  await emit(pgSql(client), changed('late', 1), ['agreements']);
  await outbox.tell(['early', 1]);
  const [early] = await outbox.transact((sql) => pullEvents(sql, 'agreements', 10));
  await outbox.transact((sql) => acknowledge(sql, 'agreements', [early!.id]));
  await client.query('commit');
  expect(await outbox.pulled()).toEqual(['late1']);
});

test('an acknowledgement ends only the deliveries of its own consumer, and may be repeated', async () => {
  await outbox.transact((sql) => emit(sql, changed('a', 1), ['agreements', 'institutions']));
  const [event] = await outbox.transact((sql) => pullEvents(sql, 'agreements', 10));
  for (let i = 0; i < 2; i += 1) {
    await outbox.transact((sql) => acknowledge(sql, 'agreements', [event!.id, 'evt_unknown']));
  }
  expect(await outbox.pulled()).toEqual([]);
  expect(await outbox.transact((sql) => pullEvents(sql, 'institutions', 10))).toHaveLength(1);
});

test('only old events that everybody has acknowledged are pruned', async () => {
  await outbox.tell(['a', 1], ['a', 2]);
  await outbox.transact((sql) => emit(sql, changed('nobody', 1), []));
  const [first] = await outbox.transact((sql) => pullEvents(sql, 'agreements', 10));
  await outbox.transact((sql) => acknowledge(sql, 'agreements', [first!.id]));
  const prune = (before: Date) => outbox.transact((sql) => pruneOutbox(sql, before));
  expect(await prune(new Date(Date.now() - 60_000))).toBe(0);
  expect(await prune(new Date(Date.now() + 60_000))).toBe(2);
  expect(await outbox.pulled()).toEqual(['a2']);
});

test('the endpoint serves the service that signed, and nobody else', async () => {
  await outbox.tell(['a', 1]);
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
  const endpoint = createEventEndpoint({ transact: outbox.transact, verifier, audience: 'learners' });
  const [event] = await endpoint.pull('agreements', 10);
  expect(await endpoint.pull('outcomes', 10)).toEqual([]);
  await endpoint.acknowledge('outcomes', [event!.id]);
  expect(await outbox.pulled()).toEqual(['a1']);
  for (const assertion of [undefined, 'person']) {
    await expect(endpoint.pull(assertion, 10)).rejects.toMatchObject({ code: 'ASSERTION_MISSING' });
    await expect(endpoint.acknowledge(assertion, [])).rejects.toMatchObject({ code: 'ASSERTION_MISSING' });
  }
  for (const limit of [0, 1001, 1.5]) {
    await expect(endpoint.pull('agreements', limit)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  }
  await endpoint.acknowledge('agreements', [event!.id]);
  expect(await outbox.pulled()).toEqual([]);
});
