import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync } from 'node:fs';
import { mkdtemp, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../subgraphs/alliance/embedded-postgres/index.js';
import { eventually } from '../support/eventually.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
const ownerProgram = 'test/kit/fixtures/embedded-postgres-owner';

/** Settings for a server whose rows need not outlive the machine. */
export const QUICK = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** What an owner prints: where its server is, or why it did not start. */
interface Started {
  readonly pid: number;
  readonly url: string;
  readonly host: string;
  readonly code?: string;
  readonly message?: string;
}

/** A folder for clusters, and the servers that run on them in this process or in processes of their own. */
export class Clusters implements AsyncDisposable {
  readonly #owners = new Set<ChildProcess>();
  readonly #servers = new Set<EmbeddedPostgres>();

  readonly #scratch: string;
  /** The server and the program that owns one, compiled, with everything they need. */
  readonly compiled: string;

  private constructor(scratch: string) {
    this.#scratch = scratch;
    this.compiled = path.join(scratch, 'compiled');
  }

  static async create(): Promise<Clusters> {
    const clusters = new Clusters(await mkdtemp(path.join(os.tmpdir(), 'embedded-postgres-test-')));
    try {
      await clusters.#compile();
      await (await startEmbeddedPostgres({ dataDir: clusters.folder('template'), settings: QUICK })).stop();
      return clusters;
    } catch (error) {
      await clusters[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A path of its own for every name; nothing is there yet. */
  folder(name: string): string {
    return path.join(this.#scratch, name);
  }

  /** A data folder with a cluster in it already: a copy takes a tenth of the time that initdb takes. */
  cluster(name: string): string {
    cpSync(this.folder('template'), this.folder(name), { recursive: true });
    return this.folder(name);
  }

  /** Starts a server that this process owns. */
  async start(dataDir: string, settings: Record<string, string> = {}): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir, settings });
    this.#servers.add(server);
    return server;
  }

  /** Starts a server in a process of its own; `started` is the line it prints. */
  startOwner(dataDir: string, code = this.compiled) {
    const child = spawn(process.execPath, [path.join(code, `${ownerProgram}.js`), dataDir], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#owners.add(child);
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

  /** Ends what a test has started. */
  async stopAll(): Promise<void> {
    for (const owner of this.#owners) owner.kill('SIGKILL');
    this.#owners.clear();
    await Promise.all([...this.#servers].map((server) => server.stop()));
    this.#servers.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** Compiles here and does not take dist/, which may be older than the sources. */
  async #compile(): Promise<void> {
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
    const folders = ['--rootDir', project, '--outDir', this.compiled];
    execFileSync(process.execPath, [
      compiler,
      ...flags,
      ...folders,
      path.join(project, `${ownerProgram}.ts`),
    ]);
    await writeFile(path.join(this.compiled, 'package.json'), '{"type":"module"}');
    await symlink(path.join(project, 'node_modules'), path.join(this.compiled, 'node_modules'));
  }
}

/** Asks a server over a connection of its own. */
export async function query(url: string, sql: string): Promise<unknown[]> {
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
export async function serverProcesses(dataDir: string, postmaster: number): Promise<number[]> {
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
