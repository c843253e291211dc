import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { allianceAtHand } from '../../subgraphs/alliance/commands/alliance-at-hand.js';
import { withDatabases } from '../../subgraphs/alliance/commands/room-databases.js';
import { lockDataDir } from '../../subgraphs/alliance/embedded-postgres/data-dir-lock.js';
import { noteRunning, runningUrl } from '../../subgraphs/alliance/running-note.js';
import { loadSettings } from '../../subgraphs/kit/base/config/load-settings.js';
import { createLogger } from '../../subgraphs/kit/base/log.js';

const log = createLogger({ level: 'silent', name: 'test' });

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'amrlo-beside-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** Answers `/health` as an alliance does. */
async function fakeAlliance(): Promise<{ url: string; port: string } & AsyncDisposable> {
  const server = createServer((_, response) => response.end('{"status":"live"}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = String((server.address() as AddressInfo).port);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where nobody listens. */
async function deadPort(): Promise<string> {
  await using gone = await fakeAlliance();
  return gone.port;
}

function atHand(env: Record<string, string> = {}, url?: string) {
  const settings = loadSettings('command', { env: { DATA_DIR: dataDir } });
  return allianceAtHand({
    url,
    token: 'a-token',
    settings,
    env: { DATA_DIR: dataDir, ...env },
    say: () => undefined,
  });
}

describe('a command finds the alliance', () => {
  test('that runs over the same data folder, wherever it listens', async () => {
    await using running = await fakeAlliance();
    await noteRunning(dataDir, running.url, log);
    expect(await atHand({ PORT: await deadPort() })).toMatchObject({ url: running.url, token: 'a-token' });
  });

  test('that answers on PORT where none is noted', async () => {
    await using running = await fakeAlliance();
    expect(await atHand({ PORT: running.port })).toMatchObject({ url: running.url });
    expect(await atHand({ PORT: running.port, HOST: '0.0.0.0' })).toMatchObject({ url: running.url });
  });

  test('that answers on PORT where the noted one is gone, whoever has its process number now', async () => {
    await using running = await fakeAlliance();
    await noteRunning(dataDir, `http://127.0.0.1:${await deadPort()}`, log);
    const file = join(dataDir, 'running.json');
    const note = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...note, identity: 'another process' }));
    expect(await atHand({ PORT: running.port })).toMatchObject({ url: running.url });
  });

  test('at the address that it was given, before any other', async () => {
    await using running = await fakeAlliance();
    await using given = await fakeAlliance();
    await noteRunning(dataDir, running.url, log);
    expect(await atHand({}, `${given.url}/graphql`)).toMatchObject({ url: given.url });
  });
});

describe('while an alliance holds the data folder', () => {
  beforeEach(() => mkdir(join(dataDir, 'postgres')));

  test('an import that cannot reach it says to wait or to give its address', async () => {
    const lock = await lockDataDir(join(dataDir, 'postgres'));
    try {
      const port = await deadPort();
      await expect(atHand({ PORT: port })).rejects.toMatchObject({
        name: 'CommandFailure',
        message:
          `An alliance (process ${process.pid}) works on ${dataDir}, but none answers at http://127.0.0.1:${port}: ` +
          'wait until it has started, or give its address with --url.',
      });
    } finally {
      await lock.release();
    }
  });

  test('a command that works on the databases says to stop it first', async () => {
    const lock = await lockDataDir(join(dataDir, 'postgres'));
    try {
      const settings = loadSettings('command', { env: { DATA_DIR: dataDir } });
      await expect(withDatabases(settings, async () => 'done')).rejects.toMatchObject({
        name: 'CommandFailure',
        message: `An alliance (process ${process.pid}) runs over the data folder ${dataDir}: stop it first, then give this command again.`,
      });
    } finally {
      await lock.release();
    }
  });
});

describe('the note of a running alliance', () => {
  test('goes when it stops, and stays when another has written its own since', async () => {
    const forget = await noteRunning(dataDir, 'http://127.0.0.1:1', log);
    const forgetSecond = await noteRunning(dataDir, 'http://127.0.0.1:2', log);
    await forget();
    expect(await runningUrl(dataDir)).toBe('http://127.0.0.1:2');
    await forgetSecond();
    expect(await runningUrl(dataDir)).toBeUndefined();
  });

  test('is done without where the folder cannot be written', async () => {
    const forget = await noteRunning(join(dataDir, 'missing'), 'http://127.0.0.1:1', log);
    await forget();
    expect(await runningUrl(join(dataDir, 'missing'))).toBeUndefined();
  });

  test('says nothing when it is not readable', async () => {
    await writeFile(join(dataDir, 'running.json'), '{');
    expect(await runningUrl(dataDir)).toBeUndefined();
  });
});
