import type { FastifyInstance } from 'fastify';
import type { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import type { Readiness } from '../telemetry/readiness.js';

/**
 * `/health` (the process lives), `/ready` (send it requests) and `/metrics`. They lie on the port that clients reach, so
 * what they tell of the inside is told only where that is wanted.
 * @param options.names whether `/ready` names the subgraphs and their states, or only says its status
 * @param options.metrics absent: there is no `/metrics`
 */
export function mountHealth(
  fastify: FastifyInstance,
  options: { readiness: Readiness; names: boolean; metrics?: GatewayMetrics },
): void {
  const { readiness, names, metrics } = options;
  fastify.get('/health', async (_, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );
  fastify.get('/ready', async (_, reply) => {
    const report = await readiness.check();
    const ready = report.status === 'ready' || report.status === 'degraded';
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(names ? report : { status: report.status });
  });
  if (metrics === undefined) return;
  fastify.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
