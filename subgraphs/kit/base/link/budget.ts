import type { Clock } from '../clock.js';
import { AmrloError } from '../errors/amrlo-error.js';

/** What bounds one call in time. */
export interface Budget {
  readonly subgraph: string;
  /** Milliseconds the subgraph may take. */
  readonly timeoutMs: number;
  /** Milliseconds the request has left; may be negative. */
  readonly remainingMs: number;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * Runs work that ends at the earliest of its result, the subgraph's timeout, the request's deadline and the
 * caller's leaving. The work's own signal is aborted in the last three cases; nobody waits for it to notice.
 * @throws AmrloError `UPSTREAM_TIMEOUT` (parameter `waitedMs`) or `REQUEST_CANCELLED`
 */
export function withinBudget<T>(budget: Budget, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { subgraph, signal, clock } = budget;
  if (signal.aborted) return Promise.reject(cancelled(subgraph));
  const waitedMs = Math.min(budget.timeoutMs, budget.remainingMs);
  if (waitedMs <= 0) return Promise.reject(new AmrloError('UPSTREAM_TIMEOUT', { subgraph, waitedMs: 0 }));
  return new Promise<T>((resolve, reject) => {
    const controller = new AbortController();
    const stop = (error: AmrloError): void => {
      finish();
      // Rejected first: the abort may make the work reject at once, and its reason says less than ours.
      reject(error);
      controller.abort(error);
    };
    const leave = (): void => stop(cancelled(subgraph));
    const callOff = clock.after(waitedMs, () =>
      stop(new AmrloError('UPSTREAM_TIMEOUT', { subgraph, waitedMs })),
    );
    const finish = (): void => {
      callOff();
      signal.removeEventListener('abort', leave);
    };
    signal.addEventListener('abort', leave, { once: true });
    work(controller.signal).then(
      (value) => {
        finish();
        resolve(value);
      },
      (error: unknown) => {
        finish();
        reject(error);
      },
    );
  });
}

function cancelled(subgraph: string): AmrloError {
  return new AmrloError('REQUEST_CANCELLED', { subgraph });
}
