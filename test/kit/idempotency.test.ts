import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refuse } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { idempotencyTables } from '../../subgraphs/kit/room/idempotency/idempotency-tables.js';
import {
  idempotent,
  pruneIdempotencyKeys,
  type Json,
} from '../../subgraphs/kit/room/idempotency/idempotent.js';
import type { Sql } from '../../subgraphs/kit/room/database/sql.js';
import { createTestDatabase, pgSql, type TestDatabase } from '../support/pg-sql.js';

let database: TestDatabase;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase([...idempotencyTables, 'create table effect (of text)']);
});
afterAll(async () => database[Symbol.asyncDispose]());

const request = (key: string, input: unknown = { a: 1 }) => ({
  subject: 'wang',
  operation: 'openAccount',
  key,
  input,
});
const newKey = () => `key-${String((serial += 1)).padStart(8, '0')}`;

/** Work that can be counted: one row per execution. */
const effect = (sql: Sql, key: string) => async (): Promise<Json> => {
  await sql.execute('insert into effect values (?)', [key]);
  return { id: `acc_${key}`, credits: '3.50' };
};

async function effects(key: string): Promise<number> {
  const rows = await database.transact((sql) => sql.execute('select 1 from effect where of = ?', [key]));
  return rows.length;
}

const once = (key: string, input?: unknown) =>
  database.transact((sql) => idempotent(sql, request(key, input), effect(sql, key)));

test('the same key and input do the work once and give the same answer again', async () => {
  const key = newKey();
  const first = await once(key, { name: '王', list: [1, 2], nothing: undefined });
  const again = await once(key, { list: [1, 2], name: '王' });
  expect(again).toEqual(first);
  expect(await effects(key)).toBe(1);
});

test('the same key with another input is refused', async () => {
  const key = newKey();
  await once(key, { credits: '3' });
  await expect(once(key, { credits: '4' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(await effects(key)).toBe(1);
});

test('keys of different people and operations never meet', async () => {
  const key = newKey();
  await once(key);
  for (const other of [{ subject: 'li' }, { operation: 'submitDeposit' }]) {
    await database.transact((sql) => idempotent(sql, { ...request(key), ...other }, effect(sql, key)));
  }
  expect(await effects(key)).toBe(3);
});

test('twenty at the same time do the work once and all get its answer', async () => {
  const key = newKey();
  const answers = await Promise.all(Array.from({ length: 20 }, () => once(key)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer, ['id', 'credits']))).size).toBe(1);
  expect(await effects(key)).toBe(1);
});

test('twenty at the same time with different inputs give one answer and nineteen refusals', async () => {
  const key = newKey();
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => once(key, { n })));
  const refused = results.filter(
    (r) => r.status === 'rejected' && r.reason.code === 'IDEMPOTENCY_KEY_REUSED',
  );
  expect(refused).toHaveLength(19);
  expect(await effects(key)).toBe(1);
});

test('a repetition that waits for a first one that fails does the work itself', async () => {
  const key = newKey();
  const client = await database.connect();
  await client.query('begin');
  await idempotent(pgSql(client), request(key), effect(pgSql(client), key));
  const second = once(key);
  await client.query('rollback');
  expect(await second).toEqual({ id: `acc_${key}`, credits: '3.50' });
  expect(await effects(key)).toBe(1);
});

test('refused work stores nothing, even when its caller commits', async () => {
  const key = newKey();
  const refusing = () => Promise.reject(refuse('ACCOUNT_EXISTS'));
  await database.transact(async (sql) => {
    await expect(idempotent(sql, request(key), refusing)).rejects.toMatchObject({ code: 'ACCOUNT_EXISTS' });
  });
  await once(key, { another: 'input' });
  expect(await effects(key)).toBe(1);
});

test('work that breaks the transaction shows its own fault', async () => {
  const key = newKey();
  const broken = database.transact((sql) =>
    idempotent(sql, request(key), async () => {
      await sql.execute('select * from nowhere');
      return null;
    }),
  );
  await expect(broken).rejects.toThrow(/nowhere/);
  await once(key);
  expect(await effects(key)).toBe(1);
});

test.each(['', 'short77', 'x'.repeat(129), 'with\nnewline', '中文中文中文中文'])(
  'the key %j is refused',
  async (key) => {
    await expect(once(key)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      path: ['input', 'idempotencyKey'],
    });
  },
);

test('an input that is not Unicode is refused, not a fault', async () => {
  await expect(once(newKey(), { name: '\ud800' })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    path: ['input'],
  });
});

test('the first time costs two statements and a repetition one', async () => {
  const key = newKey();
  const counts: number[] = [];
  for (let i = 0; i < 2; i += 1) {
    await database.transact(async (sql) => {
      let count = 0;
      const counting: Sql = { execute: (...args) => ((count += 1), sql.execute(...args)) as never };
      await idempotent(counting, request(key), async () => null);
      counts.push(count);
    });
  }
  expect(counts).toEqual([2, 1]);
});

test('whatever JSON the work answers comes back equal', async () => {
  const storable = fc.jsonValue().filter((value) => !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(value)));
  await fc.assert(
    fc.asyncProperty(storable, async (value) => {
      const key = newKey();
      const answer = () =>
        database.transact((sql) => idempotent(sql, request(key), async () => value as Json));
      await answer();
      expect(JSON.stringify(sorted(await answer()))).toBe(JSON.stringify(sorted(value as Json)));
    }),
    { numRuns: 30 },
  );
});

test('keys older than the retention are forgotten, younger ones are kept', async () => {
  const key = newKey();
  await once(key);
  expect(await database.transact((sql) => pruneIdempotencyKeys(sql, new Date(Date.now() - 60_000)))).toBe(0);
  expect(
    await database.transact((sql) => pruneIdempotencyKeys(sql, new Date(Date.now() + 60_000))),
  ).toBeGreaterThan(0);
  await once(key, { now: 'a new request' });
  expect(await effects(key)).toBe(2);
});

/** Members in one order, because the store keeps none. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as { [key: string]: Json };
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((key) => [key, sorted(object[key]!)]),
  );
}
