import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lchown,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { causeIn } from './last-words.js';
import type { RunAs } from './run-as.js';
import { runCommand, type CommandResult } from './run-command.js';

/**
 * Dynamic shared memory elsewhere than in `/dev/shm`: containers make that 64 MB or less, and parallel queries
 * fail when it is full. Written into the cluster's configuration, since initdb itself needs it.
 */
const SHARED_MEMORY = { linux: 'sysv', win32: 'windows' }[process.platform as string] ?? 'posix';

/** Where things lie in the data folder. */
export interface ClusterPaths {
  readonly dataDir: string;
  readonly cluster: string;
}

/** The cluster is one level down: a mounted folder cannot be renamed into place, a folder inside it can. */
export function clusterPaths(dataDir: string): ClusterPaths {
  return { dataDir, cluster: path.join(dataDir, 'cluster') };
}

/** User who owns the cluster on disk, undefined before there is one (and on Windows, where it says nothing). */
export async function clusterOwner({ cluster }: ClusterPaths): Promise<number | undefined> {
  if (process.platform === 'win32') return undefined;
  return await stat(cluster).then(
    (stats) => stats.uid,
    () => undefined,
  );
}

/**
 * Makes the cluster unless it is there. `initdb` works in a folder of its own beside the final one, which is
 * renamed when whole: what a crash leaves behind is only ever rubbish to remove, never half a cluster.
 * @param durable flush the new files to disk; false only where the server runs with `fsync=off` anyway.
 */
export async function ensureCluster(paths: ClusterPaths, runAs: RunAs, durable: boolean): Promise<void> {
  const leftovers = (await readdir(paths.dataDir)).filter((name) => name.startsWith('initdb-'));
  for (const name of leftovers) {
    // Retried, because where nothing ends an initdb with its parent it may still be writing there.
    await rm(path.join(paths.dataDir, name), {
      recursive: true,
      force: true,
      maxRetries: 5,
      retryDelay: 100,
    });
  }

  if (await clusterExists(paths, runAs.major)) {
    await claimCluster(paths, runAs.uid);
    return;
  }
  const folder = await mkdtemp(path.join(paths.dataDir, 'initdb-'));
  if (runAs.uid !== undefined) await chown(folder, runAs.uid, runAs.uid);
  const { status, output } = await initdb(folder, paths, runAs, durable);
  if (status !== 0) {
    await rm(folder, { recursive: true, force: true });
    throw new AmrloError('EMBEDDED_POSTGRES_FAILED', { reason: causeIn(output.split('\n')) });
  }
  await rename(folder, paths.cluster);
}

async function clusterExists({ dataDir, cluster }: ClusterPaths, major: string): Promise<boolean> {
  const foreign = await versionOf(dataDir);
  const found = foreign ?? (await versionOf(cluster));
  const present = (await readdir(cluster).catch(() => undefined)) !== undefined;
  if (found === undefined && !present) return false;
  if (found === major && foreign === undefined) return true;
  const version = foreign ?? found;
  throw version === undefined
    ? new AmrloError('DATA_DIR_FOREIGN', { folder: dataDir })
    : new AmrloError('DATA_DIR_VERSION', { folder: dataDir, found: version, major });
}

/** Makes a cluster from elsewhere the server's own: PostgreSQL refuses one of another user or open to others. */
async function claimCluster(paths: ClusterPaths, uid = process.getuid?.()): Promise<void> {
  const owner = await clusterOwner(paths);
  if (owner !== undefined && owner !== uid && process.getuid?.() !== 0) {
    throw new AmrloError('DATA_DIR_UNWRITABLE', { folder: paths.dataDir, reason: `owner: uid ${owner}` });
  }
  // Restored backups and Kubernetes volumes (`fsGroup`) come with wider permissions.
  await chmod(paths.cluster, 0o700);
  if (owner === undefined || uid === undefined || owner === uid) return;
  // Made by root in a user namespace, and now there are none: root's files go to the server's user.
  for (const entry of await readdir(paths.cluster, { recursive: true, withFileTypes: true })) {
    await lchown(path.join(entry.parentPath, entry.name), uid, uid);
  }
  // Last, so that a chown cut short is seen and done again.
  await chown(paths.cluster, uid, uid);
}

async function versionOf(folder: string): Promise<string | undefined> {
  return await readFile(path.join(folder, 'PG_VERSION'), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}

/**
 * Text sorts and folds by PostgreSQL's own Unicode tables, which do not change under a cluster when the system's
 * locales do. `LC_CTYPE` still decides what a letter is for pg_trgm and the text search parser: with `C` no
 * Chinese character is one and `show_trgm('学习')` is empty, so a UTF-8 one is used where the system has it.
 */
async function initdb(
  folder: string,
  paths: ClusterPaths,
  runAs: RunAs,
  durable: boolean,
): Promise<CommandResult> {
  const args = [
    `--pgdata=${folder}`,
    '--username=postgres',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    `--set=dynamic_shared_memory_type=${SHARED_MEMORY}`,
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
    ...(await authentication(paths)),
  ];
  let result: CommandResult = { status: null, output: '' };
  for (const ctype of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    result = await runCommand(runAs.command(runAs.binaries.initdb, [...args, `--lc-ctype=${ctype}`]));
    if (!result.output.includes('invalid locale name')) break;
  }
  return result;
}

/** Nobody else reaches the socket, so it needs no password; Windows listens on TCP and does. */
async function authentication(paths: ClusterPaths): Promise<string[]> {
  if (process.platform !== 'win32') return ['--auth=trust'];
  const file = passwordFile(paths);
  await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return ['--auth=scram-sha-256', `--pwfile=${file}`];
}

/** Password of the superuser, where there is one (Windows). */
export async function clusterPassword(paths: ClusterPaths): Promise<string | undefined> {
  return await readFile(passwordFile(paths), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}

function passwordFile({ dataDir }: ClusterPaths): string {
  return path.join(dataDir, 'password');
}
