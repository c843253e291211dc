import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Source } from '../../subgraphs/adapters/kit/driver.js';
import { eventually } from '../support/eventually.js';
import { openSqlSchool, type SqlSchool } from '../support/sql-school.js';
import { absenceOf, sqlServers } from '../support/sql-servers.js';

const context = () => ({ signal: new AbortController().signal, timeoutMs: 20_000 });
const { POSTGRESQL, MYSQL } = sqlServers;
const servers = await Promise.all(
  [POSTGRESQL, MYSQL].map(async (server) => ({ server, name: server.name, reason: await absenceOf(server) })),
);

const paged = {
  statement: 'SELECT c.G, c.K, c.TITLE FROM {schema}.C c WHERE {after} ORDER BY c.G, c.K {limit}',
  by: ['c.G', { key: 'c.K', number: true }],
};
const whole = { statement: 'SELECT c.G, c.K FROM {schema}.C c ORDER BY c.K {limit}' };
const changes = {
  statement: 'SELECT s.XH, s.AT FROM {schema}.S s WHERE {since} ORDER BY s.AT, s.XH {limit}',
  by: ['s.AT', 's.XH'],
};

describe.each(servers)('lists over $name', ({ server, name, reason }) => {
  if (reason !== undefined) {
    process.stderr.write(`skipped: lists over ${name}: ${reason}\n`);
    test.skip('are read page by page', () => undefined);
    return;
  }
  let school: SqlSchool;
  // Neighbouring keys that a double cannot tell apart.
  const rows = Array.from(
    { length: 25 },
    (_, at) => `('g${at % 3}', ${9_007_199_254_740_990n + BigInt(at)}, '课程${at}')`,
  );
  beforeAll(async () => {
    school = await openSqlSchool(server, [
      'CREATE TABLE {schema}.C (G VARCHAR(10) NOT NULL, K BIGINT NOT NULL, TITLE VARCHAR(40), PRIMARY KEY (G, K))',
      `INSERT INTO {schema}.C (G, K, TITLE) VALUES ${rows.join(', ')}`,
      'CREATE TABLE {schema}.S (XH VARCHAR(20) PRIMARY KEY, AT TIMESTAMP(6) NOT NULL)',
      ...['2026-01-01 00:00:00.000001', '2026-01-01 00:00:00.000002', '2026-01-01 00:00:00.000002'].map(
        (at, index) => `INSERT INTO {schema}.S (XH, AT) VALUES ('x${index}', '${at}')`,
      ),
    ]);
  });
  afterAll(() => school.drop());

  test('are read page by page, each row once and in order, without a transaction over all of it', async () => {
    const questions: Source[] = [];
    const driver = school.driver({ sources: { courses: paged }, pageRows: 4 }, questions);
    const { rows: read, complete } = await driver.list('courses', context());
    expect(complete).toBe(true);
    expect(new Set(read.map(({ K }) => K)).size).toBe(25);
    expect(read.map(({ G }) => G)).toEqual(read.map(({ G }) => G).sort());
    expect(questions).toHaveLength(7);
  });

  test('do not miss rows that appear behind a page, nor repeat what goes in front of it', async () => {
    const driver = school.driver({ sources: { courses: paged }, pageRows: 24 });
    await school.administrator.execute(
      `INSERT INTO ${school.schema}.C (G, K, TITLE) VALUES ('g9', 1, 'late')`,
    );
    const { rows: read } = await driver.list('courses', context());
    await school.administrator.execute(`DELETE FROM ${school.schema}.C WHERE G = 'g9'`);
    expect(read.filter(({ G }) => G === 'g9')).toHaveLength(1);
    expect(read).toHaveLength(26);
  });

  test.each([
    ['paged', paged],
    ['whole', whole],
  ])('%s beyond the limit of the school are refused, not cut', async (_, source) => {
    const driver = school.driver({ sources: { courses: source }, maxRows: 24, pageRows: 10 });
    await expect(driver.list('courses', context())).rejects.toMatchObject({
      code: 'SOURCE_TOO_LARGE',
      parameters: { what: 'courses', max: 24 },
    });
    const enough = school.driver({ sources: { courses: source }, maxRows: 25, pageRows: 10 });
    expect((await enough.list('courses', context())).rows).toHaveLength(25);
  });

  test('whose keys do not lead on are an error of the school, not an endless reading', async () => {
    const statement = 'SELECT c.K FROM {schema}.C c WHERE {after} ORDER BY c.G, c.K {limit}';
    const unnamed = school.driver({ sources: { courses: { statement, by: ['c.G'] } }, pageRows: 4 });
    await expect(unnamed.list('courses', context())).rejects.toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
  });

  test('changes go on where they ended, also between changes of one moment', async () => {
    const driver = school.driver({ sources: { changes } });
    const first = await driver.changedSince!(null, 2, context());
    expect(first).toMatchObject({ rows: [{ XH: 'x0' }, { XH: 'x1' }], hasMore: true });
    const second = await driver.changedSince!(first.next, 2, context());
    expect(second).toMatchObject({ rows: [{ XH: 'x2' }], hasMore: false });
    const third = await driver.changedSince!(second.next, 2, context());
    expect(third).toEqual({ rows: [], next: second.next, hasMore: false });
    await school.administrator.execute(
      `UPDATE ${school.schema}.S SET AT = '2026-02-01 00:00:00' WHERE XH = 'x0'`,
    );
    expect((await driver.changedSince!(third.next, 2, context())).rows).toMatchObject([{ XH: 'x0' }]);
    await school.administrator.execute(
      `UPDATE ${school.schema}.S SET AT = '2026-01-01 00:00:00.000001' WHERE XH = 'x0'`,
    );
  });

  test('changes of a system without any begin anew with the first one', async () => {
    const none = changes.statement.replace('{since}', "s.XH = 'nobody' AND {since}");
    const driver = school.driver({ sources: { changes: { ...changes, statement: none } } });
    const { next } = await driver.changedSince!(null, 5, context());
    expect(await driver.changedSince!(next, 5, context())).toEqual({ rows: [], next, hasMore: false });
  });

  test.each(['no cursor', '["one"]', '{"a":1}', '[1,2]'])('changes since %s are refused', async (since) => {
    const driver = school.driver({ sources: { changes } });
    await expect(driver.changedSince!(since, 5, context())).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('more students than fit into one statement are asked in several, and each is answered', async () => {
    const questions: Source[] = [];
    const statement = `SELECT s.XH FROM {schema}.S s WHERE s.XH IN ({keys})
      UNION SELECT s.XH FROM {schema}.S s WHERE s.XH IN ({keys})`;
    const driver = school.driver({ sources: { students: { statement } } }, questions);
    const numbers = [...Array.from({ length: 600 }, (_, at) => `nobody-${at}`), 'x0', 'x1', 'x2'];
    expect(await driver.read('students', numbers, context())).toHaveLength(3);
    expect(questions).toHaveLength(3);
  });

  test('a reader that leaves frees the server of a statement that waits for a lock', async () => {
    const lock = await server.administrator();
    await lock.execute(
      server.kind === 'MYSQL'
        ? `LOCK TABLES ${school.schema}.C WRITE`
        : `BEGIN; LOCK TABLE ${school.schema}.C IN ACCESS EXCLUSIVE MODE`,
    );
    const leaving = new AbortController();
    const driver = school.driver({ sources: { courses: paged } });
    const waiting = driver.list('courses', { signal: leaving.signal, timeoutMs: 20_000 });
    waiting.catch(() => undefined);
    const pending =
      server.kind === 'MYSQL'
        ? `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE 'SELECT c.G%${school.schema}%'`
        : `SELECT COUNT(*) AS n FROM pg_stat_activity WHERE query LIKE 'SELECT c.G%${school.schema}%' AND wait_event_type = 'Lock'`;
    const waitingNow = async () =>
      /"n":"?1/.test(JSON.stringify(rowsOf(await school.administrator.execute(pending))));
    await eventually(waitingNow);
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    await eventually(async () => !(await waitingNow()));
    await lock.end();
  });
});

/** The rows of an administrator's answer: pg gives an object with them, mysql2 a pair. */
function rowsOf(answer: unknown): unknown {
  return Array.isArray(answer) ? answer[0] : (answer as { rows: unknown }).rows;
}
