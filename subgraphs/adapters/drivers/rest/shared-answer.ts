import type { Clock } from '../../../kit/base/clock.js';
import type { ReadContext } from '../../kit/driver.js';
import { SharedReadings } from '../../kit/shared-readings.js';

/** Fetches something and says how long it may be kept. */
type Fetch<T> = (context: ReadContext) => Promise<{ readonly value: T; readonly keepMs: number }>;

/**
 * Something that many questions need and one of them fetches: kept for a time, fetched once however many ask at once,
 * and called off when nobody waits any more. A failure is told to those who wait and kept for nobody.
 */
export class SharedAnswer<T> {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #fetch: Fetch<T>;
  readonly #flights = new SharedReadings<'answer', T>();
  #kept: { readonly value: T; readonly until: number } | undefined;

  constructor(clock: Clock, timeoutMs: number, fetch: Fetch<T>) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#fetch = fetch;
  }

  /** The thing, from the store or fetched; rejects with `REQUEST_CANCELLED` when this asker leaves first. */
  async get(signal: AbortSignal): Promise<T> {
    if (this.#kept !== undefined && this.#kept.until > this.#clock.now().getTime()) return this.#kept.value;
    return this.#flights.obtain('answer', { signal, timeoutMs: this.#timeoutMs }, async (context) => {
      const { value, keepMs } = await this.#fetch(context);
      this.#kept = { value, until: this.#clock.now().getTime() + keepMs };
      return value;
    });
  }

  /** Forgets the thing, unless it is another one already than the one that was found wanting. */
  forget(value: T): void {
    if (this.#kept?.value === value) this.#kept = undefined;
  }
}
