import { AmrloError } from '../errors/amrlo-error.js';

/** Keeps one slow subgraph from taking every socket and all memory of the process. */
export interface Bulkhead {
  /**
   * Runs the work at once, or when a place is free.
   * @throws AmrloError `UPSTREAM_BUSY` when the queue is full too; the signal's reason when it is aborted while waiting
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  readonly inFlight: number;
  readonly queued: number;
}

/**
 * A bulkhead of our own and not cockatiel's: there a waiter whose client has gone keeps its place in the queue
 * until its turn comes, so a burst of cancelled requests makes the subgraph look busy.
 */
export function createBulkhead(options: {
  subgraph: string;
  maxConcurrent: number;
  maxQueued: number;
}): Bulkhead {
  let inFlight = 0;
  // A Set keeps the order of arrival and gives up any member in constant time.
  const waiting = new Set<() => void>();

  function release(): void {
    const next = waiting.values().next();
    if (next.done) {
      inFlight -= 1;
      return;
    }
    waiting.delete(next.value);
    next.value();
  }

  function place(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        waiting.delete(admit);
        reject(signal.reason as Error);
      };
      waiting.add(admit);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  return {
    get inFlight() {
      return inFlight;
    },
    get queued() {
      return waiting.size;
    },
    async run(work, signal) {
      if (inFlight < options.maxConcurrent) {
        inFlight += 1;
      } else if (waiting.size < options.maxQueued) {
        // The place is handed over by the one who leaves it, so the count does not change in between.
        await place(signal);
      } else {
        throw new AmrloError('UPSTREAM_BUSY', { subgraph: options.subgraph }, { retryAfterMs: 1_000 });
      }
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}
