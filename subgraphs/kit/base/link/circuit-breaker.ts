import {
  BrokenCircuitError,
  CircuitState,
  CountBreaker,
  circuitBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { AmrloError } from '../errors/amrlo-error.js';
import type { BreakerOptions, BreakerState } from './link-call.js';

/** Stops asking a subgraph that does not answer, and tries it again from time to time with one call. */
export interface Breaker {
  /** @throws AmrloError `UPSTREAM_UNAVAILABLE` at once while it is open, with the time until the next try */
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly state: BreakerState;
}

const names: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'CLOSED',
  [CircuitState.Open]: 'OPEN',
  [CircuitState.HalfOpen]: 'HALF_OPEN',
  [CircuitState.Isolated]: 'OPEN',
};

/**
 * A breaker over the last calls. Only what the subgraph did counts: a client that left, a full queue, or a
 * request that had less time than the subgraph is given says nothing about the subgraph.
 */
export function createBreaker(
  options: { subgraph: string; timeoutMs: number; onChange?: (state: BreakerState) => void } & BreakerOptions,
): Breaker {
  const { subgraph, timeoutMs } = options;
  const halfOpenAfter = options.halfOpenAfterMs ?? 5_000;
  const size = options.size ?? 20;
  const policy: CircuitBreakerPolicy = circuitBreaker(
    // While a trial call is out, its cancellation proves nothing; cockatiel would take it for a success.
    handleWhen((error) => isSubgraphFailure(error, timeoutMs) || policy.state === CircuitState.HalfOpen),
    {
      halfOpenAfter,
      breaker: new CountBreaker({
        threshold: options.threshold ?? 0.5,
        size,
        minimumNumberOfCalls: Math.min(options.minimumCalls ?? 5, size),
      }),
    },
  );
  policy.onStateChange((state) => options.onChange?.(names[state]));
  const open = (cause?: unknown): AmrloError =>
    new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph }, { retryAfterMs: halfOpenAfter, cause });
  return {
    get state() {
      return names[policy.state];
    },
    async run(work) {
      // Cockatiel makes the others wait for the trial call; a client is better served by an answer now.
      if (policy.state === CircuitState.HalfOpen) throw open();
      try {
        return await policy.execute(work);
      } catch (error) {
        throw error instanceof BrokenCircuitError ? open(error) : error;
      }
    },
  };
}

function isSubgraphFailure(error: unknown, timeoutMs: number): boolean {
  if (!(error instanceof AmrloError)) return true;
  if (error.code === 'UPSTREAM_TIMEOUT')
    return Number(error.parameters['waitedMs'] ?? timeoutMs) >= timeoutMs;
  return error.code === 'UPSTREAM_UNAVAILABLE';
}
