import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mysqlConnection } from '../../subgraphs/adapters/drivers/sql/mysql-connection.js';
import { postgresConnection } from '../../subgraphs/adapters/drivers/sql/postgres-connection.js';
import type { SqlConnection } from '../../subgraphs/adapters/drivers/sql/connection.js';
import { createSqlDriver } from '../../subgraphs/adapters/drivers/sql/sql-driver.js';
import { checkStatements } from '../../subgraphs/adapters/drivers/sql/statements.js';
import { absence, mariadbServer, postgresServer } from '../conformance/school-fixtures.js';
import { eventually } from '../support/eventually.js';

const idle = () => ({ signal: new AbortController().signal, timeoutMs: 5_000 });

describe('the statements of a school', () => {
  const ok = 'SELECT a.X FROM {schema}.T a WHERE a.X IN ({keys})';

  test("are put into the school's schema", () => {
    expect(checkStatements({ students: ok }, 'zfxfzb').students).toBe(
      'SELECT a.X FROM zfxfzb.T a WHERE a.X IN ({keys})',
    );
  });

  test.each([
    ['DELETE FROM {schema}.T WHERE X IN ({keys})', 'must be a SELECT'],
    ['SELECT a.X FROM T a WHERE a.X IN ({keys}); SELECT 1', 'without a semicolon'],
    ['SELECT * FROM T a WHERE a.X IN ({keys})', 'must name its columns'],
    ['SELECT a.X, a.* FROM T a WHERE a.X IN ({keys})', 'must name its columns'],
    ['SELECT a.MM FROM T a WHERE a.X IN ({keys})', 'password'],
    ['SELECT a.X FROM T a', 'must read by {keys}'],
  ])('%s are refused when the driver is made', (students, fault) => {
    expect(() => checkStatements({ students }, 'zfxfzb')).toThrow(fault);
  });

  test('are refused with a schema that is not a name', () => {
    expect(() => checkStatements({ students: ok }, 'a; drop table b')).toThrow('plain identifier');
  });

  test('count what they select with', () => {
    expect(checkStatements({ gradeWords: 'SELECT COUNT(*) AS N FROM {schema}.T' }, 's').gradeWords).toContain(
      'COUNT(*)',
    );
  });
});

const dialects = [
  {
    name: 'PostgreSQL',
    reason: await absence('POSTGRESQL'),
    open: () => postgresConnection({ url: postgresServer, poolSize: 2, connectTimeoutMs: 2_000 }),
    sleep: 'SELECT pg_sleep(20)',
    write: 'CREATE TABLE amrlo_written (a int)',
    url: postgresServer,
    running:
      "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(20)%' AND state = 'active'",
  },
  {
    name: 'MariaDB',
    reason: await absence('MYSQL'),
    open: () => mysqlConnection({ url: mariadbServer, poolSize: 2, connectTimeoutMs: 2_000 }),
    sleep: 'SELECT SLEEP(20)',
    write: 'INSERT INTO mysql.time_zone VALUES ()',
    url: mariadbServer,
    running: "SELECT count(*) AS n FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(20)%'",
  },
];

describe.each(dialects)('a session on $name', ({ name, reason, open, sleep, write, running, url }) => {
  if (reason !== undefined) {
    process.stderr.write(`skipped: SQL driver on ${name}: ${reason}\n`);
    test.skip('is read-only', () => undefined);
    return;
  }
  let connection: SqlConnection;
  beforeAll(() => {
    connection = open();
  });
  afterAll(() => connection.end());

  test('gives every value as text under an upper-case name', async () => {
    expect(await connection.query("SELECT 1.50 AS a, '中文' AS b, NULL AS c", [], idle())).toEqual([
      { A: '1.50', B: '中文', C: null },
    ]);
  });

  test('takes keys as parameters only', async () => {
    const hostile = "' OR '1'='1";
    const statement = `SELECT 1 AS a WHERE 'x' IN (${connection.placeholder(1)})`;
    expect(await connection.query(statement, [hostile], idle())).toEqual([]);
  });

  test('cannot write', async () => {
    await expect(connection.query(write, [], idle())).rejects.toThrow(/read.only/i);
  });

  test('ends a statement on the server when nobody waits, and goes on working', async () => {
    const driver = createSqlDriver({
      institution: 'A school',
      url,
      schema: 's',
      statements: { gradeWords: sleep },
      statementTimeoutMs: 30_000,
    });
    const leaving = new AbortController();
    const asked = driver.read('gradeWords', [], { signal: leaving.signal, timeoutMs: 30_000 });
    asked.catch(() => undefined);
    await eventually(async () => (await connection.query(running, [], idle()))[0]!['N'] !== '0');
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    await eventually(async () => (await connection.query(running, [], idle()))[0]!['N'] === '0');
    await driver.stop();
  });

  test('ends a statement that takes too long, as a timeout of the school', async () => {
    const driver = createSqlDriver({
      institution: 'A school',
      url,
      schema: 's',
      statements: { gradeWords: sleep },
      statementTimeoutMs: 100,
    });
    try {
      await expect(driver.read('gradeWords', [], idle())).rejects.toMatchObject({ code: 'SCHOOL_TIMEOUT' });
    } finally {
      await driver.stop();
    }
  });

  test('reports a reader who left as cancelled and a refused statement as unavailable', async () => {
    const driver = createSqlDriver({
      institution: 'A school',
      url,
      schema: 's',
      statements: { gradeWords: 'SELECT d.X FROM {schema}.NOWHERE d' },
    });
    try {
      await expect(
        driver.read('gradeWords', [], { signal: AbortSignal.abort(), timeoutMs: 100 }),
      ).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
      await expect(driver.read('gradeWords', [], idle())).rejects.toMatchObject({
        code: 'SCHOOL_UNAVAILABLE',
        parameters: { institution: 'A school' },
      });
    } finally {
      await driver.stop();
    }
  });
});
