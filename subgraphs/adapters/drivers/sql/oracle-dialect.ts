import type oracledb from 'oracledb';
import { withinAnswer, type ArrivingRows } from './answer-limit.js';
import {
  nativeRows,
  type BoundStatement,
  type ServerSays,
  type SqlAddress,
  type SqlDialect,
  type StatementLimits,
} from './dialect.js';
import { oracleAddress } from './database-url.js';
import { inTransaction } from './in-transaction.js';
import { oracleFetchOf } from './oracle-values.js';
import { acquired, stoppable } from './stoppable.js';

/** ORA-01013 stopped by the user; NJS-123 the driver's call timeout, NJS-040 no session came free in time. */
const stopped: ReadonlySet<string> = new Set(['ORA-01013', 'NJS-123', 'NJS-040']);
/** Deadlock, busy resource, cannot serialize, lock not obtained in time. */
const conflicts: ReadonlySet<string> = new Set(['ORA-00060', 'ORA-00054', 'ORA-08177', 'ORA-30006']);
/** Unique key, missing value, check, foreign key, value too large, not a number, not a date. */
const rulesBroken: ReadonlySet<string> = new Set([
  'ORA-00001',
  'ORA-01400',
  'ORA-02290',
  'ORA-02291',
  'ORA-12899',
  'ORA-01438',
  'ORA-01722',
  'ORA-01861',
]);

/**
 * Oracle 12.1 and later through the thin driver, without client libraries. Each question runs in a transaction that
 * is `READ ONLY` on the server; a break stops it. The server itself turns its character set (ZHS16GBK too) into UTF-8.
 */
export const oracleDialect: SqlDialect = {
  name: 'Oracle',
  schemes: ['oracle'],
  mostKeys: 500,
  placeholder: (index) => `:${index}`,
  number: (placeholder) => `TO_NUMBER(${placeholder})`,
  limit: (rows) => `FETCH FIRST ${rows} ROWS ONLY`,
  // A serializable transaction of Oracle reads a snapshot and locks nothing: two would write the same exemption.
  lockTable: (table) => `LOCK TABLE ${table} IN EXCLUSIVE MODE WAIT 5`,
  says,
  openReader(address) {
    const sessions = open(address);
    return {
      query: (statement, limits) =>
        withinAnswer(limits, (within, arriving) =>
          sessions.use(within, async (session, driver) => {
            await session.execute('SET TRANSACTION READ ONLY');
            try {
              return await ask(session, driver, statement, arriving);
            } finally {
              // What the question itself was told is what counts; a session that is gone has nothing to roll back.
              await session.rollback().catch(() => undefined);
            }
          }),
        ),
      end: sessions.end,
    };
  },
  openWriter(address) {
    const sessions = open(address);
    return {
      transaction: (work, limits) =>
        sessions.use(limits, (session, driver) => {
          const commands = { commit: () => session.commit(), rollback: () => session.rollback() };
          return inTransaction(commands, limits, () =>
            work({
              query: (statement) =>
                withinAnswer(limits, (_, arriving) => ask(session, driver, statement, arriving)),
              execute: async ({ text, parameters }) =>
                (await session.execute(text, [...parameters])).rowsAffected ?? 0,
            }),
          );
        }),
      end: sessions.end,
    };
  },
};

function says(error: unknown): ServerSays {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return null;
  if (stopped.has(code)) return 'STOPPED';
  if (conflicts.has(code)) return 'CONFLICT';
  return rulesBroken.has(code) ? 'RULE_BROKEN' : null;
}

/** Rows of one fetch. */
const fetched = 500;

async function ask(
  session: oracledb.Connection,
  driver: typeof oracledb,
  { text, parameters }: BoundStatement,
  arriving: ArrivingRows,
) {
  const answer = await session.execute<(string | null)[]>(text, [...parameters], {
    outFormat: driver.OUT_FORMAT_ARRAY,
    fetchTypeHandler: (column) => {
      const { asText, converter } = oracleFetchOf(column);
      return asText ? { type: driver.DB_TYPE_VARCHAR } : { converter: converter! };
    },
    resultSet: true,
    fetchArraySize: fetched,
  });
  const answered = answer.resultSet!;
  try {
    for (let room = true; room;) {
      const rows = await answered.getRows(fetched);
      room = rows.length > 0 && rows.every((row) => arriving.add(row));
    }
  } finally {
    await answered.close();
  }
  return nativeRows(
    answered.metaData.map(({ name }) => name),
    arriving.rows,
  );
}

/** Moments are compared in the form in which they are read, numbers with a point, and texts byte by byte. */
const sessionSettings = `ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS'
  NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF' NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM'
  NLS_NUMERIC_CHARACTERS = '.,' NLS_COMP = BINARY NLS_SORT = BINARY TIME_ZONE = '+08:00'`;

function open({ url, poolSize, connectTimeoutMs, clock }: SqlAddress) {
  const { user, password, connectString } = oracleAddress(url);
  const seconds = Math.max(1, Math.ceil(connectTimeoutMs / 1000));
  let made: Promise<{ driver: typeof oracledb; pool: oracledb.Pool }> | undefined;

  // The driver is loaded when it is first needed: most adapters never do.
  const pool = (): NonNullable<typeof made> =>
    (made ??= import('oracledb').then(async ({ default: driver }) => ({
      driver,
      pool: await driver.createPool({
        user,
        password,
        connectString,
        poolMin: 0,
        poolMax: poolSize,
        poolIncrement: 1,
        poolTimeout: 30,
        // A session that lay idle is asked before it is used, and replaced when it does not answer.
        poolPingInterval: 15,
        queueTimeout: connectTimeoutMs,
        queueMax: 500,
        connectTimeout: seconds,
        transportConnectTimeout: seconds,
        sessionCallback: (fresh: oracledb.Connection, _tag: string, done: (error?: Error) => void) =>
          void fresh.execute(sessionSettings).then(
            () => done(),
            (error: Error) => done(error),
          ),
      }),
    })));

  return {
    async use<T>(
      { signal, timeoutMs }: StatementLimits,
      work: (session: oracledb.Connection, driver: typeof oracledb) => Promise<T>,
    ): Promise<T> {
      const { driver, pool: sessions } = await pool();
      const session = await acquired(signal, sessions.getConnection(), (late) => late.close());
      session.callTimeout = Math.max(1, Math.floor(timeoutMs));
      const { outcome, wasStopped } = await stoppable(signal, clock, {
        work: () => work(session, driver),
        stop: () => session.break(),
      });
      // Waited for by nobody: a session on a dead line may never say goodbye.
      const closing = session.close({ drop: wasStopped || !isSound(outcome) });
      closing.catch(() => undefined);
      if (!wasStopped) await closing.catch(() => undefined);
      if (outcome.status === 'fulfilled') return outcome.value;
      throw outcome.reason as Error;
    },
    end: async () => {
      if (made !== undefined) await (await made).pool.close(0);
    },
  };
}

/** A session whose server answered, if only with an error, can be used again. */
function isSound(outcome: PromiseSettledResult<unknown>): boolean {
  if (outcome.status === 'fulfilled') return true;
  const { code } = outcome.reason as { code?: unknown };
  return typeof code === 'string' && code.startsWith('ORA-');
}
