import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { SqlReader } from '../../subgraphs/adapters/drivers/sql/dialect.js';
import { createSqlDriver, sqlDriverSchema } from '../../subgraphs/adapters/drivers/sql/sql-driver.js';
import { FakeClock, systemClock } from '../../subgraphs/kit/base/clock.js';
import { eventually } from '../support/eventually.js';
import { absenceOf, sqlServers, type SqlServer } from '../support/sql-servers.js';

const idle = () => ({ signal: new AbortController().signal, timeoutMs: 5_000 });
const asked = (text: string, ...parameters: string[]) => ({ text, parameters });

function driverFor(databaseUrl: string, options: Record<string, unknown> = {}, clock = systemClock) {
  const statement = 'SELECT t.A FROM {schema}.NOWHERE t ORDER BY t.A {limit}';
  return createSqlDriver(
    sqlDriverSchema.parse({ kind: 'sql', schema: 's', sources: { gradeWords: { statement } }, ...options }),
    { institution: 'A school', address: { databaseUrl }, clock },
  );
}

const servers = await Promise.all(
  Object.values(sqlServers).map(async (server) => ({ ...server, server, reason: await absenceOf(server) })),
);

describe.each(servers)('a session on $name', ({ server, name, reason }) => {
  if (reason !== undefined) {
    process.stderr.write(`skipped: SQL driver on ${name}: ${reason}\n`);
    test.skip('is read-only', () => undefined);
    return;
  }
  let reader: SqlReader;
  beforeAll(() => {
    reader = open(server);
  });
  afterAll(() => reader.end());

  test('gives every value as text, exactly, under an upper-case name', async () => {
    const [row] = await reader.query(asked(server.values), idle());
    expect(row).toMatchObject({ A: '中文', C: '1.50', D: null });
    expect(row?.['B']).toMatch(/^12345678901234567890\.1234567890?$/);
  });

  test('takes keys as parameters only', async () => {
    const from = server.kind === 'ORACLE' ? ' FROM dual' : '';
    const statement = `SELECT 1 AS a${from} WHERE 'x' IN (${server.dialect.placeholder(1)})`;
    for (const hostile of ["' OR '1'='1", "\\' OR 1=1 -- ", '"; DROP TABLE x', '中文']) {
      expect(await reader.query(asked(statement, hostile), idle())).toEqual([]);
    }
    expect(await reader.query(asked(statement, 'x'), idle())).toEqual([{ A: '1' }]);
  });

  test('refuses an answer in which two columns have one name', async () => {
    const from = server.kind === 'ORACLE' ? ' FROM dual' : '';
    await expect(reader.query(asked(`SELECT 1 AS a, 2 AS A${from}`), idle())).rejects.toThrow('A twice');
  });

  test('cannot write', async () => {
    await expect(reader.query(asked(server.write), idle())).rejects.toThrow();
  });

  test('stops a statement on the server when nobody waits, and goes on working', async () => {
    const leaving = new AbortController();
    const began = performance.now();
    const sleeping = reader.query(asked(server.sleep), { signal: leaving.signal, timeoutMs: 30_000 });
    sleeping.catch(() => undefined);
    const { sleepers } = server;
    if (sleepers !== undefined) {
      await eventually(async () => (await reader.query(asked(sleepers), idle()))[0]?.['N'] !== '0');
    }
    leaving.abort();
    const [ended] = await Promise.allSettled([sleeping]);
    // Not given up: the server itself confirmed it. MariaDB ends a SLEEP without an error.
    if (ended?.status === 'rejected') expect(server.dialect.says(ended.reason)).toBe('STOPPED');
    else expect(server.kind).toBe('MYSQL');
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(await reader.query(asked(server.values), idle())).toHaveLength(1);
  });

  test('says of a statement that takes too long that it was stopped', async () => {
    const limits = { signal: new AbortController().signal, timeoutMs: 100 };
    // MariaDB ends a SLEEP early without an error; what is too late is then told by the clock of the driver.
    const [ended] = await Promise.allSettled([reader.query(asked(server.sleep), limits)]);
    if (ended?.status === 'rejected') expect(server.dialect.says(ended.reason)).toBe('STOPPED');
    else expect(server.kind).toBe('MYSQL');
  });

  test('reports a reader who left as cancelled and a refused statement as unavailable', async () => {
    const driver = driverFor(server.url);
    try {
      await expect(
        driver.list('gradeWords', { signal: AbortSignal.abort(), timeoutMs: 100 }),
      ).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
      await expect(driver.list('gradeWords', idle())).rejects.toMatchObject({
        code: 'SCHOOL_UNAVAILABLE',
        parameters: { institution: 'A school' },
      });
    } finally {
      await driver.stop();
    }
  });
});

describe('a session on MariaDB', () => {
  const reason = servers.find(({ kind }) => kind === 'MYSQL')?.reason;
  (reason === undefined ? test : test.skip)(
    'has settings of its own, whatever its server is set to',
    async () => {
      // NO_BACKSLASH_ESCAPES would let a quote out of a parameter.
      const reader = open(sqlServers.MYSQL);
      try {
        expect(await reader.query(asked('SELECT @@sql_mode AS a, @@time_zone AS b'), idle())).toEqual([
          { A: 'PIPES_AS_CONCAT,ANSI_QUOTES,STRICT_TRANS_TABLES', B: '+08:00' },
        ]);
      } finally {
        await reader.end();
      }
    },
  );
});

describe.each([
  ['POSTGRESQL', 'SELECT pg_backend_pid() AS a', (id: string) => `SELECT pg_terminate_backend(${id})`],
  ['MYSQL', 'SELECT CONNECTION_ID() AS a', (id: string) => `KILL ${id}`],
] as const)('an idle session on %s', (kind, own, kill) => {
  const reason = servers.find((one) => one.kind === kind)?.reason;
  (reason === undefined ? test : test.skip)('that the server closes is replaced', async () => {
    const reader = open(sqlServers[kind]);
    const administrator = await sqlServers[kind].administrator();
    try {
      const [first] = await reader.query(asked(own), idle());
      await administrator.execute(kill(first!['A']!));
      await eventually(async () => {
        const [next] = await reader.query(asked(own), idle()).catch(() => []);
        return next !== undefined && next['A'] !== first!['A'];
      });
    } finally {
      await Promise.all([reader.end(), administrator.end()]);
    }
  });
});

const accounts = {
  POSTGRESQL: (port: number) => `postgresql://someone@127.0.0.1:${port}/school`,
  MYSQL: (port: number) => `mysql://someone@127.0.0.1:${port}/school`,
  ORACLE: (port: number) => `oracle://someone:secret@127.0.0.1:${port}/school`,
  SQLSERVER: (port: number) => `mssql://someone:secret@127.0.0.1:${port}/school`,
};

describe.each(Object.values(sqlServers))('a line to $name', ({ kind }) => {
  const sockets: Socket[] = [];
  const listening: Server[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of listening.splice(0)) server.close();
  });

  test('that is refused makes the school unavailable', async () => {
    const driver = driverFor(accounts[kind](9), { connectTimeoutMs: 2_000 });
    await expect(driver.list('gradeWords', idle())).rejects.toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
    await driver.stop();
  });

  test('that stays silent costs at most the time for the school', async () => {
    const silent = createServer((socket) => void sockets.push(socket));
    listening.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const clock = new FakeClock();
    const url = accounts[kind]((silent.address() as { port: number }).port);
    const driver = driverFor(url, { connectTimeoutMs: 1_000, statementTimeoutMs: 700 }, clock);
    const waiting = driver.list('gradeWords', idle());
    waiting.catch(() => undefined);
    await clock.untilWaiting(700);
    clock.advance(700);
    await expect(waiting).rejects.toMatchObject({ code: 'SCHOOL_TIMEOUT' });
    for (const socket of sockets.splice(0)) socket.destroy();
    silent.close();
    await driver.stop();
  });

  test('that is waited for no longer ends at once', async () => {
    const silent = createServer((socket) => void sockets.push(socket));
    listening.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const leaving = new AbortController();
    const driver = driverFor(accounts[kind]((silent.address() as { port: number }).port), {
      connectTimeoutMs: 1_000,
    });
    const waiting = driver.list('gradeWords', { signal: leaving.signal, timeoutMs: 60_000 });
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    for (const socket of sockets.splice(0)) socket.destroy();
    silent.close();
    await driver.stop();
  });
});

test('a school database is chosen by the scheme of its URL, and another scheme is refused', () => {
  expect(() => driverFor('sqlite://x')).toThrow(
    'The URL of a school database must begin with postgresql:, postgres:, mysql:, mariadb:, oracle:, mssql:.',
  );
});

test.each([
  ['mysql://u:Ge%zzheim@db/x', 'write %25 for it'],
  ['postgresql://u:Ge%zzheim@db/x', 'write %25 for it'],
  ['mssql://u:Ge%zzheim@db/x', 'write %25 for it'],
  ['oracle://u:Geheim@db/x', 'two characters or more'],
  ['mysql://u:Geheim@db:port/x', 'must be a URL of the form'],
])('%s is refused in one sentence that names the setting and does not repeat the password', (url, said) => {
  expect(() => driverFor(url)).toThrow(/^AMRLO_SCHOOL_DATABASE_URL/);
  expect(() => driverFor(url)).toThrow(said);
  expect(() => driverFor(url)).not.toThrow('heim');
});

function open({ dialect, url }: SqlServer): SqlReader {
  return dialect.openReader({ url, poolSize: 2, connectTimeoutMs: 5_000, clock: systemClock });
}
