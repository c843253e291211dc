import type { StatementLimits } from './dialect.js';

/** How a database is told about a transaction, in the words of its driver. */
export interface TransactionCommands {
  /** Absent where a session is in a transaction from its first statement. */
  readonly begin?: () => Promise<unknown>;
  readonly commit: () => Promise<unknown>;
  readonly rollback: () => Promise<unknown>;
}

/**
 * Does work in a transaction of a session and commits it. When the work or the commit rejects, or the signal aborts before
 * the commit, it rolls back and rejects with that reason; a transaction that does not begin is not rolled back.
 */
export async function inTransaction<T>(
  { begin, commit, rollback }: TransactionCommands,
  { signal }: Pick<StatementLimits, 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  await begin?.();
  try {
    const done = await work();
    signal.throwIfAborted();
    await commit();
    return done;
  } catch (error) {
    // What went wrong first is what counts; a session that is gone has nothing to roll back.
    await rollback().catch(() => undefined);
    throw error;
  }
}
