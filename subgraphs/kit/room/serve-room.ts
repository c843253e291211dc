import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AmrloError } from '../base/errors/amrlo-error.js';
import { catalogue } from '../base/errors/catalogue.js';
import { listenFault, type ListenAddress } from '../base/listening.js';
import {
  maxRequestBytes,
  subgraphHeaders,
  type SubgraphRequest,
  type SubgraphResponse,
} from '../base/link/subgraph-request.js';
import { localeOf } from '../base/locale.js';
import { newId } from '../base/ids.js';
import { newFaultId } from '../base/errors/fault-id.js';
import type { EventEndpoint } from './outbox/event-endpoint.js';

/** What is served: a room, or the records router, or a school's adapter. */
export interface ServedSubgraph {
  readonly handle: (request: SubgraphRequest) => Promise<SubgraphResponse>;
  readonly ready: () => Promise<boolean>;
  readonly events?: EventEndpoint;
  /** Node handler for `/files/*`, where the subgraph takes uploads. */
  readonly files?: (request: FastifyRequest['raw'], response: FastifyReply['raw']) => void | Promise<void>;
}

/**
 * Serves one subgraph over HTTP; internal, never published to clients.
 * @throws AmrloError `PORT_TAKEN`, `ADDRESS_UNUSABLE`
 */
export async function serveRoom(subgraph: ServedSubgraph, address: ListenAddress) {
  const server = fastify({ logger: false, bodyLimit: maxRequestBytes, forceCloseConnections: 'idle' });
  server.get('/health', async () => ({ status: 'ok' }));
  server.get('/ready', async (_, reply) => {
    const ready = await subgraph.ready();
    return reply.code(ready ? 200 : 503).send({ ready });
  });
  server.post('/graphql', async (request, reply) => {
    const answer = await subgraph.handle(await read(request, reply));
    const refused =
      answer.errors?.some((error) => error.extensions?.['code'] === 'ASSERTION_MISSING') === true;
    return reply.code(refused ? catalogue.ASSERTION_MISSING.status : 200).send(answer);
  });
  if (subgraph.events !== undefined) mountEvents(server, subgraph.events);
  if (subgraph.files !== undefined) mountFiles(server, subgraph.files);
  server.setErrorHandler((error, request, reply) => {
    const known = error instanceof AmrloError ? error : faultOf(error as { statusCode?: number });
    const locale = localeOf(request.headers['accept-language']);
    return reply.code(catalogue[known.code].status).send({
      errors: [{ message: known.messageIn(locale), extensions: { code: known.code, ...idOf(known) } }],
    });
  });
  const url = await server.listen(address).catch((error: unknown) => {
    throw listenFault(error, address);
  });
  return { url, stop: () => server.close() };
}

/** A body that the server could not read is the caller's fault; everything else is ours and says nothing. */
function faultOf(error: { statusCode?: number }): AmrloError {
  if (error.statusCode === 413) return new AmrloError('REQUEST_TOO_LARGE', { max: maxRequestBytes });
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new AmrloError('REQUEST_MALFORMED', { detail: 'JSON' });
  }
  return new AmrloError('INTERNAL', { id: newFaultId() }, { cause: error });
}

function idOf(error: AmrloError): { id?: string } {
  return error.code === 'INTERNAL' ? { id: String(error.parameters['id']) } : {};
}

async function read(request: FastifyRequest, reply: FastifyReply): Promise<SubgraphRequest> {
  const body = request.body as { query?: unknown; variables?: unknown; operationName?: unknown } | null;
  if (typeof body?.query !== 'string') throw new AmrloError('REQUEST_MALFORMED', { detail: 'query' });
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const gone = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new AmrloError('REQUEST_CANCELLED'));
  });
  const budget = Number(header(subgraphHeaders.budget) ?? 15_000);
  return {
    query: body.query,
    variables: (body.variables as Record<string, unknown> | undefined) ?? {},
    ...(typeof body.operationName === 'string' ? { operationName: body.operationName } : {}),
    assertion: header(subgraphHeaders.assertion) ?? '',
    requestId: header(subgraphHeaders.requestId) ?? newId('Request'),
    ...(header(subgraphHeaders.traceparent) ? { traceparent: header(subgraphHeaders.traceparent)! } : {}),
    locale: localeOf(header(subgraphHeaders.locale)),
    deadline: Date.now() + (Number.isFinite(budget) ? budget : 15_000),
    signal: gone.signal,
    ...(header(subgraphHeaders.report) === 'wanted' ? { reportWanted: true } : {}),
  };
}

function mountEvents(server: FastifyInstance, events: EventEndpoint): void {
  const assertionOf = (request: FastifyRequest) =>
    request.headers[subgraphHeaders.assertion] as string | undefined;
  server.post('/internal/events/pull', async (request) => {
    const limit = (request.body as { limit?: unknown } | null)?.limit;
    if (typeof limit !== 'number') throw new AmrloError('REQUEST_MALFORMED', { detail: 'limit' });
    return { events: await events.pull(assertionOf(request), limit) };
  });
  server.post('/internal/events/acknowledge', async (request) => {
    const ids = (request.body as { ids?: unknown } | null)?.ids;
    if (!isTexts(ids)) throw new AmrloError('REQUEST_MALFORMED', { detail: 'ids' });
    await events.acknowledge(assertionOf(request), ids);
    return { acknowledged: ids.length };
  });
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function mountFiles(server: FastifyInstance, files: NonNullable<ServedSubgraph['files']>): void {
  server.register(async (scope) => {
    // Uploads are streams; nothing may buffer them.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.all('/files/*', async (request, reply) => {
      reply.hijack();
      await files(request.raw, reply.raw);
    });
  });
}
