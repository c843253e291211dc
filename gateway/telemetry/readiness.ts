import { systemClock, type Clock } from '../../subgraphs/kit/base/clock.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import type { Link, SubgraphState } from '../../subgraphs/kit/base/link/link-call.js';

/** Which graph is served and where it came from. */
export interface GraphState {
  /** The first twelve digits of the SHA-256 of the files that it was read from. */
  readonly version: string;
  /** Since when it serves, RFC 3339. */
  readonly since: string;
  /** `copy`: the configured file could not be used at the start, and the last good copy of it took its place. */
  readonly readFrom: 'file' | 'copy';
  /** Registered operations that do not fit it. */
  readonly outdatedOperations: readonly string[];
  /** What the file holds now and why that is not served; absent where the file is what is served. */
  readonly refused?: { readonly version: string; readonly at: string; readonly reason: string };
}

/** Whether this process should be sent requests, and why. */
export interface ReadinessReport {
  /**
   * `ready`; `degraded`: some subgraph is not answering now, and costs only its own fields;
   * `waiting`: the process has not been ready yet and some subgraph has never answered, or none answers now;
   * `draining`: the process is about to end.
   */
  readonly status: 'ready' | 'degraded' | 'waiting' | 'draining';
  readonly subgraphs: readonly SubgraphState[];
  /** Absent where the graph was not read from a file that is watched. */
  readonly graph?: GraphState;
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
 * taking every gateway away because one subgraph is down would turn partial answers into none. The same holds for a
 * subgraph that joins with a new graph while this process serves.
 */
export function createReadiness(options: {
  link: Pick<Link, 'call' | 'state'>;
  clock?: Clock;
  graph?: () => GraphState | undefined;
}): Readiness {
  const { link, clock = systemClock } = options;
  let draining = false;
  let hasBeenReady = false;
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
      const status = draining ? 'draining' : statusOf(subgraphs, hasBeenReady);
      hasBeenReady ||= status === 'ready';
      const graph = options.graph?.();
      return { status, subgraphs, ...(graph === undefined ? {} : { graph }) };
    },
    drain() {
      draining = true;
    },
  };
}

function statusOf(
  subgraphs: readonly SubgraphState[],
  hasBeenReady: boolean,
): 'ready' | 'degraded' | 'waiting' {
  const silent = subgraphs.filter(({ answered, breaker }) => !answered || breaker !== 'CLOSED').length;
  if (silent === 0) return 'ready';
  if (silent === subgraphs.length) return 'waiting';
  return hasBeenReady || subgraphs.every(({ answered }) => answered) ? 'degraded' : 'waiting';
}
