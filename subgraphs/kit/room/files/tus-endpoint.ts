import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { Server } from '@tus/server';
import { AmrloError, refuse } from '../../base/errors/amrlo-error.js';
import type { FileRouting } from './file-store.js';
import type { UploadTicket } from './upload-ledger.js';

/** Answers requests to one upload. Everything it refuses is thrown as an AmrloError. */
export interface TusEndpoint {
  answer(request: IncomingMessage, response: ServerResponse, ticket: UploadTicket): Promise<TusAnswer>;
}

/** An answer without a body. */
export interface TusAnswer {
  readonly status: number;
  readonly headers: Headers;
}

const tusVersion = '1.0.0';

/** A tus 1.0 server (core and `creation-defer-length`) over a file store; uploads are created by rooms only. */
export function createTusEndpoint(routing: FileRouting, allowedOrigins: string[]): TusEndpoint {
  const refusals = new WeakMap<object, unknown>();
  routing.storage.blobs.extensions = ['creation-defer-length'];
  const server = new Server({
    path: '/uploads',
    datastore: routing.storage.blobs,
    locker: routing.locks,
    allowedOrigins,
    maxSize: async (_request, uploadId) =>
      uploadId === null ? 0 : (await routing.uploads.ticket(uploadId)).maxBytes,
    onUploadFinish: async (_request, upload) => {
      await routing.uploads.completed(await routing.uploads.ticket(upload.id));
      return {};
    },
    onResponseError: (request, error) => {
      refusals.set(request, error);
      return undefined;
    },
  });

  async function pass(web: Request, ticket: UploadTicket): Promise<TusAnswer> {
    const answer = await server.handleWeb(web);
    if (answer.status < 400) return { status: answer.status, headers: answer.headers };
    const cause = refusals.get(web);
    if (cause instanceof Error && !('status_code' in cause)) throw cause;
    throw errorOf(answer.status, (await answer.text()).trim(), ticket);
  }

  async function putWhole(
    request: IncomingMessage,
    response: ServerResponse,
    ticket: UploadTicket,
  ): Promise<TusAnswer> {
    const length = request.headers['content-length'];
    const bytes = length === undefined ? undefined : Number(length);
    if (bytes !== undefined && bytes > ticket.maxBytes)
      throw refuse('FILE_TOO_LARGE', { max: ticket.maxBytes });
    if (bytes !== undefined && ticket.bytes !== undefined && bytes !== ticket.bytes) {
      throw refuse('FILE_REQUEST_INVALID', {
        detail: `${ticket.bytes} bytes were announced, the body has ${bytes}`,
      });
    }
    await routing.uploads.restart(ticket, bytes);
    const patch = (headers: Record<string, string>) => ({
      'tus-resumable': tusVersion,
      'content-type': 'application/offset+octet-stream',
      ...headers,
    });
    const first = patch({
      'upload-offset': '0',
      ...(length === undefined ? {} : { 'content-length': length }),
    });
    const { headers } = await withBody(request, response, (body) =>
      pass(webRequest('PATCH', first, ticket, body), ticket),
    );
    // tus keeps what had arrived when a connection breaks and calls that a success.
    if (!request.complete) throw brokenOff();
    const received = headers.get('upload-offset') ?? '0';
    const expected = bytes ?? ticket.bytes;
    if (expected === undefined) {
      // The body came in chunks of unknown number: only now its length can be declared.
      await pass(
        webRequest('PATCH', patch({ 'upload-offset': received, 'upload-length': received }), ticket),
        ticket,
      );
    } else if (Number(received) !== expected) {
      throw refuse('FILE_REQUEST_INVALID', {
        detail: `the body ended after ${received} of ${expected} bytes`,
      });
    }
    return { status: 204, headers: new Headers() };
  }

  return {
    async answer(request, response, ticket) {
      const method = request.method ?? '';
      if (method === 'OPTIONS') return pass(webRequest(method, request.headers, ticket), ticket);
      if (method === 'HEAD') {
        await routing.uploads.completed(ticket);
      } else if (await routing.uploads.isFinished(ticket)) {
        throw refuse('UPLOAD_FINISHED');
      }
      if (method === 'PUT') return putWhole(request, response, ticket);
      await routing.uploads.prepare(ticket);
      const answer = await (method === 'PATCH'
        ? withBody(request, response, (body) =>
            pass(webRequest(method, request.headers, ticket, body), ticket),
          )
        : pass(webRequest(method, request.headers, ticket), ticket));
      answer.headers.set('Upload-Expires', new Date(ticket.expiresAt).toUTCString());
      return answer;
    },
  };
}

/** A body on its way from a node request to tus. */
interface Body {
  readonly stream: PassThrough;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Lends the body of a request; what was not read of it is drained afterwards, or the client never sees the answer. */
async function withBody<T>(
  request: IncomingMessage,
  response: ServerResponse,
  work: (body: Body) => Promise<T>,
): Promise<T> {
  // A connection that broke before tus listens would never be noticed.
  if (request.destroyed && !request.complete) throw brokenOff();
  const stream = request.pipe(new PassThrough());
  try {
    return await work({ stream, request, response });
  } finally {
    request.unpipe(stream);
    request.resume();
  }
}

function brokenOff(): AmrloError {
  return refuse('FILE_REQUEST_INVALID', { detail: 'the connection broke before the body ended' });
}

/** The request as tus reads it. The path is made anew, so that prefixes and proxies in front do not matter. */
function webRequest(
  method: string,
  headers: IncomingMessage['headers'] | Record<string, string>,
  ticket: UploadTicket,
  body?: Body,
): Request {
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.has(name));
  const web = new Request(`http://localhost/uploads/${ticket.uploadId}`, {
    method,
    headers: kept.map(([name, value]): [string, string] => [name, String(value)]),
    ...(body === undefined ? {} : { body: Readable.toWeb(body.stream), duplex: 'half' }),
  } as RequestInit);
  // With the node request at hand, tus notices a broken connection and keeps what had arrived.
  return body === undefined
    ? web
    : Object.assign(web, { runtime: { node: { req: body.request, res: body.response } } });
}

const hopByHop = new Set([
  'connection',
  'transfer-encoding',
  'expect',
  'keep-alive',
  'host',
  'upgrade',
  'te',
  'trailer',
]);

/** tus names no codes, only statuses. */
function errorOf(status: number, text: string, ticket: UploadTicket): AmrloError {
  if (status === 404 || status === 410) return refuse('UPLOAD_NOT_FOUND', { uploadId: ticket.uploadId });
  if (status === 409) return refuse('UPLOAD_OFFSET_MISMATCH');
  if (status === 413) return refuse('FILE_TOO_LARGE', { max: ticket.bytes ?? ticket.maxBytes });
  if (status >= 500) return new AmrloError('STORE_UNAVAILABLE');
  return refuse('FILE_REQUEST_INVALID', { detail: text });
}
