import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createEventStream } from './event-stream.js';
import { createLiveOperations, type LiveOptions } from './live-operations.js';
import { attachWebSocket } from './web-socket.js';

/** Live queries over both transports. */
export interface Subscriptions {
  /**
   * Answers `/graphql/stream` (server-sent events); for Fastify: `reply.hijack()`, then the raw request and response.
   * @param body the parsed body where the server has read it already
   */
  handleEventStream(request: IncomingMessage, response: ServerResponse, body?: unknown): Promise<void>;
  /** Ends every subscription and stops listening for new ones; may be called again. */
  close(): Promise<void>;
}

/** What subscriptions stand on. */
export interface SubscriptionsOptions extends LiveOptions {
  readonly httpServer: Server;
  /** The WebSocket's path; `/graphql` unless told otherwise. */
  readonly path?: string;
  /** 20 unless told otherwise. */
  readonly maxPerSocket?: number;
}

/** Adds live queries to a server: graphql-transport-ws on the graph's path, and a handler for server-sent events. */
export function attachSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const live = createLiveOperations(options);
  const stream = createEventStream({ live, mask: options.mask });
  const leave = attachWebSocket({
    httpServer: options.httpServer,
    path: options.path ?? '/graphql',
    live,
    authenticate: options.authenticate,
    mask: options.mask,
    maxPerSocket: options.maxPerSocket ?? 20,
  });
  let closing: Promise<void> | undefined;
  return {
    handleEventStream: (request, response, body) => stream.handle(request, response, body),
    close: () => (closing ??= Promise.all([stream.close(), leave()]).then(() => undefined)),
  };
}
