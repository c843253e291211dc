import { systemClock, type Clock } from '../../subgraphs/kit/base/clock.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import type { Link, SubgraphState } from '../../subgraphs/kit/base/link/link-call.js';

/** Whether this process should be sent requests, and why. */
export interface ReadinessReport {
  /**
   * `ready`; `degraded`: some subgraph is not answering now, and costs only its own fields;
   * `waiting`: some subgraph has never answered, or none answers now; `draining`: the process is about to end.
   */
  readonly status: 'ready' | 'degraded' | 'waiting' | 'draining';
  readonly subgraphs: readonly SubgraphState[];
}

/** Answers `/ready`. */
export interface Readiness {
  check(): Promise<ReadinessReport>;
  /** From now on the answer is `draining`. */
  drain(): void;
}

const probeEveryMs = 1_000;
const probeTimeoutMs = 2_000;

/**
 * Readiness by what the subgraphs have answered. One that never answered is asked for its type name, at most once
 * a second however often readiness is asked for. One that *stopped* answering does not make the gateway unready:
 * taking every gateway away because one subgraph is down would turn partial answers into none.
 */
export function createReadiness(options: { link: Pick<Link, 'call' | 'state'>; clock?: Clock }): Readiness {
  const { link, clock = systemClock } = options;
  let draining = false;
  let probedAt = Number.NEGATIVE_INFINITY;
  let probing: Promise<void> = Promise.resolve();

  async function probe(subgraph: string): Promise<void> {
    const requestId = `ready-${subgraph}`;
    try {
      await link.call({
        subgraph,
        query: '{ __typename }',
        isMutation: false,
        principal: servicePrincipal('gateway'),
        requestId,
        locale: 'en',
        deadline: clock.now().getTime() + probeTimeoutMs,
        signal: new AbortController().signal,
      });
    } catch {
      // The state says it: it has still not answered.
    }
  }

  return {
    async check() {
      const now = clock.now().getTime();
      if (!draining && now - probedAt >= probeEveryMs) {
        const silent = link.state().filter(({ answered }) => !answered);
        if (silent.length > 0) {
          probedAt = now;
          probing = Promise.all(silent.map(({ name }) => probe(name))).then(() => undefined);
        }
      }
      await probing;
      const subgraphs = link.state();
      return { status: statusOf(subgraphs, draining), subgraphs };
    },
    drain() {
      draining = true;
    },
  };
}

function statusOf(subgraphs: readonly SubgraphState[], draining: boolean): ReadinessReport['status'] {
  if (draining) return 'draining';
  if (subgraphs.some(({ answered }) => !answered)) return 'waiting';
  const open = subgraphs.filter(({ breaker }) => breaker !== 'CLOSED').length;
  if (open === 0) return 'ready';
  return open === subgraphs.length ? 'waiting' : 'degraded';
}
