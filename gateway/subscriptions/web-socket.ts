import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { catalogue, type ErrorCode } from '../../subgraphs/kit/base/errors/catalogue.js';
import type { RequestHeaders } from '../security/authentication.js';
import {
  localeIn,
  type LiveOperations,
  type LiveOptions,
  type PreparedSubscription,
} from './live-operations.js';

/** How the WebSocket transport is bounded. */
export interface WebSocketOptions {
  readonly httpServer: Server;
  readonly path: string;
  readonly live: LiveOperations;
  readonly authenticate: LiveOptions['authenticate'];
  readonly mask: LiveOptions['mask'];
  readonly maxPerSocket: number;
}

/** Close codes of 44xx mirror HTTP's; clients that know graphql-transport-ws do not retry them. */
const closeCodeOf = (code: ErrorCode): number =>
  catalogue[code].status === 503 ? 1013 : 4000 + catalogue[code].status;
const largestMessage = 128 * 1024;
const closeGraceMs = 1_000;

/**
 * Serves graphql-transport-ws on the server's own port. The token comes in the `connection_init` payload
 * (`authorization`, with `acting-grant` and `accept-language` beside it), never in the URL.
 * @returns a function that says goodbye to every socket
 */
export function attachWebSocket(options: WebSocketOptions): () => Promise<void> {
  const { httpServer, live, mask } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== options.path) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      sockets.emit('connection', client, request);
      // The library writes a client's broken frame to the console as a fault of ours; `ws` has closed with its code by then.
      client.removeAllListeners('error').on('error', () => undefined);
    });
  };
  httpServer.on('upgrade', upgrade);

  const transport = useServer<Record<string, unknown>, Record<string, unknown>>(
    {
      async onConnect(ctx) {
        const headers = headersOf(ctx.extra, ctx.connectionParams);
        try {
          await options.authenticate(headers);
          return true;
        } catch (error) {
          const { code } = mask.mask(error, localeIn(headers)).extensions as { code: ErrorCode };
          ctx.extra.socket.close(closeCodeOf(code), code);
          return false;
        }
      },
      async onSubscribe(ctx, _id, payload) {
        const headers = headersOf(ctx.extra, ctx.connectionParams);
        try {
          if (Object.keys(ctx.subscriptions).length > options.maxPerSocket) {
            throw new AmrloError('SUBSCRIPTION_LIMIT', { max: options.maxPerSocket });
          }
          const prepared = await live.prepare({
            query: payload.query,
            operationName: payload.operationName,
            variables: payload.variables,
            extensions: payload.extensions,
            headers,
            address: ctx.extra.request.socket.remoteAddress ?? '',
          });
          return {
            schema: prepared.schema,
            document: prepared.document,
            operationName: prepared.operationName,
            contextValue: prepared,
          };
        } catch (error) {
          const { message, extensions } = mask.mask(error, localeIn(headers));
          return [new GraphQLError(message, { extensions })];
        }
      },
      subscribe: (args) =>
        (args.contextValue as PreparedSubscription).open() as AsyncGenerator<ExecutionResult>,
      // Results are formatted and masked already.
      onNext: (_ctx, _id, _payload, _args, result) => result,
      isProd: true,
    },
    sockets,
  );

  return async () => {
    httpServer.off('upgrade', upgrade);
    // A client that does not answer the goodbye must not hold the process.
    const impatience = setTimeout(
      () => sockets.clients.forEach((client) => client.terminate()),
      closeGraceMs,
    );
    await transport.dispose();
    clearTimeout(impatience);
  };
}

const taken = new Set(['authorization', 'acting-grant', 'accept-language']);

function headersOf(extra: Extra, payload: Readonly<Record<string, unknown>> | undefined): RequestHeaders {
  const headers: Record<string, string | string[] | undefined> = {
    'accept-language': extra.request.headers['accept-language'],
  };
  for (const [name, value] of Object.entries(payload ?? {})) {
    const key = name.toLowerCase();
    if (taken.has(key) && typeof value === 'string') headers[key] = value;
  }
  return headers;
}
