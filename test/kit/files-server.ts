import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { createFileRoutes } from '../../subgraphs/kit/room/files/file-routes.js';
import {
  createFileStore,
  type DownloadEvent,
  type FileStore,
} from '../../subgraphs/kit/room/files/file-store.js';
import { createLocalStorage } from '../../subgraphs/kit/room/files/local-storage.js';

/** What the tests upload. */
export const content = randomBytes(300_000);
export const sha256 = createHash('sha256').update(content).digest('hex');

/** The header that every tus request carries. */
export const tusVersion = { 'Tus-Resumable': '1.0.0' };

/** A file store in a folder of its own behind a real HTTP server, and what a client does with it. */
export class FileServer {
  readonly clock = new FakeClock();
  readonly audit: DownloadEvent[] = [];
  auditFails = false;
  folder = '';
  origin = '';
  files!: FileStore;
  #server!: Server;

  static async start(): Promise<FileServer> {
    const started = new FileServer();
    started.folder = await mkdtemp(path.join(tmpdir(), 'files-test-'));
    started.files = await started.anotherStore();
    const routes = createFileRoutes(started.files, { allowedOrigins: ['https://portal.example'] });
    started.#server = createServer((request, response) => void routes(request, response));
    await new Promise<void>((resolve) => started.#server.listen(0, '127.0.0.1', resolve));
    started.origin = `http://127.0.0.1:${(started.#server.address() as AddressInfo).port}`;
    return started;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A file store on the same folder, as another process or the same one after a restart would have it. */
  async anotherStore(
    baseUrl = '/graph/files',
    secret = 'a secret of at least thirty-two bytes',
  ): Promise<FileStore> {
    return createFileStore({
      storage: await createLocalStorage(this.folder),
      secret,
      clock: this.clock,
      baseUrl,
      onDownload: async (event) => {
        if (this.auditFails) throw new Error('the audit is away');
        this.audit.push(event);
      },
    });
  }

  patch(url: string, offset: number, body: Uint8Array, length?: number): Promise<Response> {
    const headers = {
      ...tusVersion,
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': String(offset),
      ...(length === undefined ? {} : { 'Upload-Length': String(length) }),
    };
    return fetch(this.origin + url, { method: 'PATCH', headers, body: body as Uint8Array<ArrayBuffer> });
  }

  put(url: string, body: Uint8Array | ReadableStream): Promise<Response> {
    return fetch(this.origin + url, { method: 'PUT', body, duplex: 'half' } as RequestInit);
  }

  async head(
    url: string,
  ): Promise<{ status: number; offset: number; length: string | null; deferred: string | null }> {
    const { status, headers } = await fetch(this.origin + url, { method: 'HEAD', headers: tusVersion });
    const offset = Number(headers.get('upload-offset'));
    return {
      status,
      offset,
      length: headers.get('upload-length'),
      deferred: headers.get('upload-defer-length'),
    };
  }

  /** Sends the first bytes of a longer body and breaks the connection once the store holds them. */
  async breakOff(
    method: 'PATCH' | 'PUT',
    url: string,
    headers: Record<string, string>,
    sent: Uint8Array,
  ): Promise<void> {
    const length =
      headers['Transfer-Encoding'] === undefined ? { 'Content-Length': String(content.length) } : {};
    const request = httpRequest(this.origin + url, { method, headers: { ...headers, ...length } });
    const closed = new Promise<void>((resolve) => request.once('close', () => resolve()));
    request.on('error', () => {});
    await new Promise<void>((resolve) => request.write(sent, () => resolve()));
    const id = /upl_\w+/.exec(url)?.[0] ?? '';
    const { blobs } = this.files.routing.storage;
    while (((await blobs.getUpload(id).catch(() => undefined))?.offset ?? 0) < sent.length) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    request.destroy();
    await closed;
  }
}

/** Status and code of a refused request. */
export async function refusal(response: Response | Promise<Response>): Promise<[number, string]> {
  const answer = await response;
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const { code } = (await answer.json()) as { code: string };
  return [answer.status, code];
}

/** The code with which a call is refused; null when it is not. */
export async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!(error instanceof AmrloError)) throw error;
    return error.code;
  }
}
