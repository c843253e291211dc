import { createPool, type PoolConnection, type RowDataPacket } from 'mysql2/promise';
import { upperCased, type SqlAddress, type SqlConnection } from './connection.js';

/** ER_QUERY_INTERRUPTED, ER_STATEMENT_TIMEOUT (MariaDB), ER_QUERY_TIMEOUT (MySQL). */
const stopped = new Set([1317, 1969, 3024]);

/** Sessions on a MySQL or MariaDB database, read-only by the session's own setting. */
export function mysqlConnection({ url, poolSize, connectTimeoutMs }: SqlAddress): SqlConnection {
  const shared = {
    uri: url.replace(/^mariadb:/, 'mysql:'),
    charset: 'utf8mb4',
    connectTimeout: connectTimeoutMs,
    multipleStatements: false,
    // Everything as the text that the server sends: a number that has been through a float is not the school's number.
    typeCast: (field: { string(): string | null }) => field.string(),
  };
  const pool = createPool({ ...shared, connectionLimit: poolSize, idleTimeout: 30_000 });
  // A session of its own, because the one to be killed is busy and the pool may be full.
  const killer = createPool({ ...shared, connectionLimit: 1, idleTimeout: 5_000 });
  const readOnly = new WeakMap<object, 'MARIADB' | 'MYSQL'>();

  async function prepared(session: PoolConnection): Promise<'MARIADB' | 'MYSQL'> {
    const known = readOnly.get(session.connection);
    if (known !== undefined) return known;
    await session.query('SET SESSION TRANSACTION READ ONLY');
    const [rows] = await session.query<RowDataPacket[]>('SELECT VERSION() AS version');
    const maker = /mariadb/i.test(String(rows[0]?.['version'])) ? 'MARIADB' : 'MYSQL';
    readOnly.set(session.connection, maker);
    return maker;
  }

  return {
    placeholder: () => '?',
    async query(statement, parameters, { signal, timeoutMs }) {
      const session = await pool.getConnection();
      let killing: Promise<unknown> | undefined;
      const kill = (): void => {
        killing = killer.query(`KILL QUERY ${session.threadId}`).catch(() => undefined);
      };
      let broken = false;
      try {
        signal.throwIfAborted();
        const maker = await prepared(session);
        await session.query(
          maker === 'MARIADB'
            ? `SET SESSION max_statement_time = ${Math.max(0.001, timeoutMs / 1000)}`
            : `SET SESSION max_execution_time = ${Math.max(1, Math.floor(timeoutMs))}`,
        );
        signal.addEventListener('abort', kill, { once: true });
        signal.throwIfAborted();
        const [rows] = await session.query<RowDataPacket[]>(statement, [...parameters]);
        return rows.map(upperCased);
      } catch (error) {
        broken = (error as { fatal?: boolean }).fatal === true;
        throw error;
      } finally {
        signal.removeEventListener('abort', kill);
        await killing;
        // A late KILL would hit the next statement of this session, so a session that was shot at is not used again.
        if (broken || killing !== undefined) session.destroy();
        else session.release();
      }
    },
    wasStopped: (error) => stopped.has((error as { errno?: number }).errno ?? 0),
    end: async () => {
      await Promise.all([pool.end(), killer.end()]);
    },
  };
}
