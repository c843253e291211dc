import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoPeople } from '../../subgraphs/alliance/demo/people.js';
import { createAsker } from '../support/asker.js';
import { eventually } from '../support/eventually.js';

const main = new URL('../../dist/subgraphs/alliance/main.js', import.meta.url).pathname;
const patience = 120_000;

/** The alliance as a process of its own, as `npm start` runs it. */
interface AllianceProcess {
  readonly pid: number;
  /** What it has printed so far. */
  printed(): string;
  /** Waits until what it printed matches; throws with the output when it ended before. */
  prints(pattern: RegExp): Promise<void>;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

const started: AllianceProcess[] = [];
let folder: string;
let dataDir: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amrlo-process-'));
  dataDir = join(folder, 'data');
});
afterAll(async () => {
  for (const one of started) await one.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(env: Record<string, string>): AllianceProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AMRLO_|DATABASE_URL|REDIS_URL|NODE_|PORT|DATA_DIR|MIGRATION_)/.test(name),
  );
  const child = spawn(process.execPath, [main], {
    env: {
      ...Object.fromEntries(inherited),
      PORT: '0',
      LOG_LEVEL: 'warn',
      // The machine runs other tests at the same time.
      AMRLO_REQUEST_BUDGET_MS: '60000',
      AMRLO_SUBGRAPH_TIMEOUT_MS: '30000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const self: AllianceProcess = {
    pid: child.pid!,
    printed: () => text,
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        void ended.then((how) => reject(new Error(`It ended (${how}): ${text.slice(0, 2_000)}`)));
        look();
      }),
    ended,
    async kill(signal) {
      child.kill(signal);
      await ended;
    },
  };
  started.push(self);
  return self;
}

const lastQuery = /query Members \{[\s\S]*\n\}\n/;
const urlIn = (text: string) => /http:\/\/127\.0\.0\.1:\d+(?=\/graphql)/.exec(text)![0];
function tokenOf(text: string, subject: string): string {
  return new RegExp(`\\(${subject}\\)\\nAuthorization: Bearer (\\S+)`).exec(text)![1]!;
}

/** The banner's queries with the subject that each is to be pasted with. */
function queriesIn(text: string): { subject: string; query: string }[] {
  return [...text.matchAll(/^# \S+: paste it with .*\(([\w-]+)\)\n(query [\s\S]*?\n\}\n)/gm)].map(
    ([, subject, query]) => ({ subject: subject!, query: query! }),
  );
}

/** The postgres servers that run on a data folder. */
async function serversOn(data: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (/postgres\0/.test(command) && command.includes(data)) found.push(pid);
  }
  return found;
}

/** A watchdog of another process ends the server. */
const noServerOn = (data: string) =>
  eventually(
    async () => (await serversOn(data)).length === 0,
    () => `A server is left on ${data}.`,
  );

/** One sentence, no stack, and a status that says that it failed. */
async function refusal(env: Record<string, string>): Promise<string> {
  const refused = start(env);
  const how = await refused.ended;
  expect(how).not.toBe(0);
  const text = refused.printed().trim();
  expect(text).not.toMatch(/^\s+at /m);
  expect(text.split('\n')).toHaveLength(1);
  return text;
}

describe('the alliance as a process', () => {
  it(
    'finishes a first demo that was killed on the way',
    async () => {
      const killed = start({ DATA_DIR: dataDir, LOG_LEVEL: 'info' });
      // All rooms are migrated: the demo is being loaded.
      await killed.prints(/(migrated[\s\S]*){4}/);
      await killed.kill('SIGKILL');
      expect(killed.printed()).not.toMatch(lastQuery);
      await noServerOn(dataDir);

      const again = start({ DATA_DIR: dataDir });
      await again.prints(lastQuery);
      const text = again.printed();
      expect(text).toMatch(/^Explorer +http:\/\/127\.0\.0\.1:\d+\/explorer$/m);
      expect(text.match(/^Authorization: Bearer \S+$/gm)).toHaveLength(Object.keys(demoPeople).length);
      const queries = queriesIn(text);
      expect(queries).toHaveLength(3);
      for (const { subject, query } of queries) {
        const asker = createAsker(urlIn(text), { authorization: `Bearer ${tokenOf(text, subject)}` });
        const { data, errors } = await asker.ask(query);
        expect(errors).toEqual([]);
        expect(Object.values(data as object)).not.toContain(null);
      }
      await again.kill('SIGKILL');
      await noServerOn(dataDir);
    },
    patience,
  );

  it(
    'has its data after a kill -9, believes its tokens of before, and leaves nothing behind',
    async () => {
      const first = start({ DATA_DIR: dataDir });
      await first.prints(lastQuery);
      const token = tokenOf(first.printed(), 'demo-learner');
      const query =
        '{ me { legalName deposits(first: 50) { totalCount edges { node { id title state } } } } }';
      const ask = (one: AllianceProcess) =>
        createAsker(urlIn(one.printed()), { authorization: `Bearer ${token}` }).must(query);
      const before = await ask(first);
      await first.kill('SIGKILL');

      const second = start({ DATA_DIR: dataDir });
      await second.prints(lastQuery);
      expect(await ask(second)).toEqual(before);
      expect(before.me.deposits.totalCount).toBe(3);
      await second.kill('SIGTERM');
      expect(await second.ended).toBe(0);
      expect(await serversOn(dataDir)).toEqual([]);
    },
    patience,
  );

  it(
    'says in one sentence that its port is taken',
    async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const port = String((other.address() as AddressInfo).port);
      try {
        expect(await refusal({ DATA_DIR: dataDir, PORT: port })).toContain(port);
        await noServerOn(dataDir);
      } finally {
        other.close();
      }
    },
    patience,
  );

  it(
    'says in one sentence which setting is wrong',
    async () => {
      expect(await refusal({ DATA_DIR: dataDir, PORT: 'four thousand' })).toContain('PORT');
      expect(await refusal({ DATA_DIR: dataDir, AMRLO_DEPTH: '3' })).toContain('AMRLO_DEPTH');
    },
    patience,
  );

  it(
    'says in one sentence that its data folder cannot be written',
    async () => {
      const file = join(folder, 'a-file');
      await writeFile(file, '');
      expect(await refusal({ DATA_DIR: join(file, 'data') })).toContain(file);
    },
    patience,
  );

  it(
    'shows no explorer, answers no introspection and prints no tokens in production',
    async () => {
      const production = start({ DATA_DIR: join(folder, 'production'), NODE_ENV: 'production' });
      await production.prints(/AMRLO Graph +http/);
      await production.prints(/\n\n$/);
      expect(production.printed()).not.toContain('Bearer');
      const url = urlIn(production.printed());
      expect((await fetch(`${url}/explorer`)).status).toBe(404);
      const nobody = createAsker(url, {});
      expect((await nobody.ask('{ __schema { types { name } } }')).codes).toEqual(['INTROSPECTION_DISABLED']);
      expect((await nobody.ask('{ institutions { totalCount } }')).data).toEqual({
        institutions: { totalCount: 0 },
      });
      await production.kill('SIGTERM');
      expect(await production.ended).toBe(0);
    },
    patience,
  );
});
