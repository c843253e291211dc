import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import type { ReadContext } from './driver.js';

/** A reading that several operations wait for. */
interface Flight<T> {
  readonly answer: Promise<T>;
  readonly abandon: () => void;
  waiting: number;
}

/** Readings that operations share when they need the same at the same time. */
export class SharedReadings<K, T> {
  readonly #flights = new Map<K, Flight<T>>();
  readonly #ownTimeMs: number | undefined;

  /**
   * Without a time of its own a reading has that of the operation that began it, and ends when nobody waits for it any
   * more. With one it goes on when everybody has left, because it takes longer than anybody waits and somebody will
   * come back for it.
   */
  constructor(options: { readonly ownTimeMs?: number } = {}) {
    this.#ownTimeMs = options.ownTimeMs;
  }

  /**
   * The reading of this key that is under way, or a new one. Rejects as `read` does, and with `REQUEST_CANCELLED` when
   * the reader has left.
   */
  async obtain(key: K, context: ReadContext, read: (context: ReadContext) => Promise<T>): Promise<T> {
    if (context.signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
    const under = this.#flights.get(key);
    if (under === undefined) return this.#wait(this.#start(key, context, read), context);
    try {
      return await this.#wait(under, context);
    } catch (error) {
      // It may have failed of the other's shorter time; one's own question is asked once.
      if (context.signal.aborted) throw error;
      return this.#wait(this.#flights.get(key) ?? this.#start(key, context, read), context);
    }
  }

  #start(key: K, { timeoutMs }: ReadContext, read: (context: ReadContext) => Promise<T>): Flight<T> {
    const leaving = new AbortController();
    const answer = read({ signal: leaving.signal, timeoutMs: this.#ownTimeMs ?? timeoutMs });
    const land = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    const abandon = (): void => {
      if (this.#ownTimeMs !== undefined) return;
      // Nobody joins a reading that has been called off.
      land();
      leaving.abort();
    };
    const flight: Flight<T> = { answer, abandon, waiting: 0 };
    answer.then(land, land);
    this.#flights.set(key, flight);
    return flight;
  }

  async #wait(flight: Flight<T>, { signal }: ReadContext): Promise<T> {
    flight.waiting += 1;
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(new AmrloError('REQUEST_CANCELLED'));
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([flight.answer, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.abandon();
    }
  }
}
