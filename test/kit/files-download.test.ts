import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FileServer, codeOf, content, refusal, sha256 } from './files-server.js';

let at: FileServer;

beforeEach(async () => {
  at = await FileServer.start();
});

afterEach(async () => {
  await at.stop();
});

describe('a download', () => {
  const wanted = {
    key: 'exports/archive.pdf',
    fileName: '学习 "档案".pdf',
    contentType: 'application/pdf',
    subject: 'li',
  };

  beforeEach(async () => {
    await at.files.put(wanted.key, content);
  });

  test('is sent for saving, and told to the at.audit before', async () => {
    const url = await at.files.download(wanted);
    expect(decodeURIComponent(url)).not.toMatch(/档案|archive/);
    const answer = await fetch(at.origin + url);
    expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': '300000',
      'content-disposition': `attachment; filename="__ __.pdf"; filename*=UTF-8''%E5%AD%A6%E4%B9%A0%20%E6%A1%A3%E6%A1%88.pdf`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    });
    expect(at.audit).toEqual([{ subject: 'li', key: wanted.key, at: at.clock.now(), outcome: 'SENT' }]);
  });

  test('sends nothing when the at.audit fails', async () => {
    const url = await at.files.download(wanted);
    at.auditFails = true;
    expect(await refusal(fetch(at.origin + url))).toEqual([500, 'INTERNAL']);
  });

  test('expires, which is told to the at.audit too', async () => {
    const url = await at.files.download(wanted);
    at.clock.advance(10 * 60 * 1000);
    expect(await refusal(fetch(at.origin + url))).toEqual([410, 'FILE_LINK_EXPIRED']);
    expect(at.audit.map(({ outcome }) => outcome)).toEqual(['EXPIRED']);
  });

  test('is refused with a changed link and with an upload’s link', async () => {
    const url = await at.files.download(wanted);
    const upload = await at.files.createUpload({ owner: 'li', purpose: 'X', maxBytes: 1 });
    expect(await refusal(fetch(`${at.origin}${url}A`))).toEqual([403, 'FILE_LINK_INVALID']);
    expect(await refusal(fetch(`${at.origin}/downloads/${upload.uploadId}`))).toEqual([
      403,
      'FILE_LINK_INVALID',
    ]);
    expect(at.audit).toEqual([]);
  });

  test.each([
    ['bytes=0-99', 206, [0, 100]],
    ['bytes=299900-', 206, [299_900, 300_000]],
    ['bytes=-100', 206, [299_900, 300_000]],
    ['bytes=299999-400000', 206, [299_999, 300_000]],
    ['bytes=5-2', 200, [0, 300_000]],
    ['bytes=0-1,5-6', 200, [0, 300_000]],
    ['lines=1-2', 200, [0, 300_000]],
    ['bytes=300000-', 416, [0, 0]],
    ['bytes=-0', 416, [0, 0]],
  ])('answers the range %s with %p', async (Range, status, [start, end]) => {
    const answer = await fetch(at.origin + (await at.files.download(wanted)), { headers: { Range } });
    expect(answer.status).toBe(status);
    expect(Buffer.from(await answer.arrayBuffer()).equals(content.subarray(start, end))).toBe(true);
  });

  test('goes on only with the same content', async () => {
    const url = await at.files.download(wanted);
    const headers = { Range: 'bytes=5-', 'If-Range': `"${sha256}"` };
    expect((await fetch(at.origin + url, { headers })).status).toBe(206);
    await at.files.put(wanted.key, 'new content');
    const answer = await fetch(at.origin + url, { headers });
    expect([answer.status, await answer.text()]).toEqual([200, 'new content']);
  });

  test('answers HEAD without sending or auditing', async () => {
    const answer = await fetch(at.origin + (await at.files.download(wanted)), { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '300000']);
    expect(at.audit).toEqual([]);
  });

  test('of a finished upload goes by its id, of an unfinished one not at all', async () => {
    const { uploadId, url } = await at.files.createUpload({ owner: 'li', purpose: 'X', maxBytes: 10 });
    const request = { ...wanted, key: uploadId, contentType: 'text/html\r\nX-Evil: 1' };
    expect(await codeOf(at.files.download(request))).toBe('FILE_NOT_FOUND');
    await at.put(url, Buffer.from('original'));
    const answer = await fetch(at.origin + (await at.files.download(request)));
    expect([await answer.text(), answer.headers.get('content-type')]).toEqual([
      'original',
      'application/octet-stream',
    ]);
  });
});
