import { readFile, readdir, readlink, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { systemCode } from './system-code.js';
import { isAlive } from './process-identity.js';
import type { RunAs } from './run-as.js';
import { runCommand } from './run-command.js';

const FAST_MS = 30_000;
const IMMEDIATE_MS = 5_000;

/**
 * Ends whatever server still works on this cluster; call it with the folder's lock held. After a kill of its
 * parent a server may still be writing its last checkpoint, and after a kill of the postmaster itself some
 * backend may live on: PostgreSQL would refuse to start beside either.
 */
export async function stopLeftovers(
  cluster: string,
  runAs: RunAs,
  log: (line: string) => void,
): Promise<void> {
  if (process.platform === 'win32') {
    await runCommand(runAs.command(runAs.binaries.pgCtl, ['stop', '-D', cluster, '-m', 'fast', '-w']));
    return;
  }
  const postmaster = await recordedPostmaster(cluster);
  const found = await serverProcesses(cluster, postmaster);
  if (found.length > 0) {
    log(`stopping a PostgreSQL left over on ${cluster} (process ${found.join(', ')})`);
    const orphaned = postmaster === undefined || !found.includes(postmaster);
    if (orphaned) signal(found, 'SIGQUIT');
    else signal([postmaster], 'SIGINT');
    await ended(cluster, postmaster, orphaned ? IMMEDIATE_MS : FAST_MS);
  }
  await disownPostmasterFile(cluster, postmaster);
}

async function ended(cluster: string, postmaster: number | undefined, patience: number): Promise<void> {
  for (const [stronger, wait] of [
    ['SIGQUIT', patience],
    ['SIGKILL', IMMEDIATE_MS],
    [undefined, IMMEDIATE_MS],
  ] as const) {
    const deadline = Date.now() + wait;
    let rest: number[];
    while ((rest = await serverProcesses(cluster, postmaster)).length > 0 && Date.now() < deadline)
      await delay(10);
    if (rest.length === 0) return;
    if (stronger !== undefined) signal(rest, stronger);
  }
  throw new AmrloError('DATA_DIR_IN_USE', { folder: cluster, pid: postmaster });
}

/**
 * The server takes a living process with the number in a stale `postmaster.pid` for another server, and numbers
 * come round quickly in containers. Writing our own number says "stale", as the server never takes its parent
 * for one, and keeps the shared-memory key by which it finds out whether any backend still lives.
 */
async function disownPostmasterFile(cluster: string, postmaster: number | undefined): Promise<void> {
  if (postmaster === undefined || !isAlive(postmaster)) return;
  const file = path.join(cluster, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) await writeFile(file, text.replace(/^-?\d+/, String(process.pid)));
}

/** The process number in `postmaster.pid`, if there is such a file. */
async function recordedPostmaster(cluster: string): Promise<number | undefined> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Math.abs(Number.parseInt(text, 10));
  return pid > 0 ? pid : undefined;
}

/** Every server process of this cluster: on Linux those that work in its folder, elsewhere the recorded one. */
async function serverProcesses(cluster: string, postmaster: number | undefined): Promise<number[]> {
  const folder = await realpath(cluster).catch(() => cluster);
  if (process.platform !== 'linux') {
    if (postmaster === undefined || !isAlive(postmaster)) return [];
    const { output } = await runCommand({ file: 'ps', args: ['-o', 'command=', '-p', String(postmaster)] });
    return output.includes('postgres') && output.includes(cluster) ? [postmaster] : [];
  }
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    if ((await readlink(`/proc/${name}/cwd`).catch(() => '')) !== folder) continue;
    if ((await readFile(`/proc/${name}/comm`, 'utf8').catch(() => '')).trim() === 'postgres')
      found.push(Number(name));
  }
  return found;
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      // Ended meanwhile, or not ours to end: whoever waits for it finds out.
      if (!['ESRCH', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
    }
  }
}
