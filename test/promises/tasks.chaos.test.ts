import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { applyWork } from '../../subgraphs/institutions/tasks/task-projection.js';
import { keyOf } from '../../subgraphs/institutions/tasks/task-keys.js';
import { systemClock } from '../../subgraphs/kit/base/clock.js';
import { createConsumer } from '../../subgraphs/kit/room/outbox/consumer.js';
import { localProducer } from '../../subgraphs/kit/room/outbox/event-endpoint.js';
import type { RoomOnPostgres } from '../rooms/room-on-postgres.js';
import { pgPool, pgTransact } from '../support/pg-sql.js';
import { startTsChild } from '../support/ts-child.js';
import { workOfAll } from './work-comparison.js';
import { walk } from './work-walker.js';
import { walks } from './work-walks.js';

const kills = 15;
const stepsOfEach = 60;

const rooms = new Map<string, RoomOnPostgres>();
beforeAll(async () => {
  for (const one of walks) rooms.set(one.module.name, await one.start());
});
afterAll(async () => {
  for (const room of rooms.values()) await room[Symbol.asyncDispose]();
});

const open = async () => {
  const { rows } = await rooms.get('institutions')!.sql.query(
    `select room, type, subject_id, version, state, about, waits_for, jsonb_array_length(actions) as actions
     from task where closed_at is null`,
  );
  return rows.map((row) => JSON.stringify(Object.values(row as object))).toSorted();
};

test('the inbox is what waits in all rooms, whenever and however often its process is killed', async () => {
  const urls = Object.fromEntries([...rooms].map(([name, room]) => [name, room.url]));
  const consume = () =>
    startTsChild(join(import.meta.dirname, 'fixtures/task-consumer.ts'), [JSON.stringify(urls)]);
  const children = [consume(), consume()];
  let walking = true;
  try {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const walked = Promise.all(
      walks.map((one) => {
        const choices = fc.sample(fc.integer({ min: 0, max: 2 ** 30 }), { seed, numRuns: stepsOfEach });
        return walk(one, rooms.get(one.module.name)!, choices);
      }),
    ).finally(() => (walking = false));
    for (let kill = 0; kill < kills || walking; kill += 1) {
      await pause(Math.random() * 800);
      const victim = kill % children.length;
      await children[victim]!.kill();
      children[victim] = consume();
    }
    expect((await walked).flat().length).toBeGreaterThan(30);
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }

  // The children were at work, and did not leave it all to the last one.
  expect((await open()).length).toBeGreaterThan(0);
  const pools = Object.entries(urls).map(([name, url]) => [name, pgPool(url, 2)] as const);
  const own = pgTransact(pools.find(([name]) => name === 'institutions')![1]);
  for (const [producerName, pool] of pools) {
    await createConsumer({
      name: 'institutions',
      producerName,
      producer: localProducer(pgTransact(pool), 'institutions'),
      transact: own,
      // What failed a moment ago is due.
      clock: { ...systemClock, now: () => new Date(systemClock.now().getTime() + 60_000) },
      log: pino({ level: 'silent' }),
      handle: async (event, sql) => {
        if (event.type === 'WorkChanged' || event.type === 'WorkAnswered')
          await applyWork(producerName, event, sql);
      },
    }).drain();
  }
  await Promise.all(pools.map(([, pool]) => pool.end()));

  const truth: string[] = [];
  for (const { module } of walks) {
    for (const work of await workOfAll(rooms.get(module.name)!, module)) {
      if (work.waitsFor.length === 0) continue;
      const { type, id, version, state, about, waitsFor, actions } = work;
      truth.push(
        JSON.stringify([module.name, type, id, version, state, about, waitsFor.map(keyOf), actions.length]),
      );
    }
  }
  expect(truth.length).toBeGreaterThan(5);
  expect(await open()).toEqual(truth.toSorted());
  // Nothing was left aside, and what is history was closed after it began.
  expect((await rooms.get('institutions')!.sql.query('select from inbox_failure')).rowCount).toBe(0);
}, 240_000);
