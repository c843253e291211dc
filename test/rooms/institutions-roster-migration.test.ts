import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import { parseDatabaseUrl } from '../../subgraphs/kit/room/database/address.js';
import { migrateRoom } from '../../subgraphs/kit/room/database/migration.js';
import { kitAppendOnly, kitMigrations } from '../../subgraphs/kit/room/kit-tables.js';

const server = process.env['AMRLO_TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const database = `amrlo_older_${process.pid}_${randomBytes(4).toString('hex')}`;
const owner = { ...parseDatabaseUrl(server), database };
const app = { ...owner, user: `${database}_app`, password: 'app' };

const migrate = (upTo?: string) => {
  const { migrations, appendOnly = [] } = institutionsModule;
  const wanted = upTo === undefined ? migrations : migrations.filter(({ name }) => name <= upTo);
  return migrateRoom({
    room: 'institutions',
    owner,
    app,
    migrations: [...kitMigrations, ...wanted],
    rights: { appendOnly: [...kitAppendOnly, ...(upTo === undefined ? appendOnly : [])] },
  });
};

let root: pg.Client;
let sql: pg.Client;
/** A database that has been in use before names and states had a history. */
beforeAll(async () => {
  root = new pg.Client(server);
  await root.connect();
  await root.query(`create database ${database}`);
  await migrate('0002_moving_schools');
  sql = new pg.Client({ ...owner, options: '-c search_path=institutions' });
  await sql.connect();
  await sql.query(`
    insert into institution (id, name, kind, moe_code, source, created_at) values
      ('inst_a', '甲', 'HIGHER_EDUCATION', '4164000001', 'MOE 2025-06-20', now()),
      ('inst_b', '乙', 'HIGHER_EDUCATION', '4164000002', 'MOE 2024-06-20', now()),
      ('inst_c', '丙', 'ENTERPRISE', null, 'case', now());
    insert into membership (id, institution_id, member_code, state, state_since, joined_on, charter_version, created_at) values
      ('mem_a', 'inst_a', 'A', 'ACTIVE', '2025-12-01T00:00:00Z', '2016-07-15', '1', now()),
      ('mem_b', 'inst_b', 'B', 'SUSPENDED', '2025-11-30T18:00:00Z', '2017-01-01', '1', now())`);
  await migrate();
}, 60_000);
afterAll(async () => {
  await sql?.end();
  await root.query(`drop database if exists ${database} with (force)`);
  await root.query(`drop role if exists ${app.user}`);
  await root.end();
});

const rows = async (statement: string) => (await sql.query(statement)).rows.map((row) => Object.values(row));

test('memberships that were there are in good standing, now and in each interval of their history, as their state says', async () => {
  expect(await rows('select institution_id, in_standing from membership order by 1')).toEqual([
    ['inst_a', true],
    ['inst_b', false],
  ]);
  expect(
    await rows(
      'select institution_id, state, in_standing from membership_period order by institution_id, id',
    ),
  ).toEqual([
    ['inst_a', 'ACTIVE', true],
    ['inst_b', 'ACTIVE', true],
    ['inst_b', 'SUSPENDED', false],
  ]);
});

test('institutions that were there keep their name since before the records begin', async () => {
  expect(
    await rows('select institution_id, name, valid_from, valid_to from institution_name order by 1'),
  ).toEqual([
    ['inst_a', '甲', null, null],
    ['inst_b', '乙', null, null],
    ['inst_c', '丙', null, null],
  ]);
});

test('members that were there count from the day they joined; a suspended one was active before, by Shanghai’s days', async () => {
  expect(
    await rows(
      'select institution_id, state, valid_from::text, valid_to::text from membership_period order by id',
    ),
  ).toEqual([
    ['inst_b', 'ACTIVE', '2017-01-01', '2025-12-01'],
    ['inst_a', 'ACTIVE', '2016-07-15', null],
    ['inst_b', 'SUSPENDED', '2025-12-01', null],
  ]);
});

test('institutions of a list are listed, and the latest of their lists is the one in force', async () => {
  expect(await rows('select id, listing, listing_since::text, country from institution order by id')).toEqual(
    [
      ['inst_a', 'LISTED', '2025-06-20', 'CN'],
      ['inst_b', 'LISTED', '2024-06-20', 'CN'],
      ['inst_c', null, null, 'CN'],
    ],
  );
  expect(await rows('select as_of::text, institutions from roster_edition')).toEqual([['2025-06-20', 2]]);
});

test('what was there goes on into the history with the next change', async () => {
  await sql.query(
    `update membership set state = 'ACTIVE', state_since = '2026-01-02T00:00:00Z' where id = 'mem_b'`,
  );
  await sql.query(`update institution set name = '乙大学', name_since = '2026-01-03' where id = 'inst_b'`);
  expect(
    await rows(
      `select name, state, greatest(valid_from, named_from)::text from roster_line
       where institution_id = 'inst_b' and valid_to is null and named_to is null`,
    ),
  ).toEqual([['乙大学', 'ACTIVE', '2026-01-03']]);
});

test.each([
  ['a country that is none', `country = 'China'`, '23514'],
  ['a social credit code with a letter that it cannot have', `credit_code = '91640100MA75XXXXOI'`, '23514'],
  ['an identifier that is no domain', `schac = 'Warsaw University'`, '23514'],
  ['a merger into itself', `listing = 'MERGED', listing_since = '2026-01-01', merged_into = id`, '23514'],
  ['a merger into nothing', `listing = 'MERGED', listing_since = '2026-01-01'`, '23514'],
  ['a listing without its date', `listing = 'GONE', listing_since = null`, '23514'],
])('an institution has not %s', async (_, change, code) => {
  await expect(sql.query(`update institution set ${change} where id = 'inst_c'`)).rejects.toMatchObject({
    code,
  });
});

test('a social credit code, and an identifier by SCHAC, belong to one institution', async () => {
  for (const given of [`credit_code = '91640100MA75XXXX0T'`, `schac = 'uw.edu.pl'`]) {
    await sql.query(`update institution set ${given} where id = 'inst_c'`);
    await expect(sql.query(`update institution set ${given} where id = 'inst_a'`)).rejects.toMatchObject({
      code: '23505',
    });
  }
});
