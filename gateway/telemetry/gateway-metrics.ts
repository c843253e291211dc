import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { CompiledEngine, EngineFigures } from '../engine/compiled-engine.js';
import type { GraphMetrics } from '../supergraph/graph-keeper.js';
import type { BreakerState, Link, LinkMetrics } from '../../subgraphs/kit/base/link/link-call.js';

/** What the gateway counts, in the Prometheus text format. */
export interface GatewayMetrics {
  /** Give it to `createLink`. */
  readonly link: LinkMetrics;
  /** Give it to `createGraphKeeper`. */
  readonly graph: GraphMetrics;
  /** A request to the graph has been answered. */
  readonly answered: (method: string, status: number, seconds: number) => void;
  /** Reads calls in flight from the link and the figures of the engine whenever metrics are asked for. */
  watch(link: Pick<Link, 'state'>, engine?: Pick<CompiledEngine, 'figures'>): void;
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
  const engineMetrics = createEngineMetrics(registers);
  const looks = new Counter({
    name: 'amrlo_gateway_graphs_total',
    help: 'Graphs that were found in the file while serving: swapped, or refused and not served',
    labelNames: ['outcome'],
    registers,
  });
  const fromCopy = new Gauge({
    name: 'amrlo_gateway_graph_from_copy',
    help: '1 while the last good copy of the graph is served in place of its file',
    registers,
  });
  const fileRefused = new Gauge({
    name: 'amrlo_gateway_graph_refused',
    help: '1 while the file of the graph holds what is not served',
    registers,
  });
  let watched: Pick<Link, 'state'> | undefined;
  let watchedEngine: Pick<CompiledEngine, 'figures'> | undefined;
  return {
    contentType: registry.contentType,
    link: {
      called: (subgraph, outcome, seconds) => calls.labels(subgraph, outcome).observe(seconds),
      shared: (subgraph) => shared.labels(subgraph).inc(),
      retried: (subgraph) => retried.labels(subgraph).inc(),
      breakerChanged: (subgraph, state) => breaker.labels(subgraph).set(breakerValues[state]),
    },
    graph: {
      looked: (outcome) => looks.labels(outcome).inc(),
      state(state) {
        fromCopy.set(state.fromCopy ? 1 : 0);
        fileRefused.set(state.refused ? 1 : 0);
      },
    },
    answered: (method, status, seconds) => requests.labels(method, String(status)).observe(seconds),
    watch(link, engine) {
      watched = link;
      watchedEngine = engine;
    },
    text() {
      for (const state of watched?.state() ?? []) {
        inFlight.labels(state.name).set(state.inFlight);
        queued.labels(state.name).set(state.queued);
        breaker.labels(state.name).set(breakerValues[state.breaker]);
      }
      if (watchedEngine !== undefined) engineMetrics(watchedEngine.figures());
      return registry.metrics();
    },
  };
}

/** @returns takes over what an engine has counted; a new engine counts from nothing, which Prometheus expects */
function createEngineMetrics(registers: Registry[]): (figures: EngineFigures) => void {
  const kept = new Gauge({
    name: 'amrlo_plans_kept',
    help: 'Operations kept planned and compiled',
    registers,
  });
  const counters: Record<Exclude<keyof EngineFigures, 'size'>, Counter> = {
    hits: new Counter({
      name: 'amrlo_plan_cache_hits_total',
      help: 'Operations whose compiled plan was there',
      registers,
    }),
    misses: new Counter({
      name: 'amrlo_plan_cache_misses_total',
      help: 'Operations that had to be planned and compiled',
      registers,
    }),
    compileSeconds: new Counter({
      name: 'amrlo_plan_compile_seconds_total',
      help: 'Time spent planning and compiling; by amrlo_plan_cache_misses_total it is that of one operation',
      registers,
    }),
    mergedRequests: new Counter({
      name: 'amrlo_plan_merged_requests_total',
      help: 'Fetches of plans that went along in the request of another',
      registers,
    }),
    deduplicatedRepresentations: new Counter({
      name: 'amrlo_plan_deduplicated_representations_total',
      help: 'Objects that were not sent to a subgraph, because an equal one was',
      registers,
    }),
  };
  return ({ size, ...counted }) => {
    kept.set(size);
    for (const name of Object.keys(counters) as (keyof typeof counters)[]) {
      counters[name].reset();
      counters[name].inc(counted[name]);
    }
  };
}
