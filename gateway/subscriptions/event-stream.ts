import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { createHandler, type Response } from 'graphql-sse';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { catalogue, type ErrorCode } from '../../subgraphs/kit/base/errors/catalogue.js';
import { checkCharset, parametersIn, searchOf, utf8TextOf } from '../server/request-text.js';
import { localeIn, type LiveOperations, type LiveOptions } from './live-operations.js';

/** Answers one subscription over server-sent events. */
export interface EventStream {
  /** @param body the parsed body where a server has read it already */
  handle(request: IncomingMessage, response: ServerResponse, body?: unknown): Promise<void>;
  close(): Promise<void>;
}

interface Served {
  results?: AsyncGenerator<FormattedExecutionResult, void, undefined>;
}

const largestBody = 128 * 1024;

/** Serves GraphQL over SSE, distinct connections mode: one request, one subscription, one stream. */
export function createEventStream(options: { live: LiveOperations; mask: LiveOptions['mask'] }): EventStream {
  const open = new Set<AsyncGenerator<FormattedExecutionResult, void, undefined>>();

  const answer = createHandler<IncomingMessage, Served>({
    // No stream tokens: the single connection mode would keep state between requests of different callers.
    authenticate: () => null,
    async onSubscribe(request, params) {
      const { headers, socket } = request.raw;
      const served = request.context;
      try {
        const prepared = await options.live.prepare({
          query: params.query,
          operationName: params.operationName,
          variables: params.variables,
          extensions: params.extensions,
          headers,
          address: socket.remoteAddress ?? '',
        });
        served.results = prepared.open();
        open.add(served.results);
        return served.results as AsyncGenerator<ExecutionResult>;
      } catch (error) {
        return refusal(error, request.raw);
      }
    },
  });

  function refusal(error: unknown, request: IncomingMessage): Response {
    const formatted = options.mask.mask(error, localeIn(request.headers));
    const { code, retryAfterMs } = formatted.extensions as { code: ErrorCode; retryAfterMs?: number };
    return [
      JSON.stringify({ errors: [formatted] }),
      {
        status: catalogue[code].status,
        statusText: code,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'cache-control': 'no-store',
          ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
        },
      },
    ];
  }

  return {
    async handle(request, response, body) {
      let [content, head]: Response = [
        null,
        { status: 406, statusText: 'Not Acceptable', headers: { accept: 'text/event-stream' } },
      ];
      const served: Served = {};
      if (/\btext\/event-stream\b/.test(request.headers.accept ?? '')) {
        try {
          // The library reads the address itself, and would replace what is no UTF-8.
          parametersIn(searchOf(request.url));
          const given = body ?? (request.method === 'POST' ? await bodyOf(request) : null);
          [content, head] = await answer({
            method: request.method ?? 'GET',
            url: request.url ?? '/',
            // The library compares the whole header; clients also send lists and weights.
            headers: { get: (name) => (name === 'accept' ? 'text/event-stream' : headerIn(request, name)) },
            body: given as string | Record<string, unknown> | null,
            raw: request,
            context: served,
          });
        } catch (error) {
          [content, head] = refusal(error, request);
        }
      }
      try {
        if (response.destroyed) return;
        response.writeHead(head.status, head.statusText, head.headers);
        if (content === null || typeof content === 'string') response.end(content ?? undefined);
        else await pour(content, response);
      } finally {
        if (typeof content !== 'string') await content?.return();
        if (served.results !== undefined) {
          open.delete(served.results);
          await served.results.return();
        }
      }
    },
    async close() {
      await Promise.all([...open].map((results) => results.return()));
      open.clear();
    },
  };
}

async function pour(
  content: AsyncGenerator<string, void, undefined>,
  response: ServerResponse,
): Promise<void> {
  response.once('close', () => void content.return());
  for await (const chunk of content) {
    if (response.destroyed) break;
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  checkCharset(request.headers['content-type']);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestBody) throw new AmrloError('REQUEST_TOO_LARGE', { max: largestBody });
    parts.push(part);
  }
  return utf8TextOf(Buffer.concat(parts));
}

function headerIn(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}
