import type { Connection as CallbackConnection } from 'mysql2';
import {
  createPool,
  type FieldPacket,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { withinAnswer, type ArrivingRows } from './answer-limit.js';
import {
  nativeRows,
  type BoundStatement,
  type ServerSays,
  type SqlAddress,
  type SqlDialect,
  type StatementLimits,
} from './dialect.js';
import { inTransaction } from './in-transaction.js';
import { acquired, stoppable } from './stoppable.js';

/** ER_QUERY_INTERRUPTED, ER_STATEMENT_TIMEOUT (MariaDB), ER_QUERY_TIMEOUT (MySQL). */
const stopped: ReadonlySet<number> = new Set([1317, 1969, 3024]);
/** ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK, ER_CHECKREAD (MariaDB: a row changed since the snapshot). */
const conflicts: ReadonlySet<number> = new Set([1205, 1213, 1020]);
/** ER_BAD_NULL_ERROR, ER_DUP_ENTRY, foreign keys, ER_DATA_TOO_LONG, check constraints of MySQL and MariaDB. */
const rulesBroken: ReadonlySet<number> = new Set([1048, 1062, 1216, 1452, 1406, 3819, 4025]);

/** MySQL and MariaDB: a session refuses to write by its own setting; KILL QUERY or a time limit of the session stops a statement. */
export const mysqlDialect: SqlDialect = {
  name: 'MySQL or MariaDB',
  schemes: ['mysql', 'mariadb'],
  mostKeys: 500,
  placeholder: () => '?',
  // A text beside a number column is compared as a float, which takes neighbouring large keys for equal.
  number: (placeholder) => `CAST(${placeholder} AS DECIMAL(65, 0))`,
  limit: (rows) => `LIMIT ${rows}`,
  says,
  openReader(address) {
    const sessions = open(address, 'SET SESSION TRANSACTION READ ONLY');
    return {
      query: (statement, limits) =>
        withinAnswer(limits, (within, arriving) =>
          sessions.use(within, (session) => askInRows(session, statement, arriving)),
        ),
      end: sessions.end,
    };
  },
  openWriter(address) {
    const sessions = open(address, 'SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE');
    return {
      transaction: (work, limits) =>
        sessions.use(limits, (session) => {
          const commands = {
            begin: () => session.beginTransaction(),
            commit: () => session.commit(),
            rollback: () => session.rollback(),
          };
          return inTransaction(commands, limits, () =>
            work({
              query: (statement) => ask(session, statement),
              execute: async ({ text, parameters }) =>
                (await session.query<ResultSetHeader>(text, [...parameters]))[0].affectedRows,
            }),
          );
        }),
      end: sessions.end,
    };
  },
};

function says(error: unknown): ServerSays {
  const number = (error as { errno?: number }).errno ?? 0;
  if (stopped.has(number)) return 'STOPPED';
  if (conflicts.has(number)) return 'CONFLICT';
  return rulesBroken.has(number) ? 'RULE_BROKEN' : null;
}

async function ask(session: PoolConnection, { text, parameters }: BoundStatement) {
  const [rows, fields] = (await session.query<RowDataPacket[][]>({ sql: text, rowsAsArray: true }, [
    ...parameters,
  ])) as unknown as [(string | null)[][], FieldPacket[]];
  return nativeRows(
    fields.map(({ name }) => name),
    rows,
  );
}

/** Rows are taken as they arrive: a promise of mysql2 would gather all of them first. */
async function askInRows(
  session: PoolConnection,
  { text, parameters }: BoundStatement,
  arriving: ArrivingRows,
) {
  // Its types call the session below a promise again; it is the one of callbacks and events.
  const below = session.connection as unknown as CallbackConnection;
  const fields = await new Promise<readonly FieldPacket[]>((resolve, reject) => {
    let told: readonly FieldPacket[] = [];
    below
      .query({ sql: text, rowsAsArray: true, values: [...parameters] })
      .on('fields', (columns: FieldPacket[]) => void (told = columns))
      .on('result', (row) => void arriving.add(row as unknown as (string | null)[]))
      .on('error', reject)
      .on('end', () => resolve(told));
  });
  return nativeRows(
    fields.map(({ name }) => name),
    arriving.rows,
  );
}

/** Everything as the text that the server sends: a number that has been through a float is not the school's number. */
function asText(field: { type: string; string(): string | null; buffer(): Buffer | null }): string | null {
  if (field.type !== 'BIT') return field.string();
  const bits = field.buffer();
  return bits === null ? null : BigInt(`0x${bits.toString('hex') || '0'}`).toString();
}

function open({ url, poolSize, connectTimeoutMs, clock }: SqlAddress, setting: string) {
  const shared = {
    uri: url.replace(/^mariadb:/, 'mysql:'),
    charset: 'utf8mb4',
    connectTimeout: connectTimeoutMs,
    multipleStatements: false,
    typeCast: asText,
  };
  const pool = createPool({ ...shared, connectionLimit: poolSize, idleTimeout: 30_000 });
  // A session of its own, because the one to be killed is busy and the pool may be full.
  const killer = createPool({ ...shared, connectionLimit: 1, idleTimeout: 5_000 });
  const makers = new WeakMap<object, 'MARIADB' | 'MYSQL'>();

  async function prepared(session: PoolConnection): Promise<'MARIADB' | 'MYSQL'> {
    const known = makers.get(session.connection);
    if (known !== undefined) return known;
    await session.query(setting);
    // Parameters are written into the text with backslashes, so a server that takes those for text (its setting
    // NO_BACKSLASH_ESCAPES) would let a quote out. Names and || are read as in other databases, nothing is cut off
    // silently, and instants are written as in China.
    await session.query(
      "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_TRANS_TABLES', time_zone = '+08:00'",
    );
    const [rows] = await session.query<RowDataPacket[]>('SELECT VERSION() AS version');
    const maker = /mariadb/i.test(String(rows[0]?.['version'])) ? 'MARIADB' : 'MYSQL';
    makers.set(session.connection, maker);
    return maker;
  }

  return {
    async use<T>(
      { signal, timeoutMs }: StatementLimits,
      work: (session: PoolConnection) => Promise<T>,
    ): Promise<T> {
      const session = await acquired(signal, pool.getConnection(), (late) => late.release());
      const { outcome, wasStopped } = await stoppable(signal, clock, {
        work: async () => {
          const maker = await prepared(session);
          await session.query(
            maker === 'MARIADB'
              ? `SET SESSION max_statement_time = ${Math.max(0.001, timeoutMs / 1000)}`
              : `SET SESSION max_execution_time = ${Math.max(1, Math.floor(timeoutMs))}`,
          );
          signal.throwIfAborted();
          return work(session);
        },
        stop: () => killer.query(`KILL QUERY ${session.threadId}`),
      });
      const broken =
        outcome.status === 'rejected' && typeof (outcome.reason as { errno?: unknown }).errno !== 'number';
      if (wasStopped || broken || (outcome.status === 'rejected' && isFatal(outcome.reason)))
        session.destroy();
      else session.release();
      if (outcome.status === 'fulfilled') return outcome.value;
      throw outcome.reason as Error;
    },
    end: async () => {
      // A session that never came about rejects here with the reason that its question was told already.
      await Promise.allSettled([pool.end(), killer.end()]);
    },
  };
}

function isFatal(error: unknown): boolean {
  return (error as { fatal?: boolean }).fatal === true;
}
