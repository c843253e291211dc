import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { projectFile } from '../project-file.js';

/** How one process of the topology is started. */
export interface ProcessPlan {
  /** For example `learners`, `gateway`, `ningxia-university`. */
  readonly name: string;
  /** Its main in the built project, for example `subgraphs/learners/main.js`. */
  readonly main: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Its base address. */
  readonly url: string;
}

/** One process of the topology. */
export interface TopologyProcess {
  readonly name: string;
  readonly url: string;
  /** Undefined while it is not running. */
  readonly pid: number | undefined;
  /** Resolves when `/ready` answers with success. @throws Error with what it said when it ended before */
  ready(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again after it ended, and waits until it is ready. */
  restart(): Promise<void>;
  /** Lets it finish what it does, then ends it; by force when it takes too long. */
  stop(): Promise<void>;
}

const startPatienceMs = 90_000;
const stopPatienceMs = 20_000;

/** Starts a process that lives no longer than this one. Its output goes to `output`, line by line. */
export function startProcess(plan: ProcessPlan, output: (line: string) => void): TopologyProcess {
  const { name, url } = plan;
  let child = start();
  let lastWords = '';

  function start(): ChildProcess {
    const dist = projectFile('dist');
    const follow = pathToFileURL(join(dist, 'subgraphs/alliance/topology/follow-parent-main.js')).href;
    const started = fork(join(dist, plan.main), [], {
      execArgv: ['--enable-source-maps', '--import', follow],
      env: { ...plan.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A process group of its own: Ctrl-C reaches the parent, and the parent stops the others in order.
      detached: true,
    });
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n')) {
          if (line.trim() === '') continue;
          if (stream === started.stderr) lastWords = line;
          output(`${name}: ${line}`);
        }
      });
    }
    return started;
  }

  const running = () => child.exitCode === null && child.signalCode === null;

  async function ready(): Promise<void> {
    const latest = Date.now() + startPatienceMs;
    while (running()) {
      const answered = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) }).then(
        async (response) => {
          await response.body?.cancel();
          return response.ok;
        },
        () => false,
      );
      if (answered) return;
      if (Date.now() > latest)
        throw new Error(`${name} was not ready after ${startPatienceMs / 1_000} seconds.`);
      await pause(100);
    }
    throw new Error(`${name} did not start: ${lastWords || `it ended with status ${child.exitCode}`}`);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!running()) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  return {
    name,
    url,
    get pid() {
      return running() ? child.pid : undefined;
    },
    ready,
    kill: () => end('SIGKILL'),
    async restart() {
      if (running()) throw new Error(`${name} is still running.`);
      child = start();
      await ready();
    },
    async stop() {
      const impatience = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
      try {
        await end('SIGTERM');
      } finally {
        clearTimeout(impatience);
      }
    },
  };
}
