import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import type { Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import { withinBudget } from '../kit/base/link/budget.js';
import { createBulkhead, type Bulkhead } from '../kit/base/link/bulkhead.js';
import type { School } from './school-directory.js';

/** How a school's system is doing, seen from the router. */
export interface SchoolHealth {
  readonly health: 'UP' | 'DEGRADED' | 'DOWN' | 'UNKNOWN';
  readonly lastAnswerAt: Date | null;
}

/** When a school is no longer asked, and when it is tried again. */
export interface GuardOptions {
  /** Failures in a row that open the breaker; 5 when absent. */
  readonly failures?: number;
  /** Milliseconds until one question is let through to try; 10,000 when absent. */
  readonly halfOpenAfterMs?: number;
}

/** A question that reached a school, answered or failed. */
export interface ObservedCall {
  readonly milliseconds: number;
  readonly failed: boolean;
  /** Whether the school's health is another one now. */
  readonly changed: boolean;
}

/** The longest wait for one answer of a school that names none. */
export const defaultTimeoutMs = 3_000;
const defaultMaxConcurrent = 16;

/** Stands before one school: timeout, bulkhead and breaker of its own, so that a sick school costs only itself. */
export class SchoolGuard {
  readonly #school: School;
  readonly #clock: Clock;
  readonly #observe: (call: ObservedCall) => void;
  readonly #breaker;
  readonly #bulkhead: Bulkhead;
  #lastAnswerAt: Date | null = null;
  #failedSince = false;

  constructor(
    school: School,
    clock: Clock,
    options: GuardOptions = {},
    observe: (call: ObservedCall) => void = () => undefined,
  ) {
    this.#school = school;
    this.#clock = clock;
    this.#observe = observe;
    const breaker = circuitBreaker(
      // While a trial question is out, its cancellation proves nothing; cockatiel would take it for a success.
      handleWhen((error) => isSchoolFailure(error) || breaker.state === CircuitState.HalfOpen),
      {
        halfOpenAfter: options.halfOpenAfterMs ?? 10_000,
        breaker: new ConsecutiveBreaker(options.failures ?? 5),
      },
    );
    const maxConcurrent = school.maxConcurrent ?? defaultMaxConcurrent;
    this.#breaker = breaker;
    this.#bulkhead = createBulkhead({
      subgraph: school.name,
      maxConcurrent,
      maxQueued: maxConcurrent * 4,
    });
  }

  /**
   * Runs one question, for the school's time at most.
   * @throws AmrloError `SCHOOL_UNAVAILABLE`, `SCHOOL_TIMEOUT`, `REQUEST_CANCELLED`, or what the work threw
   */
  async run<T>(work: (signal: AbortSignal) => Promise<T>, cancelled: AbortSignal): Promise<T> {
    const institution = this.#school.name;
    // Cockatiel makes the others wait for the trial question; a reader is better served by an answer now.
    if (this.#breaker.state === CircuitState.HalfOpen)
      throw new AmrloError('SCHOOL_UNAVAILABLE', { institution });
    const begin = this.#clock.now().getTime();
    const before = this.health().health;
    const observed = (failed: boolean): void =>
      this.#observe({
        milliseconds: this.#clock.now().getTime() - begin,
        failed,
        changed: this.health().health !== before,
      });
    try {
      const answer = await this.#breaker.execute(() => this.#limited(work, cancelled));
      this.#lastAnswerAt = this.#clock.now();
      this.#failedSince = false;
      observed(false);
      return answer;
    } catch (error) {
      if (isSchoolFailure(error)) {
        this.#failedSince = true;
        observed(true);
      }
      if (isTimeout(error)) throw new AmrloError('SCHOOL_TIMEOUT', { institution }, { cause: error });
      if (error instanceof BrokenCircuitError || isBusy(error))
        throw new AmrloError('SCHOOL_UNAVAILABLE', { institution }, { cause: error });
      throw error;
    }
  }

  /** Waiting for a place and the work together take the school's time and no more. */
  async #limited<T>(work: (signal: AbortSignal) => Promise<T>, cancelled: AbortSignal): Promise<T> {
    const subgraph = this.#school.name;
    const timeoutMs = this.#school.timeoutMs ?? defaultTimeoutMs;
    const clock = this.#clock;
    const askedAt = clock.now().getTime();
    const waitedTooLong = new AbortController();
    const callOff = clock.after(timeoutMs, () =>
      waitedTooLong.abort(new AmrloError('UPSTREAM_BUSY', { subgraph })),
    );
    const placed = (): Promise<T> => {
      callOff();
      const remainingMs = timeoutMs - (clock.now().getTime() - askedAt);
      return withinBudget({ subgraph, timeoutMs, remainingMs, signal: cancelled, clock }, work);
    };
    try {
      return await this.#bulkhead.run(placed, AbortSignal.any([cancelled, waitedTooLong.signal]));
    } catch (error) {
      // Who leaves while waiting for a place is told so by the signal, in its own words.
      if (cancelled.aborted) throw new AmrloError('REQUEST_CANCELLED', {}, { cause: error });
      // A question that waited for most of its time says nothing about the school.
      if (isTimeout(error) && Number((error as AmrloError).parameters['waitedMs']) < timeoutMs / 2)
        throw new AmrloError('UPSTREAM_BUSY', { subgraph }, { cause: error });
      throw error;
    } finally {
      callOff();
    }
  }

  health(): SchoolHealth {
    const open = this.#breaker.state !== CircuitState.Closed;
    const asked = this.#lastAnswerAt !== null || this.#failedSince;
    const health = open ? 'DOWN' : this.#failedSince ? 'DEGRADED' : asked ? 'UP' : 'UNKNOWN';
    return { health, lastAnswerAt: this.#lastAnswerAt };
  }
}

const isTimeout = (error: unknown) => error instanceof AmrloError && error.code === 'UPSTREAM_TIMEOUT';
const isBusy = (error: unknown) => error instanceof AmrloError && error.code === 'UPSTREAM_BUSY';

/** Only what the school did counts: not a reader who left, not a full queue, not an open breaker. */
function isSchoolFailure(error: unknown): boolean {
  if (error instanceof BrokenCircuitError || isBusy(error)) return false;
  return !(error instanceof AmrloError && error.code === 'REQUEST_CANCELLED');
}
