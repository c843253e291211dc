import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { systemClock } from '../../subgraphs/kit/base/clock.js';
import { createConsumer } from '../../subgraphs/kit/room/outbox/consumer.js';
import type { Transact } from '../../subgraphs/kit/room/database/sql.js';
import { localProducer } from '../../subgraphs/kit/room/outbox/event-endpoint.js';
import { outboxTables } from '../../subgraphs/kit/room/outbox/outbox-tables.js';
import { createTestDatabase } from '../support/pg-sql.js';
import { startTsChild } from '../support/ts-child.js';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const kills = 20;

/** Resolves when a table has ten more rows than now, so that every kill meets processes at work. */
async function grown(transact: Transact, table: string): Promise<void> {
  const count = async () => {
    const rows = await transact((sql) =>
      sql.execute<{ n: number }>(`select count(*)::integer as n from ${table}`),
    );
    return rows[0]!.n;
  };
  const enough = (await count()) + 10;
  while ((await count()) < enough) await pause(20);
}

test('events survive every kill of producer and consumer: none lost, none twice, in order', async () => {
  await using producing = await createTestDatabase([
    ...outboxTables,
    'create table aggregate (id text primary key, version integer not null)',
    `insert into aggregate select 'agg_' || n, 0 from generate_series(0, 11) n`,
  ]);
  await using consuming = await createTestDatabase([
    ...outboxTables,
    'create table applied (place serial, aggregate text, version integer)',
  ]);
  const produce = () => startTsChild(fixture('outbox-producer.ts'), [producing.url]);
  const consume = () => startTsChild(fixture('outbox-consumer.ts'), [producing.url, consuming.url]);
  const children = [produce(), consume(), consume()];
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      await Promise.all([grown(producing.transact, 'outbox_event'), grown(consuming.transact, 'applied')]);
      await pause(Math.random() * 300);
      const victim = Math.floor(Math.random() * children.length);
      await children[victim]!.kill();
      children[victim] = victim === 0 ? produce() : consume();
    }
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }

  const last = createConsumer({
    name: 'consumer',
    producerName: 'producer',
    producer: localProducer(producing.transact, 'consumer'),
    transact: consuming.transact,
    clock: { ...systemClock, now: () => new Date(systemClock.now().getTime() + 60_000) },
    log: pino({ level: 'silent' }),
    handle: async (event, sql) => {
      await sql.execute('insert into applied (aggregate, version) values (?, ?)', [
        event.aggregateId,
        event.version,
      ]);
    },
  });
  await last.drain();

  const truth = await producing.transact((sql) =>
    sql.execute<{ id: string; version: number }>('select id, version from aggregate order by id'),
  );
  const applied = await consuming.transact((sql) =>
    sql.execute<{ aggregate: string; version: number }>(
      'select aggregate, version from applied order by place',
    ),
  );
  for (const { id, version } of truth) {
    const versions = applied.filter(({ aggregate }) => aggregate === id).map((row) => row.version);
    expect(versions).toEqual(Array.from({ length: version }, (_, i) => i + 1));
  }
  expect(applied.length).toBeGreaterThan(100);
  const left = await consuming.transact((sql) => sql.execute('select 1 from inbox_failure'));
  expect(left).toEqual([]);
}, 120_000);
