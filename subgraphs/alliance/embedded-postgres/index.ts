import path from 'node:path';
import { findBinaries } from './binaries.js';
import { clusterOwner, clusterPassword, clusterPaths, ensureCluster, type ClusterPaths } from './cluster.js';
import { lockDataDir } from './data-dir-lock.js';
import { stopLeftovers } from './leftovers.js';
import { startPostmaster } from './postmaster.js';
import { chooseRunAs } from './run-as.js';
import {
  freePort,
  makeSocketFolder,
  removeSocketFolder,
  removeStaleSocketFolders,
  SOCKET_PORT,
} from './socket-folder.js';
import { supervise } from './supervise.js';

/** Who connects to which database; the superuser `postgres` and its database `postgres` by default. */
export interface ConnectionOptions {
  readonly user?: string;
  /** Not asked for on a socket; on Windows the superuser's is filled in. */
  readonly password?: string;
  readonly database?: string;
}

/** The parts of an address as `pg` and MikroORM (`dbName` for `database`) take them; `host` is a folder on a socket. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
}

/** A running server. It ends with this process, however that ends; a server that dies is started again. */
export interface EmbeddedPostgres {
  /** `postgresql://user@%2Fsocket%2Ffolder:5432/database`: the one form libpq, `pg` and MikroORM 7 all read. */
  url(options?: ConnectionOptions): string;
  connection(options?: ConnectionOptions): Connection;
  /** Process number of the server; another one after it had to be started again. */
  readonly pid: number;
  /** Fast shutdown; resolves when the server has ended and the data folder is free for another alliance. */
  stop(): Promise<void>;
}

/** What to start. */
export interface EmbeddedPostgresOptions {
  /** Folder of ours, made when missing; holds the cluster and the lock. */
  readonly dataDir: string;
  /** Server settings by name, over the defaults below. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Receives the server's log, a line at a time. */
  readonly log?: (line: string) => void;
}

const DEFAULT_SETTINGS = {
  shared_buffers: '64MB',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Starts a real PostgreSQL 18 on a folder, making the cluster when there is none; resolves when it accepts
 * connections.
 * @throws AmrloError `DATA_DIR_…` or `EMBEDDED_POSTGRES_…`, one sentence for the operator
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const paths = clusterPaths(path.resolve(options.dataDir));
  const undo: (() => Promise<void>)[] = [];
  const rollback = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const lock = await lockDataDir(paths.dataDir);
    undo.push(() => lock.release());
    return await start(paths, options, undo, rollback);
  } catch (error) {
    await rollback();
    throw error;
  }
}

async function start(
  paths: ClusterPaths,
  options: EmbeddedPostgresOptions,
  undo: (() => Promise<void>)[],
  rollback: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const { cluster, dataDir } = paths;
  const log = options.log ?? (() => undefined);
  const binaries = await findBinaries(path.join(dataDir, 'binaries'));
  const runAs = await chooseRunAs(binaries, dataDir, await clusterOwner(paths));
  await removeStaleSocketFolders();
  await stopLeftovers(cluster, runAs, log);
  await ensureCluster(
    paths,
    runAs,
    !['off', 'false', 'no', '0'].includes(options.settings?.['fsync'] ?? 'on'),
  );

  const address = await listenAddress(runAs.uid);
  undo.push(address.remove);
  const settings = { ...DEFAULT_SETTINGS, ...options.settings, ...address.settings };
  const launch = async (): ReturnType<typeof startPostmaster> => {
    await stopLeftovers(cluster, runAs, log);
    return await startPostmaster(cluster, runAs, settings, log);
  };
  const server = await supervise(launch, log);
  undo.push(() => server.stop());

  const password = await clusterPassword(paths);
  const connection = (to: ConnectionOptions = {}): Connection => {
    const key = to.password ?? password;
    return {
      host: address.host,
      port: address.port,
      user: to.user ?? 'postgres',
      database: to.database ?? 'postgres',
      ...(key === undefined ? {} : { password: key }),
    };
  };
  let stopped: Promise<void> | undefined;
  return {
    get pid() {
      return server.pid;
    },
    connection,
    url: (to) => urlOf(connection(to)),
    stop: () => (stopped ??= rollback()),
  };
}

interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

async function listenAddress(uid: number | undefined): Promise<ListenAddress> {
  if (process.platform === 'win32') {
    const port = await freePort();
    const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
    return { host: '127.0.0.1', port, settings, remove: () => Promise.resolve() };
  }
  const host = await makeSocketFolder(uid);
  const settings = { listen_addresses: '', port: String(SOCKET_PORT), unix_socket_directories: host };
  return { host, port: SOCKET_PORT, settings, remove: () => removeSocketFolder(host) };
}

function urlOf({ host, port, user, password, database }: Connection): string {
  const key = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  return `postgresql://${encodeURIComponent(user)}${key}@${encodeURIComponent(host)}:${port}/${encodeURIComponent(database)}`;
}
