import type pg from 'pg';
import { pino } from 'pino';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { refuse } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Sql, Transact } from '../../subgraphs/kit/room/database/sql.js';
import {
  createConsumer,
  type Consumer,
  type ConsumerOptions,
} from '../../subgraphs/kit/room/outbox/consumer.js';
import { emit } from '../../subgraphs/kit/room/outbox/emit.js';
import { localProducer } from '../../subgraphs/kit/room/outbox/event-endpoint.js';
import { pullEvents } from '../../subgraphs/kit/room/outbox/outbox.js';
import type { OutboxEvent } from '../../subgraphs/kit/room/outbox/outbox-event.js';
import { outboxTables } from '../../subgraphs/kit/room/outbox/outbox-tables.js';
import { createTestDatabase } from '../support/pg-sql.js';

/** An outbox and the inbox of its consumer in one database, and a table `applied` for what was handled. */
export interface OutboxRoom extends AsyncDisposable {
  readonly transact: Transact;
  readonly clock: FakeClock;
  connect(): Promise<pg.Client>;
  /** Emits to agreements, in one transaction, a change of each aggregate and version. */
  tell(...events: [string, number][]): Promise<unknown>;
  /** The names of what the outbox still holds for agreements. */
  pulled(limit?: number): Promise<string[]>;
  /** The names of what was handled, in its order. */
  applied(): Promise<string[]>;
  /** A consumer as agreements of what learners tells. */
  consumer(options?: Partial<ConsumerOptions>): Consumer;
}

/** Makes the database, and nothing that consumes from it. */
export async function startOutboxRoom(): Promise<OutboxRoom> {
  const database = await createTestDatabase([
    ...outboxTables,
    'create table applied (place serial, event text)',
  ]);
  const { transact } = database;
  const clock = new FakeClock();
  return {
    transact,
    clock,
    connect: () => database.connect(),
    tell: (...events) =>
      transact((sql) =>
        emit(
          sql,
          events.map(([id, version]) => changed(id, version)),
          ['agreements'],
        ),
      ),
    pulled: async (limit = 100) =>
      (await transact((sql) => pullEvents(sql, 'agreements', limit))).map(nameOf),
    async applied() {
      const rows = await transact((sql) =>
        sql.execute<{ event: string }>('select event from applied order by place'),
      );
      return rows.map(({ event }) => event);
    },
    consumer: (options = {}) =>
      createConsumer({
        name: 'agreements',
        producerName: 'learners',
        producer: localProducer(transact, 'agreements'),
        handle: apply,
        transact,
        clock,
        log: pino({ level: 'silent' }),
        ...options,
      }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** An event of an aggregate. */
export const changed = (aggregateId: string, version: number) => ({
  type: 'DepositChanged',
  aggregateType: 'Deposit',
  aggregateId,
  version,
  payload: { state: '已复核', credits: '3.5' },
});

/** How the tests write an event: its aggregate and version. */
const nameOf = (event: OutboxEvent) => `${event.aggregateId}${event.version}`;

const apply = async (event: OutboxEvent, sql: Sql) => {
  await sql.execute('insert into applied (event) values (?)', [nameOf(event)]);
};

/** A handler that refuses some events until they are taken off the list. */
export function handlerRefusing(refused: Set<string>) {
  return async (event: OutboxEvent, sql: Sql) => {
    await apply(event, sql);
    if (refused.has(nameOf(event))) throw refuse('CREDITS_EXCEEDED', { remaining: '0', wanted: '1' });
  };
}
