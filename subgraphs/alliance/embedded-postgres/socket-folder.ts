import { chown, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { processIdentity } from './process-identity.js';

/** The name libpq gives the socket of a port: a folder and a port number are all a client needs. */
export const SOCKET_PORT = 5432;

const PREFIX = 'amrlo-pg-';
/** Bytes a socket path may have: 107 on Linux, 103 on macOS. */
const LIMIT = 103;

/**
 * Makes a folder for the server's socket that only we can enter: the permission on it is the only key there is.
 * It lies in the temporary folder because a socket's path is short by law and the data folder's may be long.
 * @param uid the server's user when it is not our own.
 */
export async function makeSocketFolder(uid: number | undefined): Promise<string> {
  const longest = path.join(os.tmpdir(), `${PREFIX}${process.pid}-XXXXXX`, `.s.PGSQL.${SOCKET_PORT}.lock`);
  const awkward = Buffer.byteLength(longest) > LIMIT || /[,"']/.test(longest);
  const folder = await mkdtemp(path.join(awkward ? '/tmp' : os.tmpdir(), `${PREFIX}${process.pid}-`));
  if (uid !== undefined) await chown(folder, uid, uid);
  return folder;
}

/** Removes the folders of alliances that were killed. One whose server still answers is left alone. */
export async function removeStaleSocketFolders(): Promise<void> {
  for (const parent of new Set([os.tmpdir(), '/tmp'])) {
    for (const name of await readdir(parent).catch(() => [])) {
      const pid = /^amrlo-pg-(\d+)-/.exec(name)?.[1];
      // An owner that is dead but not yet reaped has no identity any more.
      if (pid === undefined || processIdentity(Number(pid)) !== undefined) continue;
      const folder = path.join(parent, name);
      const stats = await lstat(folder).catch(() => undefined);
      const uid = process.getuid?.();
      if (stats === undefined || !stats.isDirectory() || (uid !== 0 && stats.uid !== uid)) continue;
      if (!(await answers(path.join(folder, `.s.PGSQL.${SOCKET_PORT}`)))) await removeSocketFolder(folder);
    }
  }
}

/** Removes a socket folder; never fails, since a folder left in the temporary folder harms nobody. */
export async function removeSocketFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}

/** Listening on TCP is for Windows only; the port is free now, and the server fails clearly if it is taken since. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    const end = (answer: boolean) => (): void => {
      connection.destroy();
      resolve(answer);
    };
    connection.once('connect', end(true)).once('error', end(false));
  });
}
