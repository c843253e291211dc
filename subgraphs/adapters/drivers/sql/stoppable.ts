import type { Clock } from '../../../kit/base/clock.js';

/**
 * When a server is asked, counted from the abort in milliseconds: a stop that overtakes its statement stops nothing.
 */
const asksAfterMs = [0, 200, 400, 600, 800];
/** How long a server may take to confirm that it stopped a statement, before its session is given up. */
const graceMs = 1_000;

/** What can be done about work on a session that nobody waits for any more. */
export interface Stoppable<T> {
  readonly work: () => Promise<T>;
  /** Asks the server to stop it. */
  readonly stop: () => Promise<unknown>;
}

/** What came of it, and whether the session can be used again. */
export interface Stopped<T> {
  readonly outcome: PromiseSettledResult<T>;
  /** Whether the server was asked to stop something: a late stop would hit the next statement of the session. */
  readonly wasStopped: boolean;
}

/**
 * Waits for work on a session. On abort the server is asked to stop it; one that does not confirm within a second
 * (a dead line, a hanging server) is waited for no longer.
 */
export async function stoppable<T>(
  signal: AbortSignal,
  clock: Clock,
  { work, stop }: Stoppable<T>,
): Promise<Stopped<T>> {
  if (signal.aborted) return { outcome: { status: 'rejected', reason: signal.reason }, wasStopped: false };
  const stops: Promise<unknown>[] = [];
  let callOffs: (() => void)[] = [];
  const givenUp = new Promise<PromiseSettledResult<T>>((resolve) => {
    const begin = (): void => {
      // What the server says to the stop itself does not matter: the statement's own end tells.
      const ask = (): void => void stops.push(stop().catch(() => undefined));
      ask();
      callOffs = asksAfterMs.slice(1).map((ms) => clock.after(ms, ask));
      callOffs.push(clock.after(graceMs, () => resolve({ status: 'rejected', reason: signal.reason })));
    };
    callOffs = [onAbort(signal, begin)];
  });
  const ended = Promise.allSettled([work()]).then(([settled]) => settled);
  const outcome = await Promise.race([ended, givenUp]);
  // A stop that is still on its way would hit the next statement of this session.
  await Promise.race([Promise.all(stops), givenUp]);
  for (const callOff of callOffs) callOff();
  return { outcome, wasStopped: stops.length > 0 };
}

/**
 * Waits for a session, but not for longer than somebody waits for the answer; a session that comes late is given
 * back. Rejects with the signal's reason on abort.
 */
export async function acquired<S>(
  signal: AbortSignal,
  opening: Promise<S>,
  giveBack: (session: S) => unknown,
): Promise<S> {
  let callOff = (): void => undefined;
  const left = new Promise<'LEFT'>((resolve) => {
    if (signal.aborted) resolve('LEFT');
    else callOff = onAbort(signal, () => resolve('LEFT'));
  });
  const first = await Promise.race([opening.then((session) => ({ session })), left]).finally(() => callOff());
  if (first !== 'LEFT') return first.session;
  void opening.then(giveBack).catch(() => undefined);
  throw signal.reason as Error;
}

function onAbort(signal: AbortSignal, work: () => void): () => void {
  signal.addEventListener('abort', work, { once: true });
  return () => signal.removeEventListener('abort', work);
}
