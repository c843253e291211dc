import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../subgraphs/alliance/embedded-postgres/index.js';
import { eventually } from '../support/eventually.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
const fixture = 'test/kit/fixtures/embedded-postgres-owner';
const QUICK = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

interface Started {
  readonly pid: number;
  readonly url: string;
  readonly host: string;
  readonly code?: string;
  readonly message?: string;
}

let scratch: string;
let compiled: string;
let template: string;
const owners = new Set<ChildProcess>();
const servers = new Set<EmbeddedPostgres>();

beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'embedded-postgres-test-'));
  compiled = path.join(scratch, 'compiled');
  // Compiled here and not taken from dist/, which may be older than the sources.
  const compiler = path.join(project, 'node_modules', 'typescript', 'bin', 'tsc');
  const flags = [
    '--ignoreConfig',
    '--noCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ];
  const folders = ['--rootDir', project, '--outDir', compiled];
  execFileSync(process.execPath, [compiler, ...flags, ...folders, path.join(project, `${fixture}.ts`)]);
  await writeFile(path.join(compiled, 'package.json'), '{"type":"module"}');
  await symlink(path.join(project, 'node_modules'), path.join(compiled, 'node_modules'));

  template = folder('template');
  await (await startEmbeddedPostgres({ dataDir: template, settings: QUICK })).stop();
});

afterEach(async () => {
  for (const owner of owners) owner.kill('SIGKILL');
  owners.clear();
  await Promise.all([...servers].map((server) => server.stop()));
  servers.clear();
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

describe('the embedded PostgreSQL', () => {
  it('keeps committed rows and leaves no process behind when its parent is killed with -9', async () => {
    const dataDir = folder('killed');
    const owner = startOwner(dataDir);
    const { url, pid, host } = await owner.started;
    await query(url, 'create table kept (id int); insert into kept select generate_series(1, 1000)');

    owner.process.kill('SIGKILL');
    await eventually(async () => (await serverProcesses(dataDir, pid)).length === 0);

    const again = await start(dataDir);
    expect(await query(again.url(), 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }]);
    await expect(stat(host)).rejects.toThrow('ENOENT');
  });

  it('keeps committed rows when it is killed together with its parent', async () => {
    const dataDir = cluster('both-killed');
    const owner = startOwner(dataDir);
    const { url, pid } = await owner.started;
    await query(url, 'create table kept (id int); insert into kept values (1)');

    process.kill(pid, 'SIGKILL');
    owner.process.kill('SIGKILL');
    expect(await readFile(path.join(dataDir, 'cluster', 'postmaster.pid'), 'utf8')).toContain(String(pid));

    const again = await start(dataDir);
    expect(await query(again.url(), 'select id from kept')).toEqual([{ id: 1 }]);
  });

  it('starts again at the same address when the server alone is killed with -9', async () => {
    const database = await start(cluster('server-killed'), { fsync: 'off' });
    const before = database.pid;
    await query(database.url(), 'create table kept (id int); insert into kept values (1)');

    process.kill(before, 'SIGKILL');
    await eventually(() => database.pid !== before);

    expect(await query(database.url(), 'select id from kept')).toEqual([{ id: 1 }]);
  });

  it('stops cleanly, and frees the folder and the socket for another start', async () => {
    const dataDir = cluster('stopped');
    const database = await start(dataDir, QUICK);
    const { host } = database.connection();
    await Promise.all([database.stop(), database.stop()]);

    expect(await serverProcesses(dataDir, database.pid)).toEqual([]);
    await expect(stat(host)).rejects.toThrow('ENOENT');
    expect(await readdir(dataDir)).toEqual(['cluster']);
    const again = await start(dataDir, QUICK);
    expect(await query(again.url({ database: 'template1' }), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses a folder in one sentence while a living alliance owns it', async () => {
    const dataDir = cluster('owned');
    const owner = startOwner(dataDir);
    const { url } = await owner.started;

    await expect(start(dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: `The data folder ${dataDir} is in use by another alliance (process ${owner.process.pid}): stop that one first, or name another folder.`,
    });
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('lets exactly one of many simultaneous starts have a folder whose owner was killed', async () => {
    const dataDir = cluster('raced');
    const owner = startOwner(dataDir);
    await owner.started;
    owner.process.kill('SIGKILL');
    await once(owner.process, 'exit');

    const results = await Promise.all(
      [startOwner(dataDir), startOwner(dataDir), startOwner(dataDir)].map((o) => o.started),
    );
    expect(results.map((result) => result.code ?? 'started').toSorted()).toEqual([
      'DATA_DIR_IN_USE',
      'DATA_DIR_IN_USE',
      'started',
    ]);
  });

  it('refuses an unwritable folder in one sentence', async () => {
    const file = folder('a-file');
    await writeFile(file, '');
    await expect(start(path.join(file, 'data'))).rejects.toMatchObject({
      code: 'DATA_DIR_UNWRITABLE',
      message: expect.stringMatching(
        /^The data folder .* cannot be written \(ENOTDIR\): make it writable .*\.$/,
      ),
    });
    if (process.getuid?.() === 0) return; // Root may write everywhere.
    const closed = folder('closed');
    await mkdir(closed);
    await chmod(closed, 0o500);
    await expect(start(closed)).rejects.toMatchObject({
      code: 'DATA_DIR_UNWRITABLE',
      message: expect.stringContaining('cannot be written (EACCES)'),
    });
  });

  it('refuses a cluster of another major version in one sentence, and does not touch it', async () => {
    const dataDir = folder('older');
    await mkdir(path.join(dataDir, 'cluster'), { recursive: true });
    await writeFile(path.join(dataDir, 'cluster', 'PG_VERSION'), '17\n');
    await expect(start(dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_VERSION',
      message: expect.stringMatching(
        /belongs to a PostgreSQL 17, and the alliance brings PostgreSQL 18: .*\.$/,
      ),
    });
    expect(await readdir(dataDir)).toEqual(['cluster']);
  });

  it('says what to do when the platform package is not installed', async () => {
    const elsewhere = folder('without-packages');
    cpSync(compiled, elsewhere, { recursive: true, filter: (source) => !source.endsWith('node_modules') });
    const owner = startOwner(folder('unused'), elsewhere);
    expect(await owner.started).toMatchObject({
      code: 'EMBEDDED_POSTGRES_MISSING',
      message: expect.stringMatching(/is not installed: set DATABASE_URL .* without --omit=optional\.$/),
    });
  });

  it('starts over a postmaster.pid whose number now belongs to another process', async () => {
    const dataDir = cluster('renumbered');
    const first = await start(dataDir, QUICK);
    const pidFile = path.join(dataDir, 'cluster', 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await first.stop();
    await writeFile(pidFile, text.replace(/^\d+/, '1'), { mode: 0o600 });

    const again = await start(dataDir, QUICK);
    expect(await query(again.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('stops a server that is left over on its folder, then starts its own', async () => {
    const dataDir = cluster('left-over');
    const owner = startOwner(dataDir);
    const { url, pid } = await owner.started;
    await query(url, 'create table kept (id int)');
    process.kill(pid, 'SIGSTOP'); // so that it cannot end with its parent
    owner.process.kill('SIGKILL');
    await once(owner.process, 'exit');

    const next = startOwner(dataDir);
    await next.said('stopping a PostgreSQL left over');
    process.kill(pid, 'SIGCONT');

    const { url: newUrl, pid: newPid } = await next.started;
    expect(newPid).not.toBe(pid);
    expect(await query(newUrl, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
  });

  it('makes its cluster anew after being killed in the middle of initdb', async () => {
    const dataDir = folder('half-made');
    const owner = startOwner(dataDir);
    await eventually(async () => {
      const names = await readdir(dataDir).catch(() => [] as string[]);
      const half = names.find((name) => name.startsWith('initdb-'));
      return half !== undefined && (await readdir(path.join(dataDir, half))).includes('PG_VERSION');
    });
    owner.process.kill('SIGKILL');
    await once(owner.process, 'exit');
    expect(await readdir(dataDir)).not.toContain('cluster');

    const again = await start(dataDir, QUICK);
    expect(await query(again.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).toSorted()).toEqual(['alliance.lock', 'cluster']);
  });
});

/** A data folder with a cluster in it already: a copy takes a tenth of the time that initdb takes. */
function cluster(name: string): string {
  cpSync(template, folder(name), { recursive: true });
  return folder(name);
}

function folder(name: string): string {
  return path.join(scratch, name);
}

async function start(dataDir: string, settings: Record<string, string> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, settings });
  servers.add(server);
  return server;
}

/** Starts the fixture in a process of its own; `started` is the line it prints. */
function startOwner(dataDir: string, code = compiled) {
  const child = spawn(process.execPath, [path.join(code, `${fixture}.js`), dataDir], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  owners.add(child);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const started = (async (): Promise<Started> => {
    for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Started;
    throw new Error(`The owner ended without a word: ${log}`);
  })();
  started.catch(() => undefined);
  return {
    process: child,
    started,
    said: (text: string) =>
      eventually(
        () => log.includes(text),
        () => log,
      ),
  };
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** Processes that work in the cluster's folder, backends included; only the postmaster where /proc does not tell. */
async function serverProcesses(dataDir: string, postmaster: number): Promise<number[]> {
  if (process.platform !== 'linux') return await Promise.resolve(isAlive(postmaster) ? [postmaster] : []);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const working = await Promise.all(
    pids.map(async (pid) => (await readlink(`/proc/${pid}/cwd`).catch(() => '')).startsWith(dataDir)),
  );
  return pids.filter((_, index) => working[index]).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
