import type { Clock } from '../../../kit/base/clock.js';
import type { DeliveryPlace } from './delivery-place.js';

/**
 * Tells finished deliveries from those that are still being written. A delivery with a marker is finished when the marker
 * is there; another one when nothing about it has changed for a while, which the machine's own times show, or two looks
 * at it where those lie in the future.
 */
export class SettledPlaces {
  readonly #clock: Clock;
  readonly #settleMs: number;
  readonly #seen = new Map<string, { readonly state: string; readonly since: number }>();

  constructor(clock: Clock, settleMs: number) {
    this.#clock = clock;
    this.#settleMs = settleMs;
  }

  /** Whether a delivery is finished as far as anybody can tell now. */
  has(place: DeliveryPlace): boolean {
    if (place.marked !== null) return place.marked;
    if (this.#settleMs === 0) return true;
    const now = this.#clock.now().getTime();
    if (now - place.changedAt.getTime() >= this.#settleMs) return true;
    const seen = this.#seen.get(place.path);
    if (seen?.state === place.state) return now - seen.since >= this.#settleMs;
    this.#seen.set(place.path, { state: place.state, since: now });
    return false;
  }

  /** Forgets how long a delivery has lain still: it changed while it was read. */
  startAgain(place: DeliveryPlace): void {
    this.#seen.set(place.path, { state: '', since: this.#clock.now().getTime() });
  }

  /** Forgets deliveries that are no longer there. */
  keepOnly(places: readonly DeliveryPlace[]): void {
    const paths = new Set(places.map(({ path }) => path));
    for (const path of this.#seen.keys()) if (!paths.has(path)) this.#seen.delete(path);
  }
}
