import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import type { SqlDialect } from '../../subgraphs/adapters/drivers/sql/dialect.js';
import { mysqlDialect } from '../../subgraphs/adapters/drivers/sql/mysql-dialect.js';
import { oracleDialect } from '../../subgraphs/adapters/drivers/sql/oracle-dialect.js';
import { postgresDialect } from '../../subgraphs/adapters/drivers/sql/postgres-dialect.js';
import { sqlServerDialect } from '../../subgraphs/adapters/drivers/sql/sqlserver-dialect.js';
import { oracleAddress, sqlServerAddress } from '../../subgraphs/adapters/drivers/sql/database-url.js';
import { mariadbServer, postgresServer } from '../conformance/databases.js';

/** The kinds of databases that the SQL driver reaches. */
export type DatabaseKind = 'POSTGRESQL' | 'MYSQL' | 'ORACLE' | 'SQLSERVER';

/** One session of an account that may do everything, for what a test needs around the driver. */
export interface Administrator {
  execute(statement: string): Promise<unknown>;
  end(): Promise<void>;
}

/** A database server of the test run. */
export interface SqlServer {
  readonly kind: DatabaseKind;
  readonly name: string;
  /** Empty where none is named. */
  readonly url: string;
  readonly dialect: SqlDialect;
  /** Takes longer than any test. */
  readonly sleep: string;
  /** How many sessions sleep so at this moment, as N; absent where an ordinary account cannot see it. */
  readonly sleepers?: string;
  /** A statement that writes. */
  readonly write: string;
  /** Text, an exact number, a number with a zero at its end and a null, as A, B, C and D. */
  readonly values: string;
  administrator(): Promise<Administrator>;
}

/** The servers, of which AMRLO_TEST_DATABASE_URL, …_MARIADB_URL, …_ORACLE_URL and …_MSSQL_URL name some. */
export const sqlServers: Readonly<Record<DatabaseKind, SqlServer>> = {
  POSTGRESQL: {
    kind: 'POSTGRESQL',
    name: 'PostgreSQL',
    url: postgresServer,
    dialect: postgresDialect,
    sleep: 'SELECT pg_sleep(20) AS a',
    sleepers: `SELECT COUNT(*) AS n FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(20) AS a' AND state = 'active'`,
    write: 'CREATE TABLE amrlo_written (a int)',
    values: "SELECT '中文' AS a, 12345678901234567890.1234567890 AS b, 1.50 AS c, NULL AS d",
    async administrator() {
      const client = new pg.Client(postgresServer);
      await client.connect();
      return { execute: (statement) => client.query(statement), end: () => client.end() };
    },
  },
  MYSQL: {
    kind: 'MYSQL',
    name: 'MariaDB',
    url: mariadbServer,
    dialect: mysqlDialect,
    sleep: 'SELECT SLEEP(20) AS a',
    sleepers: `SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO = 'SELECT SLEEP(20) AS a'`,
    write: 'INSERT INTO mysql.time_zone VALUES ()',
    values: "SELECT '中文' AS a, 12345678901234567890.1234567890 AS b, 1.50 AS c, NULL AS d",
    async administrator() {
      const client = await createConnection({ uri: mariadbServer, charset: 'utf8mb4' });
      return { execute: (statement) => client.query(statement), end: () => client.end() };
    },
  },
  ORACLE: {
    kind: 'ORACLE',
    name: 'Oracle',
    url: process.env['AMRLO_TEST_ORACLE_URL'] ?? '',
    dialect: oracleDialect,
    sleep: 'SELECT COUNT(*) AS a FROM all_objects a, all_objects b, all_objects c',
    write: 'INSERT INTO amrlo_nowhere (a) VALUES (1)',
    values: "SELECT '中文' AS a, 12345678901234567890.123456789 AS b, '1.50' AS c, NULL AS d FROM dual",
    async administrator() {
      const { default: driver } = await import('oracledb');
      const client = await driver.getConnection(oracleAddress(this.url));
      const execute = (statement: string) => client.execute(statement, [], { autoCommit: true });
      return { execute, end: () => client.close() };
    },
  },
  SQLSERVER: {
    kind: 'SQLSERVER',
    name: 'SQL Server',
    url: process.env['AMRLO_TEST_MSSQL_URL'] ?? '',
    dialect: sqlServerDialect,
    sleep: "WAITFOR DELAY '00:00:20'",
    write: 'INSERT INTO amrlo_nowhere (a) VALUES (1)',
    values:
      "SELECT N'中文' AS a, CONVERT(varchar(60), 12345678901234567890.1234567890) AS b, CAST(1.50 AS decimal(5, 2)) AS c, CAST(NULL AS int) AS d",
    async administrator() {
      const { default: driver } = await import('mssql');
      const {
        encrypt,
        trustServerCertificate,
        instanceName: _,
        port = 1433,
        ...account
      } = sqlServerAddress(this.url);
      const pool = await new driver.ConnectionPool({
        ...account,
        port,
        options: { encrypt, trustServerCertificate },
      }).connect();
      return { execute: (statement) => pool.query(statement), end: () => pool.close() };
    },
  },
};

/** Why a server cannot be used here; undefined where it can. */
export async function absenceOf(server: SqlServer): Promise<string | undefined> {
  const { name, url, kind } = server;
  if (url === '') {
    const setting = { MYSQL: 'MARIADB', ORACLE: 'ORACLE', SQLSERVER: 'MSSQL', POSTGRESQL: 'DATABASE' }[kind];
    return `AMRLO_TEST_${setting}_URL names no ${name}`;
  }
  try {
    await (await server.administrator()).end();
    return undefined;
  } catch (error) {
    return `no ${name} here (${(error as { code?: string }).code ?? 'unreachable'})`;
  }
}
