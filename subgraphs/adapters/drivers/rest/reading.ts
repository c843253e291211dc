import type { Clock } from '../../../kit/base/clock.js';
import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type { ReadContext } from '../../kit/driver.js';

/** One reading of a school's system: how long it may still take, and what became of it when it ends early. */
export interface Reading {
  /** Aborted when nobody waits any more, when the time is up, and when the reading has ended. */
  readonly signal: AbortSignal;
  remainingMs(): number;
  /** Resolves after a pause. @throws the signal's reason when the reading ends first */
  pause(milliseconds: number): Promise<void>;
}

/** Whose readings they are and how long one may take at most. */
export interface ReadingParts {
  readonly institution: string;
  readonly clock: Clock;
  readonly limitMs: number;
}

/**
 * Does a piece of work as one reading: it ends with the work, and whatever of it is under way ends with it.
 * @throws AmrloError `REQUEST_CANCELLED` when the reader left, `SCHOOL_TIMEOUT` when the time was up, the work's own
 * AmrloError, and `SCHOOL_UNAVAILABLE` for everything else
 */
export async function asReading<T>(
  { institution, clock, limitMs }: ReadingParts,
  context: ReadContext,
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  if (context.signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
  const timeoutMs = Math.min(limitMs, context.timeoutMs);
  const deadline = clock.now().getTime() + timeoutMs;
  const ended = new AbortController();
  let timedOut = false;
  const callOff = clock.after(timeoutMs, () => {
    timedOut = true;
    ended.abort();
  });
  const signal = AbortSignal.any([context.signal, ended.signal]);
  try {
    return await work({
      signal,
      remainingMs: () => deadline - clock.now().getTime(),
      pause: (milliseconds) => pause(clock, milliseconds, signal),
    });
  } catch (error) {
    if (context.signal.aborted) throw new AmrloError('REQUEST_CANCELLED', {}, { cause: error });
    if (timedOut) throw new AmrloError('SCHOOL_TIMEOUT', { institution }, { cause: error });
    if (error instanceof AmrloError) throw error;
    throw new AmrloError('SCHOOL_UNAVAILABLE', { institution }, { cause: error });
  } finally {
    callOff();
    ended.abort();
  }
}

async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = () => reject(signal.reason as Error);
  signal.addEventListener('abort', leave, { once: true });
  const callOff = clock.after(milliseconds, resolve);
  try {
    await promise;
  } finally {
    callOff();
    signal.removeEventListener('abort', leave);
  }
}
