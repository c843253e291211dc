import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface Page {
  readonly plain: Buffer;
  readonly zipped: Buffer;
}

/** Everything is in the page itself, and the browser is told to load nothing else from anywhere. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'unsafe-inline'",
  'worker-src blob:',
  "img-src 'self' data:",
  'font-src data:',
  "connect-src 'self' ws: wss:",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The explorer at `/` and `/explorer`: GraphiQL without any outside asset. The page is nine megabytes of script, so
 * it is made when it is first asked for, once, and kept zipped.
 */
export function mountExplorer(
  fastify: FastifyInstance,
  options: { endpoint: string; title: string; defaultQuery?: string },
): void {
  let made: Promise<Page> | undefined;
  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    made ??= make(options);
    const page = await made;
    const zips = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    if (zips) reply.header('content-encoding', 'gzip');
    return reply
      .header('vary', 'Accept-Encoding')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', contentSecurityPolicy)
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(zips ? page.zipped : page.plain);
  }
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- this is Fastify, which awaits its handlers
  for (const url of ['/', '/explorer']) fastify.get(url, answer);
}

async function make(options: { endpoint: string; title: string; defaultQuery?: string }): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const plain = Buffer.from(
    renderGraphiQL({
      title: options.title,
      endpoint: options.endpoint,
      subscriptionsProtocol: 'WS',
      defaultQuery: options.defaultQuery ?? '{\n  __typename\n}\n',
    }),
  );
  return { plain, zipped: await promisify(gzip)(plain) };
}
