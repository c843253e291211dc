import type { Clock } from '../../kit/base/clock.js';
import type { Delivery, ListSource, Listing, ReadContext, RecordsDriver } from './driver.js';
import { SharedReadings } from './shared-readings.js';

/** The longest that a list of a running system is kept. */
const longestKeptMs = 10 * 60_000;

/** A list of a school's system and when it was obtained. Its rows are the same object as long as it is the same list. */
export interface KeptList extends Listing {
  readonly readAt: Date;
  /** Whether it was read for this answer. */
  readonly isNew: boolean;
  /** The delivery that it is of; null for a system that is read live. */
  readonly delivery: Delivery | null;
}

type Kept = Omit<KeptList, 'isNew' | 'delivery'> & { readonly deliveredAt: number | null };

/**
 * Lists that are read whole, kept for ten minutes at most: a catalogue does not change between two pages of it, and a
 * records system serves its own people first. Operations that need the same list at once share one reading. A list of
 * a delivery is kept as long as the delivery is the same.
 */
export class KeptLists {
  readonly #driver: RecordsDriver;
  readonly #clock: Clock;
  readonly #kept = new Map<ListSource, Kept>();
  readonly #readings = new SharedReadings<ListSource, Kept>();

  constructor(driver: RecordsDriver, clock: Clock) {
    this.#driver = driver;
    this.#clock = clock;
  }

  /**
   * The rows of a list that is no older than `maxAgeMs`; 0 reads it now. Rejects as the driver's `list` does; a
   * reading that failed is not kept.
   */
  async read(source: ListSource, context: ReadContext, maxAgeMs = longestKeptMs): Promise<KeptList> {
    const delivery = await this.#driver.delivery(context);
    const deliveredAt = delivery?.deliveredAt.getTime() ?? null;
    const kept = this.#kept.get(source);
    if (kept !== undefined && this.#isGood(kept, deliveredAt, Math.min(maxAgeMs, longestKeptMs))) {
      return { ...kept, isNew: false, delivery };
    }
    const obtained = await this.#readings.obtain(source, context, async (shared) => {
      const readAt = this.#clock.now();
      const list = { ...(await this.#driver.list(source, shared)), readAt, deliveredAt };
      this.#kept.set(source, list);
      return list;
    });
    return { ...obtained, isNew: true, delivery };
  }

  #isGood(kept: Kept, deliveredAt: number | null, maxAgeMs: number): boolean {
    if (deliveredAt !== null || kept.deliveredAt !== null) return kept.deliveredAt === deliveredAt;
    return this.#clock.now().getTime() - kept.readAt.getTime() < maxAgeMs;
  }
}

/** What is made of rows, made once for the same rows. */
export function onceForEach<K extends object, T>(make: (key: K) => T): (key: K) => T {
  const made = new WeakMap<K, { readonly value: T }>();
  return (key) => {
    const known = made.get(key) ?? { value: make(key) };
    made.set(key, known);
    return known.value;
  };
}
