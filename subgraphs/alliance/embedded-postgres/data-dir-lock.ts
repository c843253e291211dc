import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { folderUnwritable, makeFolder } from '../../kit/base/make-folder.js';
import { IDENTITY_IS_EXACT, processIdentity, processNamespace } from './process-identity.js';
import { systemCode } from './system-code.js';

/** The one right to run a server on a data folder; held until released or until the process dies. */
export interface DataDirLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  readonly identity: string;
  readonly namespace: string;
  readonly token: string;
}

const HEARTBEAT_MS = 2_000;
const FILE = 'alliance.lock';

/**
 * Makes the data folder and takes its lock, so that two alliances never run servers on the same files.
 * A lock whose owner is dead is taken over.
 * @throws AmrloError `DATA_DIR_IN_USE`, `DATA_DIR_UNWRITABLE`
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const file = path.join(dataDir, FILE);
  const owner: Owner = {
    pid: process.pid,
    identity: processIdentity(process.pid) ?? '',
    namespace: processNamespace(),
    token: randomUUID(),
  };
  const own = `${file}.${owner.token}`;
  try {
    await makeFolder(dataDir);
    await writeFile(own, JSON.stringify(owner), { mode: 0o600, flag: 'wx' });
    await take(file, own, dataDir);
  } catch (error) {
    throw error instanceof AmrloError ? error : folderUnwritable(dataDir, error);
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
  }
  const heartbeat = setInterval(() => void beat(file), HEARTBEAT_MS).unref();
  return {
    release: async () => {
      clearInterval(heartbeat);
      if ((await readOwner(file))?.token === owner.token) await rm(file, { force: true });
    },
  };
}

/** Takes the lock or throws `DATA_DIR_IN_USE`; loops because another process may take or leave it meanwhile. */
async function take(file: string, own: string, dataDir: string): Promise<void> {
  for (;;) {
    try {
      await publish(own, file);
      return;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const holder = await readOwner(file);
    if (holder !== undefined && (await lives(holder, file))) {
      throw new AmrloError('DATA_DIR_IN_USE', { folder: dataDir, pid: holder.pid });
    }
    await discard(file, holder, `${own}.stale`);
  }
}

/** Links `own` as `file`: a link makes the whole lock or fails with EEXIST, so no reader sees half of one. */
async function publish(own: string, file: string): Promise<void> {
  try {
    await link(own, file);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error;
    // File systems without hard links (exFAT, some shared folders).
    await copyFile(own, file, constants.COPYFILE_EXCL);
  }
}

/** Removes a dead lock; when a third process replaced it meanwhile, puts the living one back. */
async function discard(file: string, holder: Owner | undefined, aside: string): Promise<void> {
  try {
    await rename(file, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readOwner(aside))?.token !== holder?.token) await publish(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function lives(holder: Owner, file: string): Promise<boolean> {
  if (holder.namespace === processNamespace()) {
    const same = processIdentity(holder.pid) === holder.identity;
    if (IDENTITY_IS_EXACT || !same) return same;
  }
  // A process of another container cannot be asked who it is; its heartbeat on the file can be watched.
  const before = await modified(file);
  if (before === undefined || Date.now() - before > 3 * HEARTBEAT_MS) return false;
  await delay(3 * HEARTBEAT_MS);
  const after = await modified(file);
  return after !== undefined && after !== before;
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

async function modified(file: string): Promise<number | undefined> {
  return await stat(file).then(
    (stats) => stats.mtimeMs,
    () => undefined,
  );
}

async function beat(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}
