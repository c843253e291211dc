import { HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../subgraphs/kit/base/clock.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { localeOf, type Locale } from '../../subgraphs/kit/base/locale.js';
import { explainHeader } from '../explain/explain-rights.js';
import { createGetHandler } from '../operations/get-handler.js';
import type { PersistedOperations } from '../operations/persisted-operations.js';
import type { RequestHeaders } from '../security/authentication.js';
import type { ErrorMask } from '../security/error-mask.js';
import type { OperationLimits } from '../security/limits.js';
import { rateKeyOf, type RateLimit } from '../security/rate-limit.js';
import type { ServerContext } from './apollo-server.js';
import type { GraphRelease } from './graph-release.js';
import { sendFault } from './http-fault.js';
import {
  operationInBody,
  operationInSearch,
  type OperationIntake,
  type OperationParameters,
} from './operation-intake.js';
import { planningPrice } from './planning-price.js';
import { searchOf } from './request-text.js';
import type { ServedGraphs } from './served-graphs.js';

/** Finds out who asks; `gateway/security/authentication.ts` is the one in use. */
export type Authenticate = (
  headers: RequestHeaders,
) => Promise<{ principal: Principal; expiresAt?: Date | undefined; changesAt?: Date | undefined }>;

/** What the route stands on. */
export interface GraphqlRouteOptions {
  readonly path: string;
  /**
   * Where a release has persisted operations, a GET names one by its hash; otherwise it carries the text and Apollo's
   * CSRF rule holds.
   */
  readonly graphs: ServedGraphs;
  readonly authenticate: Authenticate;
  /** Whether the caller may see how the answer came about; who may not is told nothing. */
  readonly mayExplain: (principal: Principal) => boolean;
  readonly rateLimit?: RateLimit;
  readonly intake: OperationIntake;
  readonly limits: OperationLimits;
  readonly mask: ErrorMask;
  readonly clock: Clock;
  readonly requestBudgetMs: number;
  readonly answered: (method: string, status: number, seconds: number) => void;
}

/** POST and GET of the graph: who asks, how much they may ask, what they ask, then the graph. */
export function mountGraphql(fastify: FastifyInstance, options: GraphqlRouteOptions): void {
  const { graphs, authenticate, rateLimit, intake, limits, mask, clock } = options;

  async function contextOf(
    request: FastifyRequest,
    reply: FastifyReply,
    locale: Locale,
  ): Promise<ServerContext> {
    const { principal } = await authenticate(request.headers);
    await rateLimit?.consume(rateKeyOf(principal, request.ip));
    return {
      principal,
      requestId: request.id,
      traceparent: request.headers['traceparent'] as string | undefined,
      locale,
      deadline: clock.now().getTime() + options.requestBudgetMs,
      signal: goneSignal(reply),
      ...(rateLimit ? { onPlanned: planningPrice(rateLimit, principal, request.ip) } : {}),
      explained:
        request.method === 'POST' &&
        request.headers[explainHeader] === 'plan' &&
        options.mayExplain(principal),
    };
  }

  /** Everything after authentication: size, then Apollo's pipeline, then our engine. */
  async function run(
    { server }: GraphRelease,
    request: FastifyRequest,
    parameters: OperationParameters,
    context: ServerContext,
    method: 'GET' | 'POST',
  ): Promise<{ status: number; headers: HeaderMap; body: string }> {
    intake.admit(parameters);
    const headers = headerMapOf(request);
    // A persisted query comes by GET and has passed its own rules; from here on it is like any other.
    if (method !== request.method) headers.set('content-type', 'application/json');
    const answer = await server.language.run(context.locale, () =>
      server.apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method,
          headers,
          search: method === 'GET' ? searchOf(request.raw.url) : '',
          body: bodyOf(parameters),
        },
        context: async () => context,
      }),
    );
    if (answer.body.kind !== 'complete') throw new Error('An answer in parts was not asked for.');
    return { status: answer.status ?? 200, headers: answer.headers, body: answer.body.string };
  }

  async function answerText(
    release: GraphRelease,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const locale = localeOf(request.headers['accept-language']);
    try {
      const context = await contextOf(request, reply, locale);
      const isGet = request.method === 'GET';
      let parameters = isGet ? operationInSearch(searchOf(request.raw.url)) : operationInBody(request.body);
      if (release.operations !== undefined) {
        const { query, registered } = await release.operations.resolve(parameters, !isGet);
        if (registered !== undefined || !parameters.query) release.checkStored(query);
        parameters = { ...parameters, query };
      }
      const method = isGet ? 'GET' : 'POST';
      const { status, headers, body } = await run(release, request, parameters, context, method);
      for (const [name, value] of headers) reply.header(name, value);
      return reply.code(status).send(body);
    } catch (error) {
      return sendFault(reply, error, locale, mask);
    }
  }

  async function answerPersisted(
    release: GraphRelease,
    request: FastifyRequest,
    reply: FastifyReply,
    persisted: PersistedOperations,
  ): Promise<FastifyReply> {
    const locale = localeOf(request.headers['accept-language']);
    const handle = createGetHandler({
      operations: persisted,
      mask,
      limits,
      async execute({ query, operationName, variables }) {
        const context = await contextOf(request, reply, locale);
        release.checkStored(query);
        const { status, headers, body } = await run(
          release,
          request,
          { query, operationName, variables },
          context,
          'POST',
        );
        return { status, headers: Object.fromEntries(headers), body };
      },
    });
    const { status, headers, body } = await handle({ url: request.url, headers: request.headers });
    return reply
      .code(status)
      .headers(headers)
      .send(body === '' ? undefined : body);
  }

  const onResponse = async (request: FastifyRequest, reply: FastifyReply): Promise<void> =>
    options.answered(request.method, reply.statusCode, reply.elapsedTime / 1_000);
  fastify.route({
    method: 'POST',
    url: options.path,
    handler: (request, reply) => graphs.use((release) => answerText(release, request, reply)),
    onResponse,
  });
  fastify.route({
    method: 'GET',
    url: options.path,
    handler: (request, reply) =>
      graphs.use((release) =>
        release.operations !== undefined
          ? answerPersisted(release, request, reply, release.operations)
          : answerText(release, request, reply),
      ),
    onResponse,
    exposeHeadRoute: false,
  });
}

/** Only what is there: Apollo takes a name without a value for a wrong value. */
function bodyOf({ query, operationName, variables }: OperationParameters): Record<string, unknown> {
  return {
    query,
    ...(operationName ? { operationName } : {}),
    ...(variables ? { variables } : {}),
  };
}

/** Aborted when the connection is closed before the answer was sent: the client has gone. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

function headerMapOf(request: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) map.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return map;
}
