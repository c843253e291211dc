import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { localProducer } from '../../subgraphs/kit/room/outbox/event-endpoint.js';
import { readInboxFailures, releaseParked } from '../../subgraphs/kit/room/outbox/inbox.js';
import { handlerRefusing, startOutboxRoom, type OutboxRoom } from './outbox-fixture.js';

let outbox: OutboxRoom;
beforeEach(async () => {
  outbox = await startOutboxRoom();
});
afterEach(async () => outbox[Symbol.asyncDispose]());

test('a failing event stops the later events of its aggregate and no other', async () => {
  const refused = new Set(['a1']);
  await outbox.tell(['a', 1], ['b', 1], ['a', 2], ['b', 2]);
  const one = outbox.consumer({ handle: handlerRefusing(refused), backoffMs: 1000 });
  await one.drain();
  expect(await outbox.applied()).toEqual(['b1', 'b2']);
  expect(await outbox.pulled()).toEqual([]);

  refused.clear();
  await one.drain();
  expect(await outbox.applied()).toEqual(['b1', 'b2']);
  outbox.clock.advance(1000);
  await outbox.tell(['a', 3]);
  await one.drain();
  expect(await outbox.applied()).toEqual(['b1', 'b2', 'a1', 'a2', 'a3']);
  expect(await outbox.transact((sql) => readInboxFailures(sql))).toEqual([]);
});

test('the pause after each failure doubles, and after the last attempt the event is parked and stays', async () => {
  const refused = new Set(['a1']);
  await outbox.tell(['a', 1], ['a', 2]);
  const one = outbox.consumer({
    handle: handlerRefusing(refused),
    backoffMs: 1000,
    maxBackoffMs: 3000,
    maxAttempts: 4,
  });
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await one.drain();
    const [failure] = await outbox.transact((sql) => readInboxFailures(sql));
    expect(failure).toMatchObject({
      attempts: attempt,
      code: 'CREDITS_EXCEEDED',
      event: { aggregateId: 'a', version: 1 },
    });
    pauses.push(failure!.nextAttemptAt.getTime() - outbox.clock.now().getTime());
    outbox.clock.advance(pauses.at(-1)!);
  }
  expect(pauses).toEqual([1000, 2000, 3000, 3000]);
  refused.clear();
  outbox.clock.advance(86_400_000);
  await one.drain();
  const failures = await outbox.transact((sql) => readInboxFailures(sql));
  expect(failures.map(({ state }) => state)).toEqual(['PARKED', 'WAITING']);
  expect(await outbox.applied()).toEqual([]);

  const eventId = failures[0]!.event.id;
  const release = () =>
    outbox.transact((sql) => releaseParked(sql, { producer: 'learners', eventId, now: outbox.clock.now() }));
  expect(await release()).toBe(true);
  expect(await release()).toBe(false);
  await one.drain();
  expect(await outbox.applied()).toEqual(['a1', 'a2']);
});

test('an event that was set aside and is delivered again keeps its place and its pause', async () => {
  const refused = new Set(['a1']);
  await outbox.tell(['a', 1], ['a', 2]);
  const local = localProducer(outbox.transact, 'agreements');
  const deaf = outbox.consumer({
    handle: handlerRefusing(refused),
    producer: { ...local, acknowledge: () => Promise.reject(new Error('the line broke')) },
  });
  await expect(deaf.drain()).rejects.toThrow('the line broke');
  refused.clear();
  const one = outbox.consumer();
  await one.drain();
  expect(await outbox.applied()).toEqual([]);
  const states = (await outbox.transact((sql) => readInboxFailures(sql))).map(({ state, attempts }) => [
    state,
    attempts,
  ]);
  expect(states).toEqual([
    ['RETRYING', 1],
    ['WAITING', 0],
  ]);
  outbox.clock.advance(10_000);
  await one.drain();
  expect(await outbox.applied()).toEqual(['a1', 'a2']);
});

test('an unknown fault is kept as INTERNAL', async () => {
  await outbox.tell(['a', 1]);
  await outbox.consumer({ handle: () => Promise.reject(new Error('a bug')) }).drain();
  expect(await outbox.transact((sql) => readInboxFailures(sql))).toMatchObject([{ code: 'INTERNAL' }]);
});

test('events set aside earlier are retried while the producer is silent', async () => {
  const refused = new Set(['a1']);
  await outbox.tell(['a', 1]);
  await outbox.consumer({ handle: handlerRefusing(refused) }).drain();
  outbox.clock.advance(1000);
  const silent = outbox.consumer({
    producer: { pull: () => Promise.reject(new Error('down')), acknowledge: async () => undefined },
  });
  await expect(silent.drain()).rejects.toThrow('down');
  expect(await outbox.applied()).toEqual(['a1']);
});
