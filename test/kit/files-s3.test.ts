import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { createFileRoutes } from '../../subgraphs/kit/room/files/file-routes.js';
import { createFileStore, type FileStore } from '../../subgraphs/kit/room/files/file-store.js';
import { createS3Storage } from '../../subgraphs/kit/room/files/s3-storage.js';

interface StoredObject {
  readonly body: Buffer;
  readonly metadata: Record<string, string>;
}

/** As much of the S3 REST interface as the store uses: objects, multipart uploads, listings, ranges. */
class FakeS3 {
  readonly objects = new Map<string, StoredObject>();
  readonly parts = new Map<string, Map<number, Buffer>>();

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://s3');
    const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
    const body = await buffer(request);
    if (bucket !== 'amrlo' || !request.headers.authorization?.includes('Credential=key-id/')) {
      return this.#send(response, 403, error('AccessDenied'));
    }
    this.#dispatch(request, response, url.searchParams, rest.join('/'), body);
  }

  #dispatch(
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
    key: string,
    body: Buffer,
  ): void {
    const uploadId = query.get('uploadId');
    if (query.get('list-type') === '2')
      return this.#send(response, 200, this.#list(query.get('prefix') ?? ''));
    if (request.method === 'POST' && query.has('uploads')) {
      const id = randomUUID();
      this.parts.set(id, new Map());
      return this.#send(
        response,
        200,
        `<InitiateMultipartUploadResult><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (uploadId !== null) return this.#multipart(request, response, query, key, uploadId, body);
    if (request.method === 'PUT') {
      const metadata = Object.fromEntries(
        Object.entries(request.headers).flatMap(([name, value]) =>
          name.startsWith('x-amz-meta-') ? [[name, String(value)]] : [],
        ),
      );
      this.objects.set(key, { body, metadata });
      return this.#send(response, 200);
    }
    if (request.method === 'DELETE') {
      this.objects.delete(key);
      return this.#send(response, 204);
    }
    if (request.method === 'POST' && query.has('delete')) {
      for (const [, name = ''] of body.toString().matchAll(/<Key>(.*?)<\/Key>/g)) this.objects.delete(name);
      return this.#send(response, 200, '<DeleteResult/>');
    }
    const object = this.objects.get(key);
    if (object === undefined) return this.#send(response, 404, error('NoSuchKey'));
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const part = start === undefined ? object.body : object.body.subarray(Number(start), Number(end) + 1);
    for (const [name, value] of Object.entries(object.metadata)) response.setHeader(name, value);
    response.setHeader('Content-Length', part.length);
    response.writeHead(start === undefined ? 200 : 206);
    response.end(request.method === 'HEAD' ? undefined : part);
  }

  #multipart(
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
    key: string,
    id: string,
    body: Buffer,
  ): void {
    const parts = this.parts.get(id);
    if (parts === undefined) return this.#send(response, 404, error('NoSuchUpload'));
    if (request.method === 'PUT') {
      parts.set(Number(query.get('partNumber')), body);
      response.setHeader('ETag', `"${createHash('md5').update(body).digest('hex')}"`);
      return this.#send(response, 200);
    }
    if (request.method === 'GET') {
      const rows = [...parts].map(
        ([n, part]) =>
          `<Part><PartNumber>${n}</PartNumber><ETag>"x"</ETag><Size>${part.length}</Size></Part>`,
      );
      return this.#send(
        response,
        200,
        `<ListPartsResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListPartsResult>`,
      );
    }
    this.parts.delete(id);
    if (request.method === 'POST') {
      this.objects.set(key, {
        body: Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, part]) => part)),
        metadata: {},
      });
      return this.#send(
        response,
        200,
        `<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>`,
      );
    }
    return this.#send(response, 204);
  }

  #list(prefix: string): string {
    const rows = [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => `<Contents><Key>${key}</Key></Contents>`);
    return `<ListBucketResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListBucketResult>`;
  }

  #send(response: ServerResponse, status: number, body?: string): void {
    if (body !== undefined) response.setHeader('Content-Type', 'application/xml');
    response.writeHead(status).end(body);
  }
}

function error(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
}

let s3: FakeS3;
let servers: Server[];
let origin: string;
let clock: FakeClock;
let files: FileStore;
let endpoint: string;

function storeOf(room: string): FileStore {
  const keys = { accessKeyId: 'key-id', secretAccessKey: 'key' };
  const storage = createS3Storage({ bucket: 'amrlo', region: 'local', endpoint, prefix: room, ...keys });
  return createFileStore({
    storage,
    secret: 'a secret of at least thirty-two bytes',
    clock,
    onDownload: async () => {},
  });
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> {
  const server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeEach(async () => {
  servers = [];
  s3 = new FakeS3();
  clock = new FakeClock();
  endpoint = await listen((request, response) => s3.answer(request, response));
  files = storeOf('institutions');
  origin = await listen(createFileRoutes(files));
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const wanted = { owner: 'li', purpose: 'ROSTER_IMPORT', maxBytes: 20_000_000 };
// More than one part of 8 MiB.
const content = randomBytes(9_000_000);

async function patch(url: string, offset: number, body: Uint8Array, length?: number): Promise<number> {
  const headers = {
    'Tus-Resumable': '1.0.0',
    'Content-Type': 'application/offset+octet-stream',
    'Upload-Offset': String(offset),
    ...(length === undefined ? {} : { 'Upload-Length': String(length) }),
  };
  return (await fetch(origin + url, { method: 'PATCH', headers, body: body as Uint8Array<ArrayBuffer> }))
    .status;
}

async function read(uploadId: string): Promise<Buffer> {
  return buffer((await files.open(uploadId, 'li')).stream);
}

describe('a file store in a bucket', () => {
  test('takes an upload in pieces smaller than a part and shows it only when it is whole', async () => {
    const { uploadId, url } = await files.createUpload({ ...wanted, bytes: content.length });
    expect(await patch(url, 0, content.subarray(0, 1_000_000))).toBe(204);
    const head = await fetch(origin + url, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } });
    expect(head.headers.get('upload-offset')).toBe('1000000');
    await expect(files.open(uploadId, 'li')).rejects.toThrow('was not found or is not complete');
    expect(await patch(url, 1_000_000, content.subarray(1_000_000))).toBe(204);
    expect((await read(uploadId)).equals(content)).toBe(true);
    expect(await patch(url, 0, content)).toBe(409);
  });

  test('takes a plain PUT of known and of unknown length, and an empty one', async () => {
    const known = await files.createUpload(wanted);
    expect((await fetch(origin + known.url, { method: 'PUT', body: content })).status).toBe(204);
    expect((await read(known.uploadId)).equals(content)).toBe(true);

    const chunked = await files.createUpload(wanted);
    const body = Readable.toWeb(
      Readable.from([content.subarray(0, 9), content.subarray(9)]),
    ) as ReadableStream;
    expect(
      (await fetch(origin + chunked.url, { method: 'PUT', body, duplex: 'half' } as RequestInit)).status,
    ).toBe(204);
    expect((await read(chunked.uploadId)).equals(content)).toBe(true);

    const empty = await files.createUpload(wanted);
    expect((await fetch(origin + empty.url, { method: 'PUT', body: '' })).status).toBe(204);
    expect(await read(empty.uploadId)).toHaveLength(0);
  });

  test('joins the parts when the process died just before', async () => {
    const { uploadId, url } = await files.createUpload({ ...wanted, bytes: 6_000_000 });
    await patch(url, 0, content.subarray(0, 5_500_000));
    const [parts] = s3.parts.values();
    parts?.set(2, content.subarray(5_500_000, 6_000_000));
    expect(s3.objects.has(uploadId)).toBe(false);
    expect((await read(uploadId)).equals(content.subarray(0, 6_000_000))).toBe(true);
  });

  test('writes, replaces, ranges, removes and sweeps', async () => {
    await files.put('exports/a.bin', content);
    await files.put('exports/a.bin', 'a shorter one');
    const link = await files.download({
      key: 'exports/a.bin',
      fileName: 'a.bin',
      contentType: 'text/plain',
      subject: 'li',
    });
    const part = await fetch(origin + link, { headers: { Range: 'bytes=2-8' } });
    expect([part.status, await part.text()]).toEqual([206, 'shorter']);
    await files.remove('exports/a.bin');
    const { url } = await files.createUpload({ ...wanted, bytes: 100 });
    await patch(url, 0, content.subarray(0, 50));
    clock.advance(26 * 60 * 60 * 1000);
    expect(await files.sweep()).toBe(1);
    expect([...s3.objects.keys()]).toEqual([]);
    expect(s3.parts.size).toBe(0);
  });

  test('keeps rooms apart that share a bucket', async () => {
    const learners = storeOf('learners');
    await files.put('export', 'of institutions');
    await learners.put('export', 'of learners');
    const link = await files.download({
      key: 'export',
      fileName: 'e',
      contentType: 'text/plain',
      subject: 'li',
    });
    expect(await (await fetch(origin + link)).text()).toBe('of institutions');
    const { uploadId, url } = await learners.createUpload(wanted);
    expect((await fetch(origin + url, { method: 'PUT', body: 'x' })).status).toBe(404);
    await expect(files.open(uploadId, 'li')).rejects.toThrow('was not found');
    clock.advance(26 * 60 * 60 * 1000);
    expect(await files.sweep()).toBe(0);
    expect(await learners.sweep()).toBe(1);
  });
});
