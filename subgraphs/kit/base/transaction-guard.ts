import { AsyncLocalStorage } from 'node:async_hooks';
import { AmrloError } from './errors/amrlo-error.js';

const open = new AsyncLocalStorage<true>();

/** Runs a transaction's body; a remote call inside it is refused. */
export function insideTransaction<T>(body: () => Promise<T>): Promise<T> {
  return open.run(true, body);
}

/**
 * Refuses when a transaction is open in this async context: a row lock must never wait for another process.
 * @throws AmrloError `REMOTE_CALL_IN_TRANSACTION`
 */
export function assertNoOpenTransaction(): void {
  if (open.getStore()) throw new AmrloError('REMOTE_CALL_IN_TRANSACTION');
}
