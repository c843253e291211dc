import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeFolder } from '../../subgraphs/kit/base/make-folder.js';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'amrlo-folder-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('a data folder', () => {
  test('is made with those above it, by several at once too', async () => {
    const folder = join(scratch, 'one', 'two', 'three');
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(join(folder, 'four'))]);
    expect((await stat(join(folder, 'four'))).isDirectory()).toBe(true);
    await makeFolder(folder);
  });

  test('is refused below a file', async () => {
    const file = join(scratch, 'file');
    await writeFile(file, '');
    await expect(makeFolder(join(file, 'data'))).rejects.toMatchObject({
      code: 'DATA_DIR_UNWRITABLE',
      parameters: { folder: join(file, 'data'), reason: 'ENOTDIR' },
    });
    await expect(makeFolder(file)).rejects.toMatchObject({ parameters: { folder: file, reason: 'ENOTDIR' } });
  });

  // Root may write everywhere.
  (process.getuid?.() === 0 ? test.skip : test)('is refused where this user may not write', async () => {
    const closed = join(scratch, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o500);
    for (const folder of [closed, join(closed, 'data')]) {
      await expect(makeFolder(folder)).rejects.toMatchObject({ parameters: { folder, reason: 'EACCES' } });
    }
  });

  (process.platform === 'linux' ? test : test.skip)(
    'is refused below /proc, where Node would try to make it forever',
    async () => {
      await expect(makeFolder('/proc/amrlo/data')).rejects.toMatchObject({ code: 'DATA_DIR_UNWRITABLE' });
    },
  );
});
