import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TransactionClient } from '../../subgraphs/kit/room/database/transaction-opening.js';
import { createTestDatabase, type TestDatabase } from '../support/pg-sql.js';

let database: TestDatabase;
let client: TransactionClient;

beforeEach(async () => {
  database = await createTestDatabase(['create table note (text text not null)']);
  client = new TransactionClient({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

const setSubject = async (value: string) =>
  client.query('select set_config($1, $2, true)', ['app.subject', value]);
const bytesWritten = () =>
  (client as unknown as { connection: { stream: { bytesWritten: number } } }).connection.stream.bytesWritten;
const notes = async () => (await client.query<{ text: string }>('select text from note')).rows;

test('a transaction opens with its first statement, which knows who asks', async () => {
  const before = bytesWritten();
  await client.query('begin');
  await setSubject('anna');
  expect(bytesWritten()).toBe(before);
  const { rows } = await client.query(
    `select current_setting('app.subject') as subject, $1::text[] as given`,
    [['a', null]],
  );
  expect(rows).toEqual([{ subject: 'anna', given: ['a', null] }]);
  expect((await client.query(`select current_setting('app.subject') as subject`)).rows).toEqual([
    { subject: 'anna' },
  ]);
  await client.query('commit');
  expect((await client.query(`select current_setting('app.subject') as subject`)).rows).toEqual([
    { subject: '' },
  ]);
});

test('a first statement without parameters, or that changes rows, answers as ever', async () => {
  await client.query('begin');
  const changed = await client.query(`insert into note values ('one'), ('two')`);
  expect([changed.command, changed.rowCount, changed.rows]).toEqual(['INSERT', 2, []]);
  await client.query('rollback');
  expect(await notes()).toEqual([]);
  await client.query('begin');
  expect(await notes()).toEqual([]);
  await client.query('commit');
});

test.each(['commit', 'rollback'])(
  'a transaction in which nothing was asked sends nothing: %s',
  async (end) => {
    const before = bytesWritten();
    await client.query('begin');
    await setSubject('anna');
    await client.query(end);
    expect(bytesWritten()).toBe(before);
    await client.query(`insert into note values ('outside')`);
    expect(await notes()).toEqual([{ text: 'outside' }]);
  },
);

test('a first statement is not run when the transaction could not be opened for who asks', async () => {
  await client.query('begin');
  await client.query('select set_config($1, $2, true)', ['statement_timeout', 'for ever']);
  await expect(client.query(`insert into note values ('as nobody')`)).rejects.toMatchObject({
    code: '22023',
  });
  await expect(client.query(`insert into note values ('after it')`)).rejects.toMatchObject({ code: '25P02' });
  await client.query('rollback');
  expect(await notes()).toEqual([]);
});

test('a first statement that fails says why, and the connection goes on after the rollback', async () => {
  await client.query('begin');
  await setSubject('anna');
  await expect(client.query('insert into note values ($1)', [null])).rejects.toMatchObject({ code: '23502' });
  await client.query('rollback');
  await client.query('begin');
  await setSubject('bert');
  await client.query(`insert into note select current_setting('app.subject')`);
  await client.query('commit');
  expect(await notes()).toEqual([{ text: 'bert' }]);
});

test('a limit that the opening sets holds for the first statement', async () => {
  await client.query('begin');
  await client.query('select set_config($1, $2, true)', ['statement_timeout', '50']);
  await expect(client.query('select pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
  await client.query('rollback');
});
