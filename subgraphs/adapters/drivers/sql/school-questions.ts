import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type { Clock } from '../../../kit/base/clock.js';
import type { ReadContext } from '../../kit/driver.js';
import type { SqlDialect, StatementLimits } from './dialect.js';

/**
 * Does work on a school's database within the reader's time and the school's own limit, both counted from now on, and
 * names what went wrong in the words of the catalogue.
 * @throws AmrloError `REQUEST_CANCELLED`, `SCHOOL_TIMEOUT` or `SCHOOL_UNAVAILABLE`, or what the work itself refused
 */
export async function withinLimits<T>(
  about: { readonly institution: string; readonly dialect: SqlDialect; readonly clock: Clock },
  context: ReadContext,
  limitMs: number,
  work: (limits: StatementLimits) => Promise<T>,
): Promise<T> {
  const { institution, dialect, clock } = about;
  const timeoutMs = Math.max(1, Math.min(limitMs, context.timeoutMs));
  const tooLate = new AbortController();
  // Servers are told the limit too; this one also ends waiting for a session, and for a server that hangs.
  const callOff = clock.after(timeoutMs, () => tooLate.abort(new Error('The time for the school is over.')));
  try {
    if (context.signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
    const done = await work({ signal: AbortSignal.any([context.signal, tooLate.signal]), timeoutMs });
    // Some statements end early without an error when they are stopped.
    context.signal.throwIfAborted();
    tooLate.signal.throwIfAborted();
    return done;
  } catch (error) {
    if (context.signal.aborted) throw new AmrloError('REQUEST_CANCELLED', {}, { cause: error });
    if (error instanceof AmrloError) throw error;
    const late = tooLate.signal.aborted || dialect.says(error) === 'STOPPED';
    throw new AmrloError(late ? 'SCHOOL_TIMEOUT' : 'SCHOOL_UNAVAILABLE', { institution }, { cause: error });
  } finally {
    callOff();
  }
}
