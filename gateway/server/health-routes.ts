import type { FastifyInstance } from 'fastify';
import type { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import type { Readiness } from '../telemetry/readiness.js';

/** `/health` (the process lives), `/ready` (send it requests) and `/metrics`. */
export function mountHealth(
  fastify: FastifyInstance,
  options: { readiness: Readiness; metrics: GatewayMetrics },
): void {
  const { readiness, metrics } = options;
  fastify.get('/health', async (_, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );
  fastify.get('/ready', async (_, reply) => {
    const report = await readiness.check();
    const ready = report.status === 'ready' || report.status === 'degraded';
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(report);
  });
  fastify.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
