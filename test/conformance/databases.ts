import { createConnection } from 'mysql2/promise';
import pg from 'pg';

/** The PostgreSQL of the test run. */
export const postgresServer =
  process.env['AMRLO_TEST_DATABASE_URL'] ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
/** A MariaDB is used where one is named; the account may create databases. */
export const mariadbServer = process.env['AMRLO_TEST_MARIADB_URL'] ?? '';

/** Why a database cannot be used here; undefined where it can. */
export async function absence(dialect: 'POSTGRESQL' | 'MYSQL'): Promise<string | undefined> {
  if (dialect === 'MYSQL' && mariadbServer === '') return 'AMRLO_TEST_MARIADB_URL names no MariaDB';
  try {
    if (dialect === 'POSTGRESQL') {
      const client = new pg.Client({ connectionString: postgresServer, connectionTimeoutMillis: 2_000 });
      await client.connect();
      await client.end();
    } else {
      await (await createConnection({ uri: mariadbServer, connectTimeout: 2_000 })).end();
    }
    return undefined;
  } catch (error) {
    return `no ${dialect === 'MYSQL' ? 'MariaDB' : 'PostgreSQL'} here (${(error as { code?: string }).code ?? 'unreachable'})`;
  }
}
