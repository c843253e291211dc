import pg from 'pg';
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

/** Instants are written as in China: the date in a record is a Chinese date. POSIX turns the sign around. */
const timeZone = '<+08>-08';

/**
 * Everything as the text that the server sends: a number that has been through a float is not the school's number.
 * Truth values are 1 and 0 as in every other database, and offsets have their minutes, as RFC 3339 wants them.
 */
const asText: pg.CustomTypesConfig = {
  getTypeParser: (type: number) => {
    if (type === pg.types.builtins.BOOL) return (value: string) => (value === 't' ? '1' : '0');
    if (type === pg.types.builtins.TIMESTAMPTZ)
      return (value: string) => value.replace(/([+-]\d\d)$/, '$1:00');
    return (value: string) => value;
  },
};

/** PostgreSQL: a session refuses to write by its own default; a cancel request or `statement_timeout` stops a statement. */
export const postgresDialect: SqlDialect = {
  name: 'PostgreSQL',
  schemes: ['postgresql', 'postgres'],
  mostKeys: 500,
  callsThroughColumns: true,
  placeholder: (index) => `$${index}`,
  number: (placeholder) => `CAST(${placeholder} AS numeric)`,
  limit: (rows) => `LIMIT ${rows}`,
  says,
  openReader(address) {
    const sessions = open(address, '-c default_transaction_read_only=on');
    return {
      query: (statement, limits) =>
        withinAnswer(limits, (within, arriving) =>
          sessions.use(within, (client) => askInRows(client, statement, arriving)),
        ),
      end: sessions.end,
    };
  },
  openWriter(address) {
    const sessions = open(address, '-c default_transaction_isolation=serializable');
    return {
      transaction: (work, limits) =>
        sessions.use(limits, (client) => {
          const commands = {
            begin: () => client.query('BEGIN'),
            commit: () => client.query('COMMIT'),
            rollback: () => client.query('ROLLBACK'),
          };
          return inTransaction(commands, limits, () =>
            work({
              query: (statement) => ask(client, statement),
              execute: async ({ text, parameters }) =>
                (await client.query(text, [...parameters])).rowCount ?? 0,
            }),
          );
        }),
      end: sessions.end,
    };
  },
};

/** SQLSTATE: query_canceled, serialization_failure, deadlock_detected, class 22 data_exception, class 23 integrity_constraint_violation. */
function says(error: unknown): ServerSays {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return null;
  if (code === '57014') return 'STOPPED';
  if (code === '40001' || code === '40P01') return 'CONFLICT';
  return /^2[23]...$/.test(code) ? 'RULE_BROKEN' : null;
}

async function ask(client: pg.PoolClient, { text, parameters }: BoundStatement) {
  const answer = await client.query<(string | null)[]>({ text, values: [...parameters], rowMode: 'array' });
  return nativeRows(
    answer.fields.map(({ name }) => name),
    answer.rows,
  );
}

/** Rows are taken as they arrive: pg itself would gather all of them first. */
async function askInRows(
  client: pg.PoolClient,
  { text, parameters }: BoundStatement,
  arriving: ArrivingRows,
) {
  const question = new pg.Query<(string | null)[]>({
    text,
    values: [...parameters],
    rowMode: 'array',
    types: asText,
  } as pg.QueryArrayConfig);
  const fields = await new Promise<readonly { readonly name: string }[]>((resolve, reject) => {
    question.on('row', (row) => void arriving.add(row));
    question.on('error', reject);
    question.on('end', (result) => resolve((result as unknown as pg.QueryResult).fields));
    client.query(question);
  });
  return nativeRows(
    fields.map(({ name }) => name),
    arriving.rows,
  );
}

function open({ url, poolSize, connectTimeoutMs, clock }: SqlAddress, option: string) {
  const shared = {
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    options: `${option} -c client_encoding=UTF8 -c datestyle=ISO -c timezone=${timeZone}`,
    application_name: 'amrlo-adapter',
  };
  const pool = new pg.Pool({ ...shared, max: poolSize, idleTimeoutMillis: 30_000, types: asText });
  // A session of its own, because the one to be cancelled is busy and the pool may be full.
  const canceller = new pg.Pool({ ...shared, max: 1, idleTimeoutMillis: 5_000 });
  // A session that the server closes is replaced by the next question, and the question that ran on it is told so by
  // its own rejection; without listeners, on the idle ones and on those in use, it would end the process.
  for (const one of [pool, canceller]) {
    one.on('error', () => undefined);
    one.on('connect', (client) => void client.on('error', () => undefined));
  }

  return {
    async use<T>(
      { signal, timeoutMs }: StatementLimits,
      work: (client: pg.PoolClient) => Promise<T>,
    ): Promise<T> {
      const client = await acquired(signal, pool.connect(), (late) => late.release());
      const { processID } = client as unknown as { processID: number };
      const { outcome, wasStopped } = await stoppable(signal, clock, {
        work: async () => {
          await client.query(`SET statement_timeout = ${Math.max(1, Math.floor(timeoutMs))}`);
          signal.throwIfAborted();
          return work(client);
        },
        stop: () => canceller.query('SELECT pg_cancel_backend($1)', [processID]),
      });
      if (outcome.status === 'fulfilled') {
        client.release(wasStopped);
        return outcome.value;
      }
      // A session whose server answered with an error is sound; any other may have half an answer on its way.
      client.release(wasStopped || !(outcome.reason instanceof pg.DatabaseError));
      throw outcome.reason as Error;
    },
    end: async () => {
      await Promise.all([pool.end(), canceller.end()]);
    },
  };
}
