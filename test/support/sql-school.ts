import { randomBytes } from 'node:crypto';
import { createSqlDriver, sqlDriverSchema } from '../../subgraphs/adapters/drivers/sql/sql-driver.js';
import type { RecordsDriver, Source } from '../../subgraphs/adapters/kit/driver.js';
import { systemClock } from '../../subgraphs/kit/base/clock.js';
import type { Administrator, SqlServer } from './sql-servers.js';

/** A schema of a test's own, with drivers over it. */
export interface SqlSchool {
  readonly schema: string;
  readonly administrator: Administrator;
  /** A driver with these options; it ends with the school. `questions` grows with each statement. */
  driver(options: Readonly<Record<string, unknown>>, questions?: Source[]): RecordsDriver;
  /** The number of rows of a table. */
  count(table: string): Promise<number>;
  drop(): Promise<void>;
}

/** Opens a school on a PostgreSQL or MariaDB server; `statements` make its tables, with {schema} in them. */
export async function openSqlSchool(server: SqlServer, statements: readonly string[]): Promise<SqlSchool> {
  const administrator = await server.administrator();
  const schema = `amrlo_sql_${process.pid}_${randomBytes(3).toString('hex')}`;
  await administrator.execute(`CREATE SCHEMA ${schema}`);
  for (const statement of statements) await administrator.execute(statement.replaceAll('{schema}', schema));
  const opened: RecordsDriver[] = [];
  return {
    schema,
    administrator,
    driver(options, questions = []) {
      const driver = createSqlDriver(
        sqlDriverSchema.parse({ kind: 'sql', schema, sources: {}, ...options }),
        {
          institution: 'A school',
          address: { databaseUrl: server.url, writeDatabaseUrl: server.url },
          clock: systemClock,
          onQuestion: (source) => void questions.push(source),
        },
      );
      opened.push(driver);
      return driver;
    },
    async count(table) {
      const reader = server.dialect.openReader({
        url: server.url,
        poolSize: 1,
        connectTimeoutMs: 5_000,
        clock: systemClock,
      });
      const limits = { signal: new AbortController().signal, timeoutMs: 5_000 };
      const text = `SELECT COUNT(*) AS n FROM ${schema}.${table}`;
      const [row] = await reader.query({ text, parameters: [] }, limits).finally(() => reader.end());
      return Number(row?.['N']);
    },
    async drop() {
      await Promise.all(opened.map((driver) => driver.stop()));
      await administrator.execute(`DROP SCHEMA ${schema}${server.kind === 'POSTGRESQL' ? ' CASCADE' : ''}`);
      await administrator.end();
    },
  };
}
