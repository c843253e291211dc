import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFile } from '../../subgraphs/alliance/project-file.js';
import { archiveBody, askArchive, learnerTokens } from './archive.js';

/** Seconds of each part of a newcomer's first minutes. */
export interface CloneFigures {
  readonly clone: number;
  readonly install: number;
  /** From `npm start` to the first answered query, compilation and demo included. */
  readonly start: number;
}

/** Clones the last commit, installs it with npm's local cache, starts it and asks for the archive. */
export async function cloneToFirstAnswer(folder: string): Promise<CloneFigures> {
  const dataDir = join(folder, '.data');
  const started = performance.now();
  await run('git', ['clone', '--quiet', projectFile('.'), folder], projectFile('.'));
  const cloned = performance.now();
  await run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--silent'], folder);
  const installed = performance.now();
  // A process group of its own: npm, its shell and the alliance are stopped together.
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: environment({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'fatal' }),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const exit = once(child, 'exit');
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child
        .once('error', reject)
        .once('exit', (code) => reject(new Error(`npm start ended with status ${code}.`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const address = /^AMRLO Graph\s+(http:\S+)\/graphql$/.exec(line)?.[1];
        if (address !== undefined) resolve(address);
      });
    });
    const [token] = await learnerTokens(dataDir, 1);
    await askArchive(url, await archiveBody(), token!);
    const answered = performance.now();
    return {
      clone: (cloned - started) / 1_000,
      install: (installed - cloned) / 1_000,
      start: (answered - installed) / 1_000,
    };
  } finally {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await exit;
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Without what `npm run` hands down, which a newcomer's shell does not have. */
function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|INIT_CWD$)/.test(name));
  return { ...Object.fromEntries(own), ...more };
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, env: environment(), stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with status ${code}.`);
}
