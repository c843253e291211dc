import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../subgraphs/kit/base/clock.js';
import type { WakeBus } from '../../subgraphs/kit/base/wake.js';
import type { ErrorMask } from '../security/error-mask.js';
import type { OperationLimits } from '../security/limits.js';
import { rateKeyOf, type RateLimit } from '../security/rate-limit.js';
import { attachSubscriptions, type Subscriptions } from '../subscriptions/attach.js';
import type { Authenticate } from './graphql-route.js';
import { planningPrice } from './planning-price.js';
import { requestIdHeader } from './request-id.js';
import type { ServedGraphs } from './served-graphs.js';

/** Subscriptions beside the graph: WebSocket on `/graphql`, server-sent events on `/graphql/stream`. */
export function mountSubscriptions(
  fastify: FastifyInstance,
  options: {
    graphs: ServedGraphs;
    authenticate: Authenticate;
    wakeBus: WakeBus;
    mask: ErrorMask;
    limits: OperationLimits;
    clock: Clock;
    requestBudgetMs: number;
    rateLimit?: RateLimit;
  },
): Subscriptions {
  const { graphs, clock, requestBudgetMs, rateLimit, ...rest } = options;
  const subscriptions = attachSubscriptions({
    ...rest,
    clock,
    httpServer: fastify.server,
    schema: () => graphs.graph.schema,
    onSchemaChange: (listener) => graphs.onSwap(listener),
    operations: () => graphs.current.operations,
    ...(rateLimit ? { admit: (principal, address) => rateLimit.consume(rateKeyOf(principal, address)) } : {}),
    async execute({ document, operationName, variables, principal, address, locale, signal }) {
      const { data, errors } = await graphs.graph.execute({
        document,
        operationName,
        variables,
        ...(rateLimit ? { onPlanned: planningPrice(rateLimit, principal, address) } : {}),
        context: {
          principal,
          locale,
          signal,
          requestId: randomUUID(),
          deadline: clock.now().getTime() + requestBudgetMs,
        },
      });
      return {
        ...(data === undefined ? {} : { data }),
        ...(errors === undefined ? {} : { errors: errors.map((error) => error.toJSON()) }),
      };
    },
  });
  fastify.route({
    method: ['GET', 'POST', 'PUT', 'DELETE'],
    url: '/graphql/stream',
    exposeHeadRoute: false,
    handler(request, reply) {
      reply.raw.setHeader(requestIdHeader, request.id);
      reply.hijack();
      return subscriptions.handleEventStream(request.raw, reply.raw, request.body);
    },
  });
  return subscriptions;
}
