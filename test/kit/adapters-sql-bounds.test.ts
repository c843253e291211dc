import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSqlSchool, type SqlSchool } from '../support/sql-school.js';
import { absenceOf, sqlServers } from '../support/sql-servers.js';

const context = () => ({ signal: new AbortController().signal, timeoutMs: 20_000 });
const servers = await Promise.all(
  [sqlServers.POSTGRESQL, sqlServers.MYSQL].map(async (server) => ({
    server,
    name: server.name,
    reason: await absenceOf(server),
  })),
);

describe.each(servers)('an answer of $name', ({ server, name, reason }) => {
  if (reason !== undefined) {
    process.stderr.write(`skipped: bounds of answers of ${name}: ${reason}\n`);
    test.skip('is held to its bounds', () => undefined);
    return;
  }
  let school: SqlSchool;
  const all = 'SELECT t.XH, t.K FROM {schema}.T t WHERE t.XH IN ({keys}) OR 1 = 1';
  beforeAll(async () => {
    const rows = Array.from({ length: 300 }, (_, at) => `('x${at % 3}', ${at})`);
    school = await openSqlSchool(server, [
      'CREATE TABLE {schema}.T (XH VARCHAR(20) NOT NULL, K INTEGER PRIMARY KEY)',
      `INSERT INTO {schema}.T (XH, K) VALUES ${rows.join(', ')}`,
    ]);
  });
  afterAll(() => school.drop());

  test('that holds more rows for one student than may be is refused, and the session goes on', async () => {
    const driver = school.driver({
      sources: { results: { statement: all } },
      maxRowsPerStudent: 150,
      poolSize: 1,
    });
    await expect(driver.read('results', ['x1'], context())).rejects.toMatchObject({
      code: 'SOURCE_TOO_LARGE',
      parameters: { what: 'results', max: 150 },
    });
    expect(await driver.read('results', ['x1', 'x2'], context())).toHaveLength(300);
  });

  test('is stopped while its rows arrive, not when all have come', async () => {
    // Hundreds of millions of rows: only a statement that is stopped ends in time.
    const join = ['a', 'b', 'c', 'd'].map((alias) => `{schema}.T ${alias}`).join(' CROSS JOIN ');
    const statement = `SELECT a.XH, b.K FROM ${join} WHERE a.XH IN ({keys}) OR 1 = 1`;
    const driver = school.driver({ sources: { results: { statement } }, statementTimeoutMs: 20_000 });
    await expect(driver.read('results', ['x1'], context())).rejects.toMatchObject({
      code: 'SOURCE_TOO_LARGE',
    });
  });

  test('that holds more characters than may be is refused', async () => {
    const options = { sources: { results: { statement: all } }, maxAnswerCharacters: 500 };
    await expect(school.driver(options).read('results', ['x1'], context())).rejects.toMatchObject({
      code: 'SOURCE_TOO_LARGE',
    });
  });
});

describe('a function of PostgreSQL that stands like a column', () => {
  const { server, reason } = servers[0]!;
  if (reason !== undefined) {
    process.stderr.write(`skipped: functions like columns: ${reason}\n`);
    test.skip('is refused', () => undefined);
    return;
  }
  const called = `amrlo_whole_${process.pid}`;
  let school: SqlSchool;
  beforeAll(async () => {
    school = await openSqlSchool(server, [
      'CREATE TABLE {schema}.T (XH VARCHAR(20), MM VARCHAR(20))',
      "INSERT INTO {schema}.T VALUES ('x1', 'never-tell')",
      // As hstore brings one; nobody can list what a school has installed.
      `CREATE FUNCTION public.${called}(anyelement) RETURNS text LANGUAGE sql AS 'SELECT CAST($1 AS text)'`,
    ]);
  });
  afterAll(async () => {
    await school.administrator.execute(`DROP FUNCTION public.${called}(anyelement)`);
    await school.drop();
  });

  test('gives a row away where nobody looks columns up, and is refused by the driver', async () => {
    const column = (name: string) => `SELECT t.XH, t.${name} AS V FROM {schema}.T t WHERE t.XH IN ({keys})`;
    const told = await school.administrator.execute(
      column(called).replace('{schema}', school.schema).replace('{keys}', "'x1'"),
    );
    expect(JSON.stringify((told as { rows: unknown }).rows)).toContain('never-tell');
    const driver = school.driver({ sources: { results: { statement: column(called) } } });
    for (let time = 0; time < 2; time += 1) {
      await expect(driver.read('results', ['x1'], context())).rejects.toMatchObject({
        code: 'SCHOOL_UNAVAILABLE',
        cause: { message: `The table ${school.schema}.t has no column ${called}.` },
      });
    }
    const plain = school.driver({ sources: { results: { statement: column('xh') } } });
    expect(await plain.read('results', ['x1'], context())).toEqual([{ XH: 'x1', V: 'x1' }]);
  });
});
