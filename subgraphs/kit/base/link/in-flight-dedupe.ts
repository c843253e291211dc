import { AmrloError } from '../errors/amrlo-error.js';
import { jsonCopy } from './json-copy.js';
import type { SubgraphResponse } from './subgraph-request.js';

/** A later caller joins a call only if that one may run at least this close to the caller's own deadline. */
const deadlineSlackMs = 1_000;

interface Flight {
  readonly answer: Promise<SubgraphResponse>;
  readonly controller: AbortController;
  readonly deadline: number;
  /** Callers still waiting. The call is cancelled when the last one leaves. */
  waiting: number;
}

/** Lets callers that ask the same thing at the same moment, for the same principal, share one call. */
export interface InFlightDedupe {
  /**
   * @param key everything the answer depends on, the principal's assertion included
   * @param start makes the call; it must end when the signal it is given is aborted
   */
  share(
    key: string,
    caller: { subgraph: string; deadline: number; signal: AbortSignal; onShared?: () => void },
    start: (signal: AbortSignal) => Promise<SubgraphResponse>,
  ): Promise<SubgraphResponse>;
}

/** Shares calls under way. Nothing is kept after the answer: this is not a cache. */
export function createInFlightDedupe(onShared?: (subgraph: string) => void): InFlightDedupe {
  const flights = new Map<string, Flight>();
  return {
    share(key, caller, start) {
      const known = flights.get(key);
      if (known !== undefined && known.waiting > 0 && known.deadline + deadlineSlackMs >= caller.deadline) {
        onShared?.(caller.subgraph);
        caller.onShared?.();
        return join(known, caller);
      }
      const controller = new AbortController();
      const flight: Flight = {
        controller,
        deadline: caller.deadline,
        waiting: 0,
        answer: start(controller.signal).finally(() => {
          if (flights.get(key) === flight) flights.delete(key);
        }),
      };
      flights.set(key, flight);
      return join(flight, caller);
    },
  };
}

function join(flight: Flight, caller: { subgraph: string; signal: AbortSignal }): Promise<SubgraphResponse> {
  flight.waiting += 1;
  return new Promise((resolve, reject) => {
    let hasLeft = false;
    const leave = (): void => {
      hasLeft = true;
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.controller.abort();
      reject(new AmrloError('REQUEST_CANCELLED', { subgraph: caller.subgraph }));
    };
    flight.answer.then(
      (answer) => {
        caller.signal.removeEventListener('abort', leave);
        if (hasLeft) return;
        flight.waiting -= 1;
        // Whoever merges an answer writes into it, so everybody who shares one gets a copy of their own. The last may
        // have the answer itself: the copies of the others are made by then.
        resolve(flight.waiting > 0 ? (jsonCopy(answer).value as SubgraphResponse) : answer);
      },
      (error: unknown) => {
        caller.signal.removeEventListener('abort', leave);
        reject(error);
      },
    );
    if (caller.signal.aborted) leave();
    else caller.signal.addEventListener('abort', leave, { once: true });
  });
}
