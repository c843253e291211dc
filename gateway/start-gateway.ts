import type { AddressInfo } from 'node:net';
import cors from '@fastify/cors';
import fastifyFactory, { type FastifyInstance } from 'fastify';
import { systemClock, type Clock } from '../subgraphs/kit/base/clock.js';
import { AmrloError } from '../subgraphs/kit/base/errors/amrlo-error.js';
import { listenFault } from '../subgraphs/kit/base/listening.js';
import { anonymous } from '../subgraphs/kit/base/identity/principal.js';
import type { Link } from '../subgraphs/kit/base/link/link-call.js';
import { localeOf } from '../subgraphs/kit/base/locale.js';
import type { Logger } from '../subgraphs/kit/base/log.js';
import type { WakeBus } from '../subgraphs/kit/base/wake.js';
import { mayExplain } from './explain/explain-rights.js';
import type { LoadedGraph } from './engine/graph-engine.js';
import { createErrorMask, type ErrorMask } from './security/error-mask.js';
import { defaultLimits, type OperationLimits } from './security/limits.js';
import type { RateLimit } from './security/rate-limit.js';
import { mountExplorer } from './server/explorer-route.js';
import { prepareRelease, type GraphParts, type GraphRelease } from './server/graph-release.js';
import { mountGraphql, type Authenticate } from './server/graphql-route.js';
import { mountSubscriptions } from './server/subscription-routes.js';
import { mountHealth } from './server/health-routes.js';
import { asRequestFault, sendFault } from './server/http-fault.js';
import { createOperationIntake } from './server/operation-intake.js';
import { requestIdHeader, requestIdOf } from './server/request-id.js';
import { takeJsonOnly } from './server/request-text.js';
import { createServedGraphs } from './server/served-graphs.js';
import { createGatewayMetrics, type GatewayMetrics } from './telemetry/gateway-metrics.js';
import type { Supergraph } from './supergraph/supergraph.js';
import { createReadiness, type GraphState } from './telemetry/readiness.js';

/** What other parts need to serve the same graph on other routes (uploads, subscriptions). */
export interface GatewayCore {
  readonly graph: LoadedGraph;
  readonly link: Link;
  readonly authenticate: Authenticate;
  readonly mask: ErrorMask;
  readonly limits: OperationLimits;
}

/** How a gateway is made, with the parts of its first release. */
export interface GatewayOptions extends GraphParts {
  /** What errors call the supergraph; `SDL` when absent. */
  readonly graphName?: string;
  /** What readiness and metrics look at, where the link changes with the graph; `link` when absent. */
  readonly watchedLink?: Pick<Link, 'call' | 'state'>;
  /** What `/ready` tells of the graph outside production. */
  readonly graphState?: () => GraphState | undefined;
  /** 0 picks a free port. */
  readonly port: number;
  /** 127.0.0.1 when absent. */
  readonly host?: string;
  /** No introspection, no explorer, no guesses in error messages, no names in `/ready`, no `/metrics` unless wished. */
  readonly production: boolean;
  readonly log: Logger;
  /** `off`: everybody is nobody known and every field is open. The caller refuses that in production. */
  readonly security: 'off' | { readonly authenticate: Authenticate; readonly rateLimit?: RateLimit };
  readonly limits?: OperationLimits;
  /** Wakes live queries; without it there are no subscriptions. */
  readonly wakeBus?: WakeBus;
  /** Milliseconds a request may take; 10,000 when absent. */
  readonly requestBudgetMs?: number;
  /** 1 MiB when absent. Files do not travel through the graph. */
  readonly maxBodyBytes?: number;
  /** Milliseconds that requests under way may still take after `stop`; 10,000 when absent. */
  readonly drainMs?: number;
  readonly metrics?: GatewayMetrics;
  /** Whether `/metrics` answers on the clients' port; when absent only outside production. */
  readonly servesMetrics?: boolean;
  /** Origins of other sites whose pages may ask; none when absent. Tokens travel in a header, cookies never. */
  readonly corsOrigins?: readonly string[];
  /** Holders of tokens with this scope may see plans, beside the secretariat. */
  readonly explainScope?: string;
  readonly explorer?: { readonly title?: string; readonly defaultQuery?: string };
  /** Mounts routes beside the graph's. The parsers it adds are its own. */
  readonly extraRoutes?: (fastify: FastifyInstance, core: GatewayCore) => void | Promise<void>;
  readonly clock?: Clock;
}

/** A gateway that listens. */
export interface Gateway {
  /** Its base address, for example `http://127.0.0.1:4000`; the graph is at `/graphql`. */
  readonly url: string;
  readonly link: Link;
  /** Always the current release. */
  readonly graph: LoadedGraph;
  /**
   * Makes another release beside the one that serves and, when it has proved that it can serve, lets it take over
   * between two requests. What is under way ends on the release it began on. Without operations it keeps those of before.
   * @throws AmrloError `SUPERGRAPH_INVALID`; then nothing has changed
   */
  adopt(next: GraphParts & { readonly name: string }): Promise<GraphRelease>;
  /** The release that serves. */
  release(): GraphRelease;
  /** Takes no new connections, lets requests under way end, then closes; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Starts a gateway.
 * @throws AmrloError `PORT_TAKEN`, `ADDRESS_UNUSABLE`
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { link, log, security, production, clock = systemClock, limits = defaultLimits } = options;
  const requestBudgetMs = options.requestBudgetMs ?? 10_000;
  const rateLimit = security === 'off' ? undefined : security.rateLimit;
  const maxBodyBytes = options.maxBodyBytes ?? 1024 * 1024;
  const metrics = options.metrics ?? createGatewayMetrics();
  const mask = createErrorMask({ log });
  const watchedLink = options.watchedLink ?? link;
  const readiness = createReadiness({
    link: watchedLink,
    clock,
    ...(options.graphState ? { graph: options.graphState } : {}),
  });
  const authenticate: Authenticate =
    security === 'off' ? async () => ({ principal: anonymous }) : security.authenticate;
  const checks = { secured: security !== 'off', production, mask, limits, log };
  const graphs = createServedGraphs(
    await prepareRelease(options, { ...checks, name: options.graphName ?? 'SDL' }),
    log,
  );
  options.serves?.();
  const { graph } = graphs;
  metrics.watch(watchedLink, { figures: () => graphs.current.figures() });

  const fastify = fastifyFactory({
    logger: false,
    bodyLimit: maxBodyBytes,
    genReqId: (request) => requestIdOf(request.headers),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
  });
  fastify.addHook('onRequest', (request, reply, next) => {
    reply.header(requestIdHeader, request.id);
    next();
  });
  fastify.setErrorHandler((error, request, reply) => {
    sendFault(reply, asRequestFault(error, maxBodyBytes), localeOf(request.headers['accept-language']), mask);
  });
  fastify.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]?.slice(0, 100);
    sendFault(
      reply,
      new AmrloError('NOT_FOUND', { type: request.method, id: path }),
      localeOf(request.headers['accept-language']),
      mask,
    );
  });
  if (options.corsOrigins !== undefined) {
    await fastify.register(cors, {
      origin: options.corsOrigins.map((origin) => new URL(origin).origin),
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'HEAD'],
      exposedHeaders: ['etag', 'retry-after', requestIdHeader, 'location', 'upload-offset', 'tus-resumable'],
      maxAge: 86_400,
    });
  }
  takeJsonOnly(fastify);
  mountHealth(fastify, {
    readiness,
    names: !production,
    ...((options.servesMetrics ?? !production) ? { metrics } : {}),
  });
  if (!production)
    mountExplorer(fastify, { endpoint: '/graphql', title: 'AMRLO Graph', ...options.explorer });
  mountGraphql(fastify, {
    path: '/graphql',
    graphs,
    authenticate,
    mayExplain:
      security === 'off' ? () => !production : (principal) => mayExplain(principal, options.explainScope),
    intake: createOperationIntake(limits),
    limits,
    mask,
    clock,
    requestBudgetMs,
    answered: metrics.answered,
    ...(rateLimit ? { rateLimit } : {}),
  });
  const subscriptions =
    options.wakeBus === undefined
      ? undefined
      : mountSubscriptions(fastify, {
          graphs,
          authenticate,
          wakeBus: options.wakeBus,
          mask,
          limits,
          clock,
          requestBudgetMs,
          ...(rateLimit ? { rateLimit } : {}),
        });
  const core: GatewayCore = { graph, link, authenticate, mask, limits };
  if (options.extraRoutes !== undefined) {
    await fastify.register(async (child) => options.extraRoutes?.(child, core));
  }
  await listen(fastify, options.port, options.host ?? '127.0.0.1');

  let stopping: Promise<void> | undefined;
  return {
    url: urlOf(fastify, options.host ?? '127.0.0.1'),
    link,
    graph,
    release: () => graphs.current,
    async adopt({ name, ...parts }) {
      if (security !== 'off') keepsSecurity(graphs.current.supergraph, parts.supergraph, name);
      const { operations = graphs.current.operations } = parts;
      const next = await prepareRelease(
        { ...parts, ...(operations ? { operations } : {}) },
        { ...checks, name },
      );
      if (stopping !== undefined) {
        await next.close();
        return next;
      }
      parts.serves?.();
      graphs.swap(next);
      return next;
    },
    stop() {
      stopping ??= drain();
      return stopping;
    },
  };

  async function drain(): Promise<void> {
    readiness.drain();
    const impatience = setTimeout(() => fastify.server.closeAllConnections(), options.drainMs ?? 10_000);
    try {
      await subscriptions?.close();
      await fastify.close();
    } finally {
      clearTimeout(impatience);
    }
    await graphs.close();
  }
}

/** A graph composed without its security directives is whole and valid, and open to everybody. */
function keepsSecurity(before: Supergraph, next: Supergraph, file: string): void {
  const lost = before.authorizationSpecs.find((spec) => !next.authorizationSpecs.includes(spec));
  if (lost === undefined) return;
  throw new AmrloError('SUPERGRAPH_INVALID', {
    file,
    detail: `it does not link ${lost} for: SECURITY, which the graph that is served does; start anew to serve it all the same`,
  });
}

async function listen(fastify: FastifyInstance, port: number, host: string): Promise<void> {
  try {
    await fastify.listen({ port, host });
  } catch (error) {
    await fastify.close();
    throw listenFault(error, { host, port });
  }
}

function urlOf(fastify: FastifyInstance, host: string): string {
  const { port } = fastify.server.address() as AddressInfo;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}
