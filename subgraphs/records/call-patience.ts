import type { Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import type { RunningCall } from './school-calls.js';

/** How long a reader waits for a question to a school. */
export interface Patience {
  /** Milliseconds that the reader set; undefined: as long as the request's budget lasts. */
  readonly waitMs: number | undefined;
  /** Somebody has use for the answer later. */
  readonly isKept: boolean;
  readonly request: Pick<SubgraphRequest, 'deadline' | 'signal'>;
  readonly clock: Clock;
}

/**
 * The call's answer, or an error when the reader's patience, its budget or the reader itself ends first.
 * @throws AmrloError `timedOut`, `REQUEST_CANCELLED`, or as the call does
 */
export function within(
  call: RunningCall,
  { waitMs, isKept, request, clock }: Patience,
  timedOut: AmrloError,
): RunningCall['answer'] {
  const { deadline, signal } = request;
  const budgetMs = Math.max(0, deadline - clock.now().getTime());
  return new Promise((resolve, reject) => {
    const done = (goOn: boolean): void => {
      callOff();
      signal.removeEventListener('abort', gone);
      call.leave(goOn);
    };
    const gone = (): void => {
      done(false);
      reject(new AmrloError('REQUEST_CANCELLED'));
    };
    const callOff = clock.after(Math.min(waitMs ?? budgetMs, budgetMs), () => {
      // Who has set a wait of his own comes back for the answer; who has run out of budget does not.
      done(isKept && waitMs !== undefined && waitMs <= budgetMs);
      reject(timedOut);
    });
    signal.addEventListener('abort', gone, { once: true });
    call.answer.then(
      (entities) => (done(true), resolve(entities)),
      (error: unknown) => (done(true), reject(error)),
    );
    if (signal.aborted) gone();
  });
}
