import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Sql, Transact } from '../../subgraphs/kit/room/database/sql.js';

/** Where tests find a PostgreSQL server that lets them create databases. */
const server = process.env['AMRLO_TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** A database of a test's own; dropped when it is disposed of. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly transact: Transact;
  /** A connection that the caller steers: open transactions, other roles. */
  connect(): Promise<pg.Client>;
}

/** Creates a database and runs the statements in it. */
export async function createTestDatabase(statements: readonly string[]): Promise<TestDatabase> {
  const name = `amrlo_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await once(server, `create database ${name}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const pool = pgPool(url, 25);
  const clients: pg.Client[] = [];
  const transact = pgTransact(pool);
  await transact(async (sql) => {
    for (const statement of statements) await sql.execute(statement);
  });
  return {
    url,
    transact,
    async connect() {
      const client = new pg.Client(url);
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.end()));
      await pool.end();
      await once(server, `drop database ${name} with (force)`);
    },
  };
}

/** A pool whose connections may be cut by the server without ending the process. */
export function pgPool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on('error', () => undefined);
  return pool;
}

/** Transactions over a pool. */
export function pgTransact(pool: pg.Pool): Transact {
  return async (work) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await work(pgSql(client));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((fault: Error) => (broken = fault));
      throw error;
    } finally {
      client.release(broken);
    }
  };
}

/** The `Sql` contract over one connection; counts nothing, hides nothing: `?` becomes `$n` and that is all. */
export function pgSql(client: Pick<pg.ClientBase, 'query'>): Sql {
  return {
    async execute<T>(statement: string, parameters: readonly unknown[] = []) {
      let position = 0;
      const text = statement.replace(/\?/g, () => `$${(position += 1)}`);
      const result = await client.query(text, [...parameters]);
      return result.rows as T[];
    },
  };
}

async function once(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
