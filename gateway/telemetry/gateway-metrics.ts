import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { BreakerState, Link, LinkMetrics } from '../../subgraphs/kit/base/link/link-call.js';

/** What the gateway counts, in the Prometheus text format. */
export interface GatewayMetrics {
  /** Give it to `createLink`. */
  readonly link: LinkMetrics;
  /** A request to the graph has been answered. */
  readonly answered: (method: string, status: number, seconds: number) => void;
  /** Reads calls in flight from the link whenever metrics are asked for. */
  watch(link: Pick<Link, 'state'>): void;
  text(): Promise<string>;
  readonly contentType: string;
}

const secondsBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const breakerValues: Record<BreakerState, number> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

/** Makes a registry of its own, so that several gateways in one process do not mix. */
export function createGatewayMetrics(options: { processMetrics?: boolean } = {}): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'amrlo_gateway_request_seconds',
    help: 'Answered requests to the graph',
    labelNames: ['method', 'status'],
    buckets: secondsBuckets,
    registers,
  });
  const calls = new Histogram({
    name: 'amrlo_subgraph_call_seconds',
    help: 'Calls to subgraphs; outcome is ok or the code of the error that ended the call',
    labelNames: ['subgraph', 'outcome'],
    buckets: secondsBuckets,
    registers,
  });
  const shared = new Counter({
    name: 'amrlo_subgraph_shared_total',
    help: 'Queries answered by an equal call that was under way',
    labelNames: ['subgraph'],
    registers,
  });
  const retried = new Counter({
    name: 'amrlo_subgraph_retries_total',
    help: 'Queries sent again after a broken connection',
    labelNames: ['subgraph'],
    registers,
  });
  const breaker = new Gauge({
    name: 'amrlo_subgraph_breaker',
    help: '0 closed, 1 half open, 2 open',
    labelNames: ['subgraph'],
    registers,
  });
  const inFlight = new Gauge({
    name: 'amrlo_subgraph_in_flight',
    help: 'Calls under way',
    labelNames: ['subgraph'],
    registers,
  });
  const queued = new Gauge({
    name: 'amrlo_subgraph_queued',
    help: 'Calls waiting for a place',
    labelNames: ['subgraph'],
    registers,
  });
  let watched: Pick<Link, 'state'> | undefined;
  return {
    contentType: registry.contentType,
    link: {
      called: (subgraph, outcome, seconds) => calls.labels(subgraph, outcome).observe(seconds),
      shared: (subgraph) => shared.labels(subgraph).inc(),
      retried: (subgraph) => retried.labels(subgraph).inc(),
      breakerChanged: (subgraph, state) => breaker.labels(subgraph).set(breakerValues[state]),
    },
    answered: (method, status, seconds) => requests.labels(method, String(status)).observe(seconds),
    watch(link) {
      watched = link;
    },
    text() {
      for (const state of watched?.state() ?? []) {
        inFlight.labels(state.name).set(state.inFlight);
        queued.labels(state.name).set(state.queued);
        breaker.labels(state.name).set(breakerValues[state.breaker]);
      }
      return registry.metrics();
    },
  };
}
