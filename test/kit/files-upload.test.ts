import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FileServer, codeOf, content, refusal, sha256, tusVersion } from './files-server.js';

let at: FileServer;

beforeEach(async () => {
  at = await FileServer.start();
});

afterEach(async () => {
  await at.stop();
});

describe('an upload', () => {
  const wanted = { owner: 'li', purpose: 'ROSTER_IMPORT', maxBytes: 1_000_000 };

  test('is sent in pieces over tus and then opened by its owner', async () => {
    const { uploadId, url, expiresAt } = await at.files.createUpload({
      ...wanted,
      bytes: content.length,
      fileName: '名单.json',
    });
    expect(url).toMatch(/^\/graph\/files\/uploads\/upl_\w{26}\?token=[\w.-]+$/);
    expect(expiresAt.toISOString()).toBe('2026-01-16T08:00:00.000Z');
    expect(await at.head(url)).toEqual({ status: 200, offset: 0, length: '300000', deferred: null });
    const first = await at.patch(url, 0, content.subarray(0, 100_000));
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '100000']);
    expect(await codeOf(at.files.open(uploadId, 'li'))).toBe('UPLOAD_NOT_FOUND');
    expect((await at.patch(url, 100_000, content.subarray(100_000))).status).toBe(204);
    const { stream, ...about } = await at.files.open(uploadId, 'li', 'ROSTER_IMPORT');
    expect(about).toEqual({ bytes: 300_000, sha256, fileName: '名单.json' });
    expect((await buffer(stream)).equals(content)).toBe(true);
  });

  test('may say its length with the first or the last piece', async () => {
    const { uploadId, url } = await at.files.createUpload(wanted);
    expect(await at.head(url)).toMatchObject({ offset: 0, length: null, deferred: '1' });
    await at.patch(url, 0, content.subarray(0, 7));
    expect(await codeOf(at.files.open(uploadId, 'li'))).toBe('UPLOAD_NOT_FOUND');
    expect((await at.patch(url, 7, content.subarray(7), content.length)).status).toBe(204);
    expect((await at.files.open(uploadId, 'li')).sha256).toBe(sha256);
  });

  test('goes on where a broken connection left it', async () => {
    const { uploadId, url } = await at.files.createUpload({ ...wanted, bytes: content.length });
    const headers = {
      ...tusVersion,
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': '0',
    };
    await at.breakOff('PATCH', url, headers, content.subarray(0, 120_000));
    expect(await codeOf(at.files.open(uploadId, 'li'))).toBe('UPLOAD_NOT_FOUND');
    const { offset } = await at.head(url);
    expect(offset).toBe(120_000);
    expect(await refusal(at.patch(url, 0, content))).toEqual([409, 'UPLOAD_OFFSET_MISMATCH']);
    expect((await at.patch(url, offset, content.subarray(offset))).status).toBe(204);
    expect((await at.files.open(uploadId, 'li')).sha256).toBe(sha256);
  });

  test('is accepted as one plain PUT, with or without a known length', async () => {
    const known = await at.files.createUpload(wanted);
    expect((await at.put(known.url, content)).status).toBe(204);
    expect((await at.files.open(known.uploadId, 'li')).sha256).toBe(sha256);

    const chunked = await at.files.createUpload(wanted);
    const body = Readable.toWeb(
      Readable.from([content.subarray(0, 9), content.subarray(9)]),
    ) as ReadableStream;
    const answer = await at.put(chunked.url, body);
    expect(answer.status).toBe(204);
    expect((await at.files.open(chunked.uploadId, 'li')).sha256).toBe(sha256);
  });

  test('is not whole when a PUT of unknown length breaks off', async () => {
    const { uploadId, url } = await at.files.createUpload(wanted);
    await at.breakOff('PUT', url, { 'Transfer-Encoding': 'chunked' }, content.subarray(0, 200_000));
    expect(await at.head(url)).toMatchObject({ offset: 200_000, deferred: '1' });
    expect(await codeOf(at.files.open(uploadId, 'li'))).toBe('UPLOAD_NOT_FOUND');
    expect((await at.patch(url, 200_000, content.subarray(200_000), content.length)).status).toBe(204);
    expect((await at.files.open(uploadId, 'li')).sha256).toBe(sha256);
  });

  test('starts anew when a broken PUT is sent again, and a rest of it never shows', async () => {
    const { uploadId, url } = await at.files.createUpload(wanted);
    await at.breakOff('PUT', url, {}, content.subarray(0, 200_000));
    expect(await codeOf(at.files.open(uploadId, 'li'))).toBe('UPLOAD_NOT_FOUND');
    expect((await at.put(url, Buffer.from('short'))).status).toBe(204);
    expect((await buffer((await at.files.open(uploadId, 'li')).stream)).toString()).toBe('short');
  });

  test('may be empty', async () => {
    const { uploadId, url } = await at.files.createUpload(wanted);
    expect((await at.put(url, new Uint8Array())).status).toBe(204);
    const { bytes, stream } = await at.files.open(uploadId, 'li');
    expect([bytes, (await buffer(stream)).length]).toEqual([0, 0]);
  });

  test('cannot be written again once it is finished', async () => {
    const { uploadId, url } = await at.files.createUpload(wanted);
    await at.put(url, content);
    expect(await refusal(at.put(url, Buffer.from('other')))).toEqual([409, 'UPLOAD_FINISHED']);
    expect(await refusal(at.patch(url, 0, Buffer.from('other')))).toEqual([409, 'UPLOAD_FINISHED']);
    expect(await refusal(at.patch(url, content.length, Buffer.from('more')))).toEqual([
      409,
      'UPLOAD_FINISHED',
    ]);
    expect(await at.head(url)).toMatchObject({ status: 200, offset: content.length });
    expect((await at.files.open(uploadId, 'li')).sha256).toBe(sha256);
  });

  test('is refused with a token that was changed, cut, absent or made for another upload', async () => {
    const { url } = await at.files.createUpload(wanted);
    const other = await at.files.createUpload(wanted);
    const [address = '', token = ''] = url.split('?token=');
    const foreign = await (
      await at.anotherStore('/graph/files', 'another secret of thirty-two bytes!')
    ).createUpload(wanted);
    const later = (Number.parseInt(token.split('.')[0] ?? '', 36) + 1).toString(36);
    const wrong = [
      '',
      'x',
      token.slice(0, -1),
      `${token}A`,
      `${later}.${token.split('.')[1]}`,
      other.url.split('?token=')[1],
    ];
    for (const forged of wrong) {
      expect(await refusal(at.put(`${address}?token=${forged}`, content))).toEqual([
        403,
        'FILE_LINK_INVALID',
      ]);
    }
    for (let place = 0; place < token.length; place += 1) {
      const letter = token[place] === 'a' ? 'b' : 'a';
      const changed = token.slice(0, place) + letter + token.slice(place + 1);
      expect(await refusal(at.put(`${address}?token=${changed}`, content))).toEqual([
        403,
        'FILE_LINK_INVALID',
      ]);
    }
    expect(await refusal(at.put(address, content))).toEqual([403, 'FILE_LINK_INVALID']);
    expect(await refusal(at.put(foreign.url, content))).toEqual([403, 'FILE_LINK_INVALID']);
    expect((await at.head(url)).offset).toBe(0);
  });

  test('is refused after its link has expired, and kept when it was finished before', async () => {
    const early = await at.files.createUpload(wanted);
    await at.put(early.url, content);
    const late = await at.files.createUpload(wanted);
    at.clock.advance(24 * 60 * 60 * 1000 - 1);
    expect((await at.head(late.url)).status).toBe(200);
    at.clock.advance(1);
    expect(await refusal(at.put(late.url, content))).toEqual([410, 'FILE_LINK_EXPIRED']);
    expect(await refusal(at.patch(late.url, 0, content))).toEqual([410, 'FILE_LINK_EXPIRED']);
    expect((await at.files.open(early.uploadId, 'li')).sha256).toBe(sha256);
  });

  test('is refused when it is larger than allowed, however it comes', async () => {
    const small = { ...wanted, maxBytes: 1000 };
    expect(await codeOf(at.files.createUpload({ ...small, bytes: 1001 }))).toBe('FILE_TOO_LARGE');
    const { uploadId, url } = await at.files.createUpload(small);
    expect(await refusal(at.put(url, content))).toEqual([413, 'FILE_TOO_LARGE']);
    expect(await refusal(at.patch(url, 0, content))).toEqual([413, 'FILE_TOO_LARGE']);
    expect(await refusal(at.patch(url, 0, content.subarray(0, 10), 1001))).toEqual([413, 'FILE_TOO_LARGE']);
    const body = Readable.toWeb(
      Readable.from([content.subarray(0, 900), content.subarray(0, 900)]),
    ) as ReadableStream;
    const chunked = at.put(url, body);
    expect(await refusal(chunked)).toEqual([413, 'FILE_TOO_LARGE']);
    expect(await codeOf(at.files.open(uploadId, 'li'))).toBe('UPLOAD_NOT_FOUND');
    expect((await at.put(url, content.subarray(0, 1000))).status).toBe(204);
  });

  test('is refused when it is not as long as announced', async () => {
    const { url } = await at.files.createUpload({ ...wanted, bytes: 10 });
    expect(await refusal(at.put(url, content.subarray(0, 9)))).toEqual([400, 'FILE_REQUEST_INVALID']);
    expect(await refusal(at.patch(url, 0, content.subarray(0, 11)))).toEqual([413, 'FILE_TOO_LARGE']);
    const body = Readable.toWeb(Readable.from([content.subarray(0, 9)])) as ReadableStream;
    const short = at.put(url, body);
    expect(await refusal(short)).toEqual([400, 'FILE_REQUEST_INVALID']);
  });

  test('is discarded when its content has another checksum, and the same link can be used anew', async () => {
    const { uploadId, url } = await at.files.createUpload({ ...wanted, sha256: sha256.toUpperCase() });
    expect(await refusal(at.put(url, Buffer.from('something else')))).toEqual([
      422,
      'FILE_CHECKSUM_MISMATCH',
    ]);
    expect(await codeOf(at.files.open(uploadId, 'li'))).toBe('UPLOAD_NOT_FOUND');
    expect((await at.head(url)).offset).toBe(0);
    expect((await at.patch(url, 0, content, content.length)).status).toBe(204);
    expect((await at.files.open(uploadId, 'li')).sha256).toBe(sha256);
  });

  test('is found by its owner for its purpose and by nobody else', async () => {
    const { uploadId, url } = await at.files.createUpload(wanted);
    await at.put(url, content);
    expect(await codeOf(at.files.open(uploadId, 'wang'))).toBe('UPLOAD_NOT_FOUND');
    expect(await codeOf(at.files.open(uploadId, 'li', 'CATALOG_IMPORT'))).toBe('UPLOAD_NOT_FOUND');
    expect(await codeOf(at.files.open('upl_01h455vb4pex5vsknk084sn02q', 'li'))).toBe('UPLOAD_NOT_FOUND');
    expect(await codeOf(at.files.discard(uploadId, 'wang'))).toBe('UPLOAD_NOT_FOUND');
    await at.files.discard(uploadId, 'li');
    expect(await codeOf(at.files.open(uploadId, 'li'))).toBe('UPLOAD_NOT_FOUND');
    expect(await refusal(at.put(url, content))).toEqual([404, 'UPLOAD_NOT_FOUND']);
  });

  test('never lets a name or an id leave the folder', async () => {
    const evil = '..\\../../etc/\u202epasswd\u0000';
    const { uploadId, url } = await at.files.createUpload({ ...wanted, fileName: evil });
    await at.put(url, content);
    expect((await at.files.open(uploadId, 'li')).fileName).toBe('passwd');
    for (const id of [
      '../secret',
      '..',
      'upl_../../x',
      '',
      `upl_${'a'.repeat(26)}/../x`,
      '../../documents/uploads/x',
    ]) {
      expect(await codeOf(at.files.open(id, 'li'))).toBe('UPLOAD_NOT_FOUND');
    }
    for (const address of [
      '/uploads/..%2f..%2fetc%2fpasswd?token=a',
      '/downloads/..%2fx',
      '/',
      '/uploads/',
    ]) {
      expect((await refusal(fetch(at.origin + address)))[0]).toBeGreaterThanOrEqual(400);
    }
    expect(await readdir(at.folder)).toEqual(['blobs', 'documents']);
  });

  test('works behind any prefix, and with a public URL when one is configured', async () => {
    const { uploadId, url } = await at.files.createUpload(wanted);
    expect((await at.put(`/proxy/somewhere${url}`, content)).status).toBe(204);
    expect((await at.files.open(uploadId, 'li')).sha256).toBe(sha256);
    const absolute = await (await at.anotherStore('https://graph.example.cn/files/')).createUpload(wanted);
    expect(absolute.url).toMatch(/^https:\/\/graph\.example\.cn\/files\/uploads\/upl_/);
    const address = new URL(absolute.url);
    expect((await at.put(address.pathname + address.search, content)).status).toBe(204);
  });

  test('answers requests that are not tus with a stable code in the reader’s language', async () => {
    const { url } = await at.files.createUpload(wanted);
    expect(await refusal(fetch(at.origin + url, { method: 'PATCH', body: 'x' }))).toEqual([
      400,
      'FILE_REQUEST_INVALID',
    ]);
    const post = await fetch(at.origin + url, { method: 'POST', headers: tusVersion });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'PATCH, HEAD, PUT, OPTIONS']);
    const address = at.origin + url.replace(/token=.*/, 'token=x');
    const message = async (language: string) =>
      (
        (await (
          await fetch(address, { method: 'PUT', headers: { 'Accept-Language': language } })
        ).json()) as { message: string }
      ).message;
    expect(await message('en')).toBe('The file link is not valid; ask for a new one.');
    expect(await message('zh-CN')).toBe('文件链接无效，请重新获取。');
  });

  test('tells browsers of allowed origins what they may send', async () => {
    const { url } = await at.files.createUpload(wanted);
    const preflight = async (from: string) =>
      (await fetch(at.origin + url, { method: 'OPTIONS', headers: { Origin: from } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await preflight('https://portal.example')).toBe('https://portal.example');
    expect(await preflight('https://evil.example')).not.toBe('https://evil.example');
  });

  test('lets only one of two writers win, and the file is one of the two', async () => {
    const { uploadId, url } = await at.files.createUpload(wanted);
    const other = randomBytes(content.length);
    const statuses = (await Promise.all([at.put(url, content), at.put(url, other)])).map(
      ({ status }) => status,
    );
    expect(statuses).toContain(204);
    expect(statuses.filter((status) => status !== 204)).toEqual([409]);
    const stored = await buffer((await at.files.open(uploadId, 'li')).stream);
    expect(stored.equals(content) || stored.equals(other)).toBe(true);
  });
});
