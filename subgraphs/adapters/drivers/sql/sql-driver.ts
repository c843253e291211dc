import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type { ReadContext, RecordsDriver, Source } from '../../kit/driver.js';
import type { NativeRow } from '../../kit/native-row.js';
import type { SqlConnection } from './connection.js';
import { mysqlConnection } from './mysql-connection.js';
import { postgresConnection } from './postgres-connection.js';
import { checkStatements, type Statements } from './statements.js';

/** Most student numbers in one statement. */
const keysPerStatement = 500;

/** Where a school's database is, what is asked there, and how hard. */
export interface SqlDriverOptions {
  /** For messages. */
  readonly institution: string;
  /** `postgresql://…`, `mysql://…` or `mariadb://…`; a role that may read and nothing else. */
  readonly url: string;
  /** The schema (MariaDB: the database) of the system's tables. */
  readonly schema: string;
  readonly statements: Statements;
  /** Most sessions at once; a records system serves its own people first. 4 by default. */
  readonly poolSize?: number;
  /** Longest time of one statement, 5000 by default; the request's own budget may be shorter. */
  readonly statementTimeoutMs?: number;
  /** 3000 by default. */
  readonly connectTimeoutMs?: number;
  /** Told before each statement; for tests and metrics. */
  readonly onStatement?: (source: Source, keys: number) => void;
}

/**
 * A driver for records systems over SQL (MySQL, MariaDB, PostgreSQL): read-only sessions in a pool per school,
 * parameters only, a time limit per statement, and cancellation that stops the statement on the server.
 * @throws Error when a statement or the URL is not acceptable
 */
export function createSqlDriver(options: SqlDriverOptions): RecordsDriver {
  const { institution } = options;
  const statements = checkStatements(options.statements, options.schema);
  const connection = connect(options);
  const limitMs = options.statementTimeoutMs ?? 5_000;

  async function run(
    source: Source,
    statement: string,
    keys: readonly string[],
    context: ReadContext,
  ): Promise<NativeRow[]> {
    options.onStatement?.(source, keys.length);
    const list = keys.map((_, at) => connection.placeholder(at + 1)).join(', ');
    try {
      const rows = await connection.query(statement.replace('{keys}', list), keys, {
        signal: context.signal,
        timeoutMs: Math.min(limitMs, context.timeoutMs),
      });
      // Some statements end early without an error when they are killed.
      context.signal.throwIfAborted();
      return rows;
    } catch (error) {
      if (context.signal.aborted) throw new AmrloError('REQUEST_CANCELLED', {}, { cause: error });
      const code = connection.wasStopped(error) ? 'SCHOOL_TIMEOUT' : 'SCHOOL_UNAVAILABLE';
      throw new AmrloError(code, { institution }, { cause: error });
    }
  }

  return {
    method: 'SQL',
    cancels: true,
    supplies: async (source) => statements[source] !== undefined,
    async read(source, keys, context) {
      const statement = statements[source];
      if (statement === undefined) throw new AmrloError('RECORD_NOT_SUPPLIED', { institution, what: source });
      if (!statement.includes('{keys}')) return run(source, statement, [], context);
      const chunks: Promise<NativeRow[]>[] = [];
      for (let at = 0; at < keys.length; at += keysPerStatement) {
        chunks.push(run(source, statement, keys.slice(at, at + keysPerStatement), context));
      }
      return (await Promise.all(chunks)).flat();
    },
    delivery: async () => null,
    stop: () => connection.end(),
  };
}

function connect(options: SqlDriverOptions): SqlConnection {
  const address = {
    url: options.url,
    poolSize: options.poolSize ?? 4,
    connectTimeoutMs: options.connectTimeoutMs ?? 3_000,
  };
  const scheme = /^(\w+):/.exec(options.url)?.[1];
  if (scheme === 'postgresql' || scheme === 'postgres') return postgresConnection(address);
  if (scheme === 'mysql' || scheme === 'mariadb') return mysqlConnection(address);
  throw new Error('The URL of a school database must begin with postgresql:, mysql: or mariadb:.');
}
