import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { causeIn } from './last-words.js';
import type { RunAs } from './run-as.js';
import { runCommand, serverEnvironment, userOf } from './run-command.js';
import { startWatchdog } from './watchdog.js';

/** A running server. */
export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason, with how it ended. */
  readonly exited: Promise<string>;
  /** Fast shutdown: open transactions roll back, a checkpoint is written. Resolves when the process has ended. */
  stop(): Promise<void>;
}

const FAST_MS = 60_000;
const IMMEDIATE_MS = 10_000;
const LINES_KEPT = 12;

/** Starts the server and resolves when it accepts connections; throws with its last words if it ends instead. */
export async function startPostmaster(
  cluster: string,
  runAs: RunAs,
  settings: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<Postmaster> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = runAs.command(runAs.binaries.postgres, ['-D', cluster, ...flags], 'INT');
  const child = spawn(command.file, command.args, {
    ...userOf(command),
    // Its own session: a Ctrl-C meant for the alliance must not stop the database before the requests are done.
    detached: process.platform !== 'win32',
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  });
  const exited = exitOf(child);
  const last: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    last.push(line);
    if (last.length > LINES_KEPT) last.shift();
    log(line);
  });
  const pid = child.pid;
  if (pid === undefined) throw failed(await exited, last);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const callOff = runAs.endsWithParent ? undefined : startWatchdog(pid, runAs.binaries.pgCtl);
  void exited.then(callOff);

  const end = await Promise.race([exited, ready(cluster, pid, child)]);
  if (end !== undefined) {
    await Promise.race([closed, delay(500)]);
    throw failed(end, last);
  }
  // A program that forgets to stop us may still end; the server then ends with it.
  child.unref();
  (child.stderr as typeof child.stderr & { unref(): void }).unref();
  return { pid, exited, stop: () => stop(child, cluster, exited, runAs) };
}

/** What pg_ctl watches: the server writes its state into line 8 of `postmaster.pid`, whatever its log settings. */
async function ready(cluster: string, pid: number, child: ChildProcess): Promise<undefined> {
  for (
    let pause = 5;
    child.exitCode === null && child.signalCode === null;
    pause = Math.min(pause * 1.2, 50)
  ) {
    const lines = (await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (lines[0] === String(pid) && lines[7]?.trim() === 'ready') return undefined;
    await delay(pause);
  }
  return await new Promise<never>(() => undefined);
}

async function stop(
  child: ChildProcess,
  cluster: string,
  exited: Promise<string>,
  runAs: RunAs,
): Promise<void> {
  child.ref();
  if (process.platform === 'win32') {
    await runCommand(runAs.command(runAs.binaries.pgCtl, ['stop', '-D', cluster, '-m', 'fast', '-w']));
    await exited;
    return;
  }
  for (const [signal, patience] of [
    ['SIGINT', FAST_MS],
    ['SIGQUIT', IMMEDIATE_MS],
  ] as const) {
    child.kill(signal);
    const late = new AbortController();
    const timeout = delay(patience, true, { signal: late.signal }).catch(() => false);
    const tooLate = await Promise.race([exited.then(() => false), timeout]);
    late.abort();
    if (!tooLate) return;
  }
  child.kill('SIGKILL');
  await exited;
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // `exit` and not `close`: a backend that outlives a killed postmaster holds the log pipe open.
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${String(code)}` : signal));
  });
}

function failed(end: string, last: readonly string[]): AmrloError {
  return new AmrloError('EMBEDDED_POSTGRES_FAILED', { reason: causeIn(last) || end });
}
