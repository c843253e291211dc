import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AmrloError, refuse } from '../../base/errors/amrlo-error.js';
import { catalogue } from '../../base/errors/catalogue.js';
import { localeOf } from '../../base/locale.js';
import type { Logger } from '../../base/log.js';
import { answerDownload } from './download-answer.js';
import type { FileStore } from './file-store.js';
import { createTusEndpoint } from './tus-endpoint.js';

/** Answers one request; resolves when the answer is sent, never rejects. */
export type FileRoutes = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const uploadMethods = ['PATCH', 'HEAD', 'PUT', 'OPTIONS'];
const downloadMethods = ['GET', 'HEAD'];

/**
 * The HTTP side of a file store, to be mounted under any prefix: only the end of the path is looked at,
 * `…/uploads/<id>?token=…` and `…/downloads/<token>`. The body must reach it unread. Refusals are
 * `{ "code", "message", "id"? }` with the status of the catalogue.
 *
 * @param options.allowedOrigins browser origins that may upload from another site; none by default
 */
export function createFileRoutes(
  store: FileStore,
  options: { log?: Pick<Logger, 'error'>; allowedOrigins?: string[] } = {},
): FileRoutes {
  const { routing } = store;
  const tus = createTusEndpoint(routing, options.allowedOrigins ?? []);

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, kind, name = ''] = /\/(uploads|downloads)\/([\w.-]+)$/.exec(url.pathname) ?? [];
    if (kind === undefined) throw refuse('FILE_NOT_FOUND');
    const methods = kind === 'uploads' ? uploadMethods : downloadMethods;
    if (!methods.includes(request.method ?? '')) {
      response.setHeader('Allow', methods.join(', '));
      throw refuse('FILE_REQUEST_INVALID', { detail: `only ${methods.join(', ')} are possible here` });
    }
    if (kind === 'downloads') return answerDownload(routing, name, request, response);
    // A browser's preflight carries the address, token included.
    routing.links.checkUploadToken(name, url.searchParams.get('token'));
    const answer = await tus.answer(request, response, await routing.uploads.ticket(name));
    answer.headers.forEach((value, header) => response.setHeader(header, value));
    response.writeHead(answer.status).end();
  }

  return async (request, response) => {
    try {
      await route(request, response);
    } catch (error) {
      answerError(request, response, error, options.log);
    }
  };
}

function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  log: Pick<Logger, 'error'> | undefined,
): void {
  if (response.headersSent || response.destroyed) {
    const left = (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!left) log?.error({ err: error }, 'a file request failed after its answer had begun');
    response.destroy();
    return;
  }
  const known = error instanceof AmrloError ? error : unexpected(error, log);
  const { status } = catalogue[known.code];
  const id = known.parameters['id'];
  const message = known.messageIn(localeOf(request.headers['accept-language']));
  const body = JSON.stringify({ code: known.code, message, ...(id === undefined ? {} : { id }) });
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.writeHead(response.hasHeader('Allow') ? 405 : status);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function unexpected(error: unknown, log: Pick<Logger, 'error'> | undefined): AmrloError {
  const id = randomUUID();
  log?.error({ id, err: error }, 'a file request failed');
  return new AmrloError('INTERNAL', { id });
}
