import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { availableParallelism, platform } from 'node:os';

/** The core of the gateway under test, which has it for itself, and the core of everything else. */
export const cores = { gateway: 0, rest: 1 } as const;

/** Whether processes can be bound to a core here. */
export const canPin = platform() === 'linux' && availableParallelism() > 1;

/** A process bound to one core. */
export interface PinnedProcess {
  readonly child: ChildProcess;
  /** Processor time of the process so far, in milliseconds; `NaN` where the system does not tell. */
  cpuMs(): Promise<number>;
  /** Resident memory in MB; `NaN` where the system does not tell. */
  memoryMb(): Promise<number>;
  /** Resolves with the next message. @throws Error when the process ends instead */
  message<T>(): Promise<T>;
  stop(): Promise<void>;
}

/** Starts Node on one core. */
export function startPinned(
  core: number,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; stdout?: 'pipe' | 'ignore' } = {},
): PinnedProcess {
  const [command, before] = canPin
    ? (['taskset', ['-c', String(core), process.execPath]] as const)
    : ([process.execPath, []] as const);
  const child = spawn(command, [...before, ...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', options.stdout ?? 'ignore', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit');
  // Whoever waits for a message learns of the end; nobody else has to.
  exit.catch(() => undefined);
  return {
    child,
    async cpuMs() {
      const text = await proc(child, 'stat');
      // Fields 14 and 15, counted behind the name in parentheses, in hundredths of a second.
      const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
      return fields === undefined ? Number.NaN : (Number(fields[11]) + Number(fields[12])) * 10;
    },
    async memoryMb() {
      const text = await proc(child, 'status');
      return Number(/VmRSS:\s+(\d+) kB/.exec(text ?? '')?.[1] ?? Number.NaN) / 1_024;
    },
    async message<T>() {
      const ended = exit.then(([code]) => {
        throw new Error(`${args.at(-1)} ended with status ${code as number | null}.`);
      });
      const [message] = (await Promise.race([once(child, 'message'), ended])) as [T];
      return message;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000);
      child.kill('SIGTERM');
      await exit;
      clearTimeout(impatience);
    },
  };
}

async function proc(child: ChildProcess, file: string): Promise<string | undefined> {
  return platform() === 'linux' ? await readFile(`/proc/${child.pid}/${file}`, 'utf8') : undefined;
}
