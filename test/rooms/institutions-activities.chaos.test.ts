import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { activityEvents } from '../../subgraphs/institutions/activities/project-activity.js';
import { activities } from '../../subgraphs/institutions/migrations/0011-activities.js';
import { roster } from '../../subgraphs/institutions/migrations/0001-roster.js';
import { systemClock } from '../../subgraphs/kit/base/clock.js';
import type { Sql, Transact } from '../../subgraphs/kit/room/database/sql.js';
import { sessionFunctions } from '../../subgraphs/kit/room/database/session.js';
import { createConsumer } from '../../subgraphs/kit/room/outbox/consumer.js';
import { emit } from '../../subgraphs/kit/room/outbox/emit.js';
import { localProducer } from '../../subgraphs/kit/room/outbox/event-endpoint.js';
import { outboxTables } from '../../subgraphs/kit/room/outbox/outbox-tables.js';
import { createTestDatabase } from '../support/pg-sql.js';
import { startTsChild } from '../support/ts-child.js';

const fixture = join(import.meta.dirname, '../kit/fixtures/activity-consumer.ts');
const agreements = 400;
const members = 6;

/** The parties of the agreement with a number: two, three or four members. */
const partiesOf = (n: number): string[] =>
  Array.from({ length: 2 + (n % 3) }, (_, i) => `inst_${(n * 7 + i) % members}`);

async function sign(sql: Sql, n: number): Promise<void> {
  const payload = { agreementNo: `A-${n}`, partyIds: partiesOf(n) };
  const event = {
    type: 'AgreementSigned',
    aggregateType: 'Agreement',
    aggregateId: `agr_${n}`,
    version: 1,
    payload,
  };
  await emit(sql, event, ['institutions']);
}

const count = async (transact: Transact) =>
  (
    await transact((sql) => sql.execute<{ n: number }>('select count(*)::integer as n from member_activity'))
  )[0]!.n;

test('the ledger equals the events after every kill in the middle: none lost, none twice', async () => {
  await using producing = await createTestDatabase(outboxTables);
  await using consuming = await createTestDatabase([
    ...outboxTables,
    ...sessionFunctions,
    ...roster.statements,
    ...activities.statements,
    `insert into institution (id, name, kind, source, created_at)
     select 'inst_' || n, 'Member', 'HIGHER_EDUCATION', 't', now() from generate_series(0, ${members - 1}) n`,
  ]);
  const consume = () => startTsChild(fixture, [producing.url, consuming.url]);
  const children = [consume(), consume()];
  try {
    const signing = (async () => {
      for (let n = 0; n < agreements; n += 1) {
        await producing.transact((sql) => sign(sql, n));
        await pause(10);
      }
    })();
    for (let kill = 0; kill < 8; kill += 1) {
      const enough = (await count(consuming.transact)) + 20;
      while ((await count(consuming.transact)) < enough) await pause(10);
      const victim = kill % children.length;
      await children[victim]!.kill();
      children[victim] = consume();
    }
    await signing;
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }

  const { handle } = activityEvents.find(({ producer }) => producer === 'agreements')!;
  const last = createConsumer({
    name: 'institutions',
    producerName: 'agreements',
    producer: localProducer(producing.transact, 'institutions'),
    transact: consuming.transact,
    clock: { ...systemClock, now: () => new Date(systemClock.now().getTime() + 60_000) },
    log: pino({ level: 'silent' }),
    handle,
  });
  await last.drain();

  const kept = await consuming.transact((sql) =>
    sql.execute<{ title: string; institution_id: string }>(
      'select title, institution_id from member_activity',
    ),
  );
  const told = Array.from({ length: agreements }, (_, n) =>
    partiesOf(n).map((party) => `A-${n} ${party}`),
  ).flat();
  expect(kept.map((row) => `${row.title} ${row.institution_id}`).toSorted()).toEqual(told.toSorted());
}, 120_000);
