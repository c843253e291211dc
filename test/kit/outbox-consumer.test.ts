import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';
import { eventsEmitted } from '../../subgraphs/kit/room/outbox/consumer.js';
import { localProducer } from '../../subgraphs/kit/room/outbox/event-endpoint.js';
import { startOutboxRoom, type OutboxRoom } from './outbox-fixture.js';

let outbox: OutboxRoom;
beforeEach(async () => {
  outbox = await startOutboxRoom();
});
afterEach(async () => outbox[Symbol.asyncDispose]());

test('a consumer applies every event once and leaves nothing at the producer', async () => {
  await outbox.tell(['a', 1], ['b', 1], ['a', 2]);
  await outbox.consumer({ batch: 2 }).drain();
  await outbox.consumer().drain();
  expect(await outbox.applied()).toEqual(['a1', 'b1', 'a2']);
  expect(await outbox.pulled()).toEqual([]);
});

test('an event that is delivered again after a lost acknowledgement is not applied again', async () => {
  await outbox.tell(['a', 1]);
  const local = localProducer(outbox.transact, 'agreements');
  const deaf = outbox.consumer({
    producer: { ...local, acknowledge: () => Promise.reject(new Error('the line broke')) },
  });
  await expect(deaf.drain()).rejects.toThrow('the line broke');
  expect(await outbox.pulled()).toEqual(['a1']);
  await outbox.consumer().drain();
  expect(await outbox.applied()).toEqual(['a1']);
  expect(await outbox.pulled()).toEqual([]);
});

test('two consumers of the same name share the work without applying anything twice or out of order', async () => {
  for (let version = 1; version <= 30; version += 1) await outbox.tell(['a', version], ['b', version]);
  await Promise.all([outbox.consumer({ batch: 7 }).drain(), outbox.consumer({ batch: 5 }).drain()]);
  const names = await outbox.applied();
  expect(names.filter((n) => n.startsWith('a'))).toEqual(Array.from({ length: 30 }, (_, i) => `a${i + 1}`));
  expect(names.filter((n) => n.startsWith('b'))).toEqual(Array.from({ length: 30 }, (_, i) => `b${i + 1}`));
});

test('handled events are forgotten only after the producer can no longer deliver them', async () => {
  const remembered = async () =>
    (await outbox.transact((sql) => sql.execute('select 1 from inbox_event'))).length;
  await outbox.tell(['a', 1]);
  const one = outbox.consumer();
  await one.drain();
  expect(await remembered()).toBe(1);
  outbox.clock.advance(86_400_001);
  await one.drain();
  expect(await remembered()).toBe(0);
});

test('a started consumer drains when woken, survives a failing round, and polls', async () => {
  const bus = createLocalWakeBus();
  let rounds = 0;
  const local = localProducer(outbox.transact, 'agreements');
  const producer = {
    ...local,
    pull: (limit: number) => ((rounds += 1) === 1 ? Promise.reject(new Error('down')) : local.pull(limit)),
  };
  const one = outbox.consumer({ wakeBus: bus, pollMs: 7_000, producer });
  await outbox.tell(['a', 1]);
  one.start();
  await outbox.clock.untilWaiting(7_000);
  expect(await outbox.applied()).toEqual([]);
  bus.publish(eventsEmitted('outcomes'));
  bus.publish(eventsEmitted('learners'));
  expect(outbox.clock.waiting).toEqual([]);
  await outbox.clock.untilWaiting(7_000);
  expect(await outbox.applied()).toEqual(['a1']);
  await outbox.tell(['a', 2]);
  outbox.clock.advance(7_000);
  expect(outbox.clock.waiting).toEqual([]);
  await outbox.clock.untilWaiting(7_000);
  expect(await outbox.applied()).toEqual(['a1', 'a2']);
  await one.stop();
});
