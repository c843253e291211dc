import type { FastifyInstance } from 'fastify';
import { Agent } from 'undici';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

/** Headers that belong to one connection (RFC 9110, section 7.6.1), and those that each hop makes anew. */
const ownOfEachHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
]);

/**
 * Carries `/files/<room>/…` to the process of that room: uploads and downloads are streams in both directions,
 * nothing is kept here, and a client that leaves ends the request at the room. The links carry their own right, so
 * neither credentials nor cookies travel on.
 *
 * @param urlOf the GraphQL endpoint of a subgraph as it is now; files lie at `/files` of the same origin
 * @returns closes the sockets to the rooms
 */
export function mountFileProxy(
  fastify: FastifyInstance,
  urlOf: (subgraph: string) => string | undefined,
): () => Promise<void> {
  // A large upload pauses where the disk is slow; the room decides how long it waits, not this hop.
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 2_000 } });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  fastify.all<{ Params: { room: string } }>('/files/:room/*', async (request, reply) => {
    const { room } = request.params;
    const url = urlOf(room);
    if (url === undefined) return reply.callNotFound();
    const gone = new AbortController();
    reply.raw.on('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    const answer = await agent
      .request({
        origin: new URL(url).origin,
        path: request.url,
        method: request.method,
        headers: kept(request.headers, ['authorization', 'cookie']),
        body: hasBody ? request.raw : null,
        signal: gone.signal,
      })
      .catch((cause: unknown) => {
        if (gone.signal.aborted) throw new AmrloError('REQUEST_CANCELLED', { subgraph: room }, { cause });
        throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: room }, { cause });
      });
    reply.code(answer.statusCode).headers(kept(answer.headers));
    if (request.method !== 'HEAD') return reply.send(answer.body);
    await answer.body.dump();
    return reply.send();
  });
  return () => agent.close();
}

function kept(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  without: readonly string[] = [],
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] =>
        entry[1] !== undefined && !ownOfEachHop.has(entry[0]) && !without.includes(entry[0]),
    ),
  );
}
