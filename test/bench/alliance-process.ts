import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { projectFile } from '../../subgraphs/alliance/project-file.js';
import { sourceFlags } from './source-flags.js';
import type { CapturedStatement } from './sql-replay.js';

const instruments = pathToFileURL(join(import.meta.dirname, 'instruments.ts')).href;

/** The compiled alliance in a process of its own, as `npm start` runs it. */
export interface AllianceProcess {
  readonly url: string;
  /** Writes down the SQL that a piece of work causes; needs the instruments. */
  captureSql(work: () => Promise<unknown>): Promise<CapturedStatement[]>;
  /** Profiles the process during a piece of work; needs the instruments. */
  profile(file: string, work: () => Promise<unknown>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the compiled alliance on a data folder; resolves when it prints its address, the demo loaded. */
export async function startAllianceProcess(options: {
  dataDir: string;
  /** Loads the instruments, which cost a little. */
  instruments?: boolean;
}): Promise<AllianceProcess> {
  const child = fork(projectFile('dist/subgraphs/alliance/main.js'), [], {
    execArgv: options.instruments ? [...sourceFlags, '--import', instruments] : [],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: options.dataDir,
      LOG_LEVEL: 'fatal',
      AMRLO_RATE_LIMIT_PER_MINUTE: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The alliance ended with status ${code}.`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const address = /^AMRLO Graph\s+(http:\S+)\/graphql$/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
  return {
    url,
    async captureSql(work) {
      child.send('capture');
      await work();
      const answer = once(child, 'message');
      child.send('deliver');
      const [{ captured }] = (await answer) as [{ captured: CapturedStatement[] }];
      return captured;
    },
    async profile(file, work) {
      child.send('profile');
      await work();
      const written = once(child, 'message');
      child.send({ profiled: file });
      await written;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      const impatience = setTimeout(() => child.kill('SIGKILL'), 20_000);
      child.kill('SIGTERM');
      await exit;
      clearTimeout(impatience);
    },
  };
}
