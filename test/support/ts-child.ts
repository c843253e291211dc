import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A child process that a test may kill. */
export interface TsChild {
  /** Ends it with SIGKILL and resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves with its exit code when it ends by itself. */
  ended(): Promise<number | null>;
}

/** Runs a TypeScript file of the tests in a process of its own; what it prints on stderr is shown. */
export function startTsChild(file: string, args: readonly string[]): TsChild {
  const hooks = pathToFileURL(join(import.meta.dirname, 'ts-hooks.mjs')).href;
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', '--import', hooks, file, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const exit = once(child, 'exit');
  return {
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    async ended() {
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
}
