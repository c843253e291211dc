import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FileServer, codeOf, content, refusal, sha256 } from './files-server.js';

let at: FileServer;

beforeEach(async () => {
  at = await FileServer.start();
});

afterEach(async () => {
  await at.stop();
});

describe('after a crash', () => {
  const wanted = { owner: 'li', purpose: 'ROSTER_IMPORT', maxBytes: 1_000_000 };

  test('a half file stays invisible and can be resumed', async () => {
    const { uploadId, url } = await at.files.createUpload({ ...wanted, bytes: content.length });
    await at.patch(url, 0, content.subarray(0, 1000));
    const restarted = await at.anotherStore();
    expect(await codeOf(restarted.open(uploadId, 'li'))).toBe('UPLOAD_NOT_FOUND');
    expect((await at.patch(url, 1000, content.subarray(1000))).status).toBe(204);
    expect((await restarted.open(uploadId, 'li')).sha256).toBe(sha256);
  });

  test('a file whose last byte came just before is finished when it is asked for', async () => {
    const { uploadId, url } = await at.files.createUpload({ ...wanted, bytes: content.length });
    await at.head(url);
    await at.files.routing.storage.blobs.write(Readable.from([content]), uploadId, 0);
    expect((await (await at.anotherStore()).open(uploadId, 'li')).sha256).toBe(sha256);
    expect(await refusal(at.put(url, Buffer.from('x')))).toEqual([409, 'UPLOAD_FINISHED']);
  });

  test('drafts of documents are not taken for documents', async () => {
    const { uploadId } = await at.files.createUpload(wanted);
    await writeFile(path.join(at.folder, 'documents', 'complete', `${uploadId}.json.0011.tmp`), '{"blob":');
    expect(await codeOf(at.files.open(uploadId, 'li'))).toBe('UPLOAD_NOT_FOUND');
    expect(await at.files.routing.storage.documentNames('complete')).toEqual([]);
  });

  test('what was never finished is swept away in time, what was finished stays', async () => {
    const half = await at.files.createUpload({ ...wanted, bytes: content.length });
    await at.patch(half.url, 0, content.subarray(0, 1000));
    const whole = await at.files.createUpload(wanted);
    await at.put(whole.url, content);
    await at.files.routing.storage.writeDocument('pending', 'lost', { since: at.clock.now().toISOString() });
    expect(await at.files.sweep()).toBe(0);
    at.clock.advance(25 * 60 * 60 * 1000);
    expect(await at.files.sweep()).toBe(2);
    expect(await readdir(path.join(at.folder, 'blobs'))).toEqual([whole.uploadId]);
    expect((await at.files.open(whole.uploadId, 'li')).sha256).toBe(sha256);
  });
});

describe('a directly written file', () => {
  test('keeps its old content when the new one fails or is too large, and leaves nothing behind', async () => {
    await at.files.put('a/b', 'old');
    const failing = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw new Error('the source broke');
      })(),
    );
    await expect(at.files.put('a/b', failing)).rejects.toThrow('the source broke');
    expect(await codeOf(at.files.put('a/b', content, { maxBytes: 10 }))).toBe('FILE_TOO_LARGE');
    const url = await at.files.download({
      key: 'a/b',
      fileName: 'b',
      contentType: 'text/plain',
      subject: 'li',
    });
    expect(await (await fetch(at.origin + url)).text()).toBe('old');
    expect(await readdir(path.join(at.folder, 'blobs'))).toHaveLength(1);
    expect(await readdir(path.join(at.folder, 'documents', 'pending'))).toEqual([]);
  });

  test('is replaced as a whole and removed with its bytes', async () => {
    await at.files.put('a', content);
    expect(await at.files.put('a', '')).toMatchObject({ bytes: 0 });
    expect(await readdir(path.join(at.folder, 'blobs'))).toHaveLength(1);
    await at.files.remove('a');
    await at.files.remove('a');
    expect(await readdir(path.join(at.folder, 'blobs'))).toEqual([]);
    expect(
      await codeOf(at.files.download({ key: 'a', fileName: 'a', contentType: 'a/b', subject: 'li' })),
    ).toBe('FILE_NOT_FOUND');
  });

  test.each(['../x', '/x', 'x/', 'x//y', 'x/../y', '.hidden', 'x\0', 'x\\y', '', 'a'.repeat(81)])(
    'is refused under the key %j',
    async (key) => {
      expect(await codeOf(at.files.put(key, 'x'))).toBe('INPUT_INVALID');
    },
  );
});

describe('a file store', () => {
  test('refuses a secret that is none', async () => {
    expect(await codeOf(at.anotherStore('/files', 'short'))).toBe('KEY_SETTING_INVALID');
  });

  test('refuses sizes, checksums and owners that make no sense', async () => {
    const wanted = { owner: 'li', purpose: 'X', maxBytes: 10 };
    for (const wrong of [
      { owner: '' },
      { maxBytes: -1 },
      { maxBytes: 1.5 },
      { bytes: -1 },
      { sha256: 'xyz' },
    ]) {
      expect(await codeOf(at.files.createUpload({ ...wanted, ...wrong }))).toBe('INPUT_INVALID');
    }
  });
});
