import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import { membershipWork } from '../../subgraphs/institutions/memberships/membership.work.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { parseDatabaseUrl } from '../../subgraphs/kit/room/database/address.js';
import { migrateRoom } from '../../subgraphs/kit/room/database/migration.js';
import { openRoomDatabase, type RoomDatabase } from '../../subgraphs/kit/room/database/room-database.js';
import { kitAppendOnly, kitMigrations } from '../../subgraphs/kit/room/kit-tables.js';
import { announceWork } from '../../subgraphs/kit/room/work/announced-work.js';
import { createTestDatabase, type TestDatabase } from '../support/pg-sql.js';

const room = 'institutions';
let database: TestDatabase;
let sql: pg.Client;
const opened: RoomDatabase[] = [];
let role: string;

beforeAll(async () => {
  database = await createTestDatabase([]);
  const owner = parseDatabaseUrl(database.url);
  role = `${owner.database}_app`;
  const app = { ...owner, user: role, password: 'app' };
  const { migrations, appendOnly = [], entities } = institutionsModule;
  await migrateRoom({
    room,
    owner,
    app,
    migrations: [...kitMigrations, ...migrations],
    rights: { appendOnly: [...kitAppendOnly, ...appendOnly] },
  });
  // Two processes of one room.
  for (let n = 0; n < 2; n += 1) opened.push(await openRoomDatabase({ room, app, entities }));
  sql = await database.connect();
  await sql.query('set search_path = institutions');
  await sql.query(`insert into institution (id, name, kind, source, created_at)
    select 'inst_' || n, 'n', 'HIGHER_EDUCATION', 't', now() from generate_series(1, 1203) n`);
  await sql.query(`insert into membership (id, institution_id, member_code, state, state_since, joined_on,
      charter_version, created_at)
    select 'mem_' || n, 'inst_' || n, 'M' || n, 'ACTIVE', '2026-01-01T00:00:00Z', '2020-01-01', '1', now()
    from generate_series(1, 1203) n`);
  await sql.query(`update membership set state = 'SUSPENDED' where substr(id, 5)::integer <= 1201`);
});
afterAll(async () => {
  for (const one of opened) await one.close();
  await sql.query(`drop owned by "${role}"; drop role "${role}"`);
  await database[Symbol.asyncDispose]();
});

const announce = (process: RoomDatabase, broken = false) =>
  process.transact(servicePrincipal(room), async (unit) => {
    const sources = [membershipWork];
    const count = await announceWork(unit, { sources, clock: new FakeClock(), consumers: ['institutions'] });
    if (broken) throw new Error('killed');
    return count;
  });
const events = async () =>
  (await sql.query(`select aggregate_id, payload from outbox_event join outbox_delivery using (seq)`)).rows;

test('a room that is killed while it announces has announced nothing, and does it at its next start', async () => {
  await expect(announce(opened[0]!, true)).rejects.toThrow('killed');
  expect(await events()).toEqual([]);
});

test('two processes that start at once announce each waiting row once, however many there are', async () => {
  const counts = await Promise.all(opened.map((process) => announce(process)));
  expect(counts.toSorted((a, b) => a - b)).toEqual([0, 1201]);
  const told = await events();
  expect(new Set(told.map((event) => event.aggregate_id)).size).toBe(1201);
  expect(told).toHaveLength(1201);
  expect(told[0].payload).toMatchObject({ state: 'SUSPENDED', since: '2026-01-01T00:00:00.000Z' });
});

test('what was announced is not announced again', async () => {
  expect(await announce(opened[0]!)).toBe(0);
  expect(await events()).toHaveLength(1201);
});
