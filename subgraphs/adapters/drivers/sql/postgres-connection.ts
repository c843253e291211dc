import pg from 'pg';
import { upperCased, type SqlAddress, type SqlConnection } from './connection.js';

/** SQLSTATE query_canceled: by a cancel request or by statement_timeout. */
const queryCanceled = '57014';

/** Sessions on a PostgreSQL database, read-only by the session's own default. */
export function postgresConnection({ url, poolSize, connectTimeoutMs }: SqlAddress): SqlConnection {
  const shared = {
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    options: '-c default_transaction_read_only=on -c client_encoding=UTF8 -c datestyle=ISO',
    application_name: 'amrlo-adapter',
  };
  // Everything as the text that the server sends: a number that has been through a float is not the school's number.
  const asText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;
  const pool = new pg.Pool({ ...shared, max: poolSize, idleTimeoutMillis: 30_000, types: asText });
  // A session of its own, because the one to be cancelled is busy and the pool may be full.
  const canceller = new pg.Pool({ ...shared, max: 1, idleTimeoutMillis: 5_000 });
  // An idle session that the server closes is replaced by the next question; without a listener it ends the process.
  pool.on('error', () => undefined);
  canceller.on('error', () => undefined);

  return {
    placeholder: (index) => `$${index}`,
    async query(statement, parameters, { signal, timeoutMs }) {
      const client = await pool.connect();
      const { processID } = client as unknown as { processID: number };
      let cancelling: Promise<unknown> | undefined;
      const cancel = (): void => {
        cancelling = canceller.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => undefined);
      };
      let fault: Error | undefined;
      try {
        signal.throwIfAborted();
        signal.addEventListener('abort', cancel, { once: true });
        await client.query(`SET statement_timeout = ${Math.max(1, Math.floor(timeoutMs))}`);
        signal.throwIfAborted();
        const answer = await client.query<Record<string, string | null>>(statement, [...parameters]);
        return answer.rows.map(upperCased);
      } catch (error) {
        fault = error as Error;
        throw error;
      } finally {
        signal.removeEventListener('abort', cancel);
        // A late cancel must not hit the next statement of this session.
        await cancelling;
        const serverSaid = fault instanceof pg.DatabaseError;
        client.release(
          fault !== undefined && !serverSaid && !signal.aborted ? fault : cancelling !== undefined,
        );
      }
    },
    wasStopped: (error) => (error as { code?: string }).code === queryCanceled,
    end: async () => {
      await Promise.all([pool.end(), canceller.end()]);
    },
  };
}
