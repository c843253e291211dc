import type sql from 'mssql';
import { withinAnswer } from './answer-limit.js';
import { sqlServerAddress } from './database-url.js';
import {
  nativeRows,
  type BoundStatement,
  type ServerSays,
  type SqlAddress,
  type SqlDialect,
  type StatementLimits,
} from './dialect.js';
import { sqlServerTextOf } from './sqlserver-values.js';
import { acquired, stoppable } from './stoppable.js';

/** Deadlock victim, lock request timed out, snapshot conflict. */
const conflicts: ReadonlySet<number> = new Set([1205, 1222, 3960]);
/** Unique keys, missing value, foreign key or check, text cut off, conversions that fail. */
const rulesBroken: ReadonlySet<number> = new Set([2601, 2627, 515, 547, 2628, 8152, 245, 8114, 8115]);

/**
 * SQL Server. It has no read-only transaction: what is read runs in a transaction that is always rolled back, over a
 * line that asks for a readable replica (`ApplicationIntent=ReadOnly`), and what forbids writing is the account.
 */
export const sqlServerDialect: SqlDialect = {
  name: 'SQL Server',
  schemes: ['mssql'],
  mostKeys: 500,
  placeholder: (index) => `@p${index}`,
  number: (placeholder) => `CAST(${placeholder} AS numeric(38, 0))`,
  limit: (rows) => `OFFSET 0 ROWS FETCH NEXT ${rows} ROWS ONLY`,
  says,
  openReader(address) {
    const sessions = open(address, true);
    return {
      query: (statement, limits) =>
        withinAnswer(limits, async (within, arriving) => {
          // The server itself gives no more rows than one too many; within sp_executesql the setting ends with it.
          const most = within.answer === undefined ? '' : `SET ROWCOUNT ${within.answer.rows + 1}; `;
          const bounded = { ...statement, text: most + statement.text };
          const { rows } = await sessions.use(within, 'READ', (transaction) => transaction.run(bounded));
          rows.every((row) => arriving.add(Object.values(row)));
          return rows;
        }),
      end: sessions.end,
    };
  },
  openWriter(address) {
    const sessions = open(address, false);
    return {
      transaction: (work, limits) =>
        sessions.use(limits, 'WRITE', async (transaction) => {
          const done = await work({
            query: async (statement) => (await transaction.run(statement)).rows,
            execute: async (statement) => (await transaction.run(statement)).affected,
          });
          limits.signal.throwIfAborted();
          return done;
        }),
      end: sessions.end,
    };
  },
};

function says(error: unknown): ServerSays {
  const { code, number = 0 } = error as { code?: unknown; number?: number };
  if (code === 'ECANCEL' || code === 'ETIMEOUT') return 'STOPPED';
  if (conflicts.has(number)) return 'CONFLICT';
  return rulesBroken.has(number) ? 'RULE_BROKEN' : null;
}

/** A transaction whose running statement can be stopped. */
interface Running {
  run(statement: BoundStatement): Promise<{ rows: ReturnType<typeof nativeRows>; affected: number }>;
}

/** A column of an answer in mssql's words. */
interface AnswerColumn {
  readonly name: string;
  readonly type: { readonly declaration: string };
  readonly precision?: number;
  readonly scale?: number;
}

function open({ url, poolSize, connectTimeoutMs, clock }: SqlAddress, readOnlyIntent: boolean) {
  const { server, port, instanceName, database, user, password, encrypt, trustServerCertificate } =
    sqlServerAddress(url);
  let made: Promise<{ driver: typeof sql; pool: sql.ConnectionPool }> | undefined;

  async function make(): NonNullable<typeof made> {
    // The driver is loaded when it is first needed: most adapters never do.
    const { default: driver } = await import('mssql');
    const pool = new driver.ConnectionPool({
      server,
      ...(port === undefined ? {} : { port }),
      database,
      user,
      password,
      connectionTimeout: connectTimeoutMs,
      arrayRowMode: true,
      validateConnection: 'socket',
      pool: { min: 0, max: poolSize, idleTimeoutMillis: 30_000, acquireTimeoutMillis: connectTimeoutMs },
      options: {
        encrypt,
        trustServerCertificate,
        ...(instanceName === undefined ? {} : { instanceName }),
        readOnlyIntent,
        useUTC: true,
        appName: 'amrlo-adapter',
        // A server that does not confirm in time that it stopped a statement loses the session.
        cancelTimeout: 1_000,
        // A mistake of a statement ends the whole transaction.
        abortTransactionOnError: true,
      },
    });
    // An idle session that the server closes is replaced by the next question; without a listener it ends the process.
    pool.on('error', () => undefined);
    await pool.connect();
    return { driver, pool };
  }

  const pool = (): NonNullable<typeof made> => {
    const making = (made ??= make());
    // A server that was down is asked again by the next question.
    making.catch(() => (made = made === making ? undefined : made));
    return making;
  };

  return {
    async use<T>(
      { signal, timeoutMs }: StatementLimits,
      purpose: 'READ' | 'WRITE',
      work: (transaction: Running) => Promise<T>,
    ): Promise<T> {
      const { driver, pool: sessions } = await acquired(signal, pool(), () => undefined);
      const transaction = new driver.Transaction(sessions);
      const level =
        purpose === 'WRITE' ? driver.ISOLATION_LEVEL.SERIALIZABLE : driver.ISOLATION_LEVEL.READ_COMMITTED;
      await acquired(signal, transaction.begin(level), () => transaction.rollback());
      let running: sql.Request | undefined;
      const { outcome } = await stoppable(signal, clock, {
        work: () =>
          work({
            run: (statement) =>
              run(driver, (running = new driver.Request(transaction)), statement, timeoutMs),
          }),
        stop: async () => running?.cancel(),
      });
      if (outcome.status === 'fulfilled' && purpose === 'WRITE') {
        await transaction.commit();
        return outcome.value;
      }
      // The server may have rolled it back already, or not answer any more: then nobody waits for it.
      const rolledBack = transaction.rollback().catch(() => undefined);
      if (outcome.status === 'rejected') throw outcome.reason as Error;
      await rolledBack;
      return outcome.value;
    },
    end: async () => {
      const opened = await made?.catch(() => undefined);
      await opened?.pool.close();
    },
  };
}

async function run(
  driver: typeof sql,
  request: sql.Request,
  { text, parameters }: BoundStatement,
  timeoutMs: number,
) {
  // A parameter of another type than its column would keep the server from using an index; only text beyond ASCII
  // needs the wide type.
  parameters.forEach((value, at) => {
    const plain = value === null || /^[\x20-\x7e]*$/.test(value);
    request.input(`p${at + 1}`, plain ? driver.VarChar(8000) : driver.NVarChar(4000), value);
  });
  const timed = request as unknown as { overrides: { requestTimeout?: number } };
  timed.overrides.requestTimeout = Math.max(1, Math.floor(timeoutMs));
  const answer = (await request.query(text)) as unknown as {
    readonly recordset?: readonly (readonly unknown[])[];
    readonly columns?: readonly (readonly AnswerColumn[])[];
    readonly rowsAffected: readonly number[];
  };
  const columns = answer.columns?.[0] ?? [];
  const converters = columns.map(({ name, type, precision, scale }) =>
    sqlServerTextOf({ name, type: type.declaration, precision, scale }),
  );
  return {
    rows: nativeRows(
      columns.map(({ name }) => name),
      (answer.recordset ?? []).map((row) => row.map((value, at) => converters[at]!(value))),
    ),
    affected: answer.rowsAffected.reduce((sum, count) => sum + count, 0),
  };
}
