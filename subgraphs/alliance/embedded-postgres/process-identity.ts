import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/**
 * A word that is the same for one process as long as it lives and differs from any later process that happens
 * to get its number: numbers come round quickly in containers. Undefined when no such process lives.
 * Windows tells no start time cheaply: there the word is the same for all (see `IDENTITY_IS_EXACT`).
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxIdentity(pid);
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'win32') return 'alive';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Whether equal identities prove that it is the same process. */
export const IDENTITY_IS_EXACT = process.platform !== 'win32';

/** Whether a process with this number exists, whoever owns it; a zombie counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Names the set of process numbers we see: in another container the same number is another process. */
export function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return os.hostname();
  }
}

function linuxIdentity(pid: number): string | undefined {
  try {
    // The command name in brackets may hold spaces; after it come the state and, 19 fields on, the start time.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
  } catch {
    return undefined;
  }
}
