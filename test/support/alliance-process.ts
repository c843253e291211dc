import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { eventually } from './eventually.js';

/** The alliance, or a command beside it, as a process of its own. */
export interface AllianceProcess {
  readonly pid: number;
  /** What it has printed so far. */
  printed(): string;
  /** Waits until what it printed matches; throws with the output when it ended before. */
  prints(pattern: RegExp): Promise<void>;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

const main = 'subgraphs/alliance/main.js';
const started: AllianceProcess[] = [];

/** Starts a main of the built project, by default the one that `npm start` runs, with these settings and no others. */
export function startProcess(
  env: Readonly<Record<string, string>>,
  program = main,
  words: readonly string[] = [],
): AllianceProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AMRLO_|DATABASE_URL|REDIS_URL|NODE_|PORT|HOST$|DATA_DIR|MIGRATION_)/.test(name),
  );
  const file = new URL(`../../dist/${program}`, import.meta.url).pathname;
  const child = spawn(process.execPath, [file, ...words], {
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

/** Ends every process that was started here. */
export async function killProcesses(): Promise<void> {
  for (const one of started.splice(0)) await one.kill('SIGKILL');
}

/** The base address in what an alliance has printed. */
export function urlIn(text: string): string {
  return /http:\/\/127\.0\.0\.1:\d+(?=\/graphql)/.exec(text)![0];
}

/** The demo token that an alliance has printed for a subject. */
export function tokenIn(text: string, subject: string): string {
  return new RegExp(`\\(${subject}\\)\\nAuthorization: Bearer (\\S+)`).exec(text)![1]!;
}

/** The postgres servers that run on a data folder. */
export async function serversOn(data: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (/postgres\0/.test(command) && command.includes(data)) found.push(pid);
  }
  return found;
}

/** Waits until no server runs on a data folder: a watchdog of another process ends it. */
export function noServerOn(data: string): Promise<void> {
  return eventually(
    async () => (await serversOn(data)).length === 0,
    () => `A server is left on ${data}.`,
  );
}
