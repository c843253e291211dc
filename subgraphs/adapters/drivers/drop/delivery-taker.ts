import type { Clock } from '../../../kit/base/clock.js';
import { AmrloError, refuse } from '../../../kit/base/errors/amrlo-error.js';
import { readDeliveryFiles } from './delivery-files.js';
import type { DeliveredRecords, DeliveryFiles, DeliveryFormat, FormatContext } from './delivery-format.js';
import { findPlaces, type DeliveryPlace } from './delivery-place.js';
import { SettledPlaces } from './settled-places.js';

/** A delivery that answers are read from. */
export interface Taken {
  readonly place: DeliveryPlace;
  readonly records: DeliveredRecords;
}

/** What became of one delivery, or of the folder as a whole (`place` null). */
export interface Outcome {
  readonly place: DeliveryPlace | null;
  readonly records: DeliveredRecords | null;
  readonly refusal: AmrloError | null;
  /** Links that lay in the folder and were not followed; told with the next delivery. */
  readonly links: readonly string[];
}

/** What a taker is made of. */
export interface TakerOptions {
  readonly path: string;
  readonly format: DeliveryFormat;
  readonly context: FormatContext;
  readonly marker: string | null;
  readonly settleMs: number;
  readonly clock: Clock;
  readonly onOutcome: (outcome: Outcome) => Promise<void>;
}

type Step = 'TAKEN' | 'CHANGES' | 'REFUSED' | 'UNFINISHED';

/**
 * Takes deliveries out of a folder, each whole or not at all. The newest one that can be read counts: the newest full
 * delivery, and upon it the deliveries of changes that came after, in the order of their time. One that cannot be read
 * changes nothing, and neither does one that vanishes: what was taken stays until the process ends. At any time there are
 * at most two deliveries in memory, the one in force and the one that is being read.
 */
export class DeliveryTaker {
  readonly #options: TakerOptions;
  readonly #settled: SettledPlaces;
  #taken: Taken | undefined;
  /** Deliveries that were refused, by signature; they are not read again until they change. */
  readonly #refused = new Map<string, AmrloError>();
  /** Deliveries that hold changes only, by signature. */
  readonly #changes = new Set<string>();
  /** Paths of refused deliveries after the full one in force: changes after a gap cannot be applied. */
  readonly #gaps = new Set<string>();
  /** What the delivery in force is made of, by signature, and when its full one came. */
  readonly #applied = new Set<string>();
  #startedAt: Date | undefined;
  readonly #reopened = new Set<string>();
  /** Refusals that were told, so that a lasting one is told once. */
  #told = new Set<string>();
  #links: readonly string[] = [];

  constructor(options: TakerOptions) {
    this.#options = options;
    this.#settled = new SettledPlaces(options.clock, options.settleMs);
  }

  get taken(): Taken | undefined {
    return this.#taken;
  }

  /** Looks once. `UNSETTLED`: something lies there that may still be written to; look again soon. */
  async look(): Promise<'SETTLED' | 'UNSETTLED'> {
    const { path, format, marker } = this.#options;
    const links: string[] = [];
    let places: DeliveryPlace[];
    try {
      places = await findPlaces(path, format, marker, (name) => links.push(name));
    } catch (error) {
      await this.#tell(null, error, `folder:${String(error)}`);
      return 'SETTLED';
    }
    this.#links = links;
    this.#forgetAllBut(places);
    const ready = places.filter((place) => this.#settled.has(place));
    this.#settled.keepOnly(places);
    let finished = await this.#take(ready.filter((place) => this.#isNew(place)));
    // What waited for a delivery that is there now has its turn.
    if (finished && this.#reopen()) finished = await this.#take(ready.filter((place) => this.#isNew(place)));
    this.#reopened.clear();
    const waiting = places.some((place) => place.marked === null && !ready.includes(place));
    if (places.length === 0 && this.#taken === undefined)
      await this.#tell(null, refuse('FILE_UNREADABLE', { detail: 'no delivery' }), 'folder:empty');
    return finished && !waiting ? 'SETTLED' : 'UNSETTLED';
  }

  #isNew(place: DeliveryPlace): boolean {
    if (this.#refused.has(place.signature) || this.#applied.has(place.signature)) return false;
    const now = this.#taken?.place;
    if (now === undefined) return true;
    if (this.#reopened.has(place.signature))
      return place.deliveredAt >= (this.#startedAt ?? place.deliveredAt);
    if (place.path === now.path) return place.signature !== now.signature;
    const later = place.deliveredAt.getTime() - now.deliveredAt.getTime();
    return later > 0 || (later === 0 && place.path > now.path);
  }

  /** Takes what is new, oldest first in `places`. False when something changed while it was read. */
  async #take(places: readonly DeliveryPlace[]): Promise<boolean> {
    let from = 0;
    for (let at = places.length - 1; at >= 0; at -= 1) {
      const place = places[at]!;
      if (this.#changes.has(place.signature)) continue;
      const step = await this.#takeWhole(place);
      if (step === 'UNFINISHED') return false;
      if (step === 'REFUSED') this.#gaps.add(place.path);
      if (step !== 'TAKEN') continue;
      this.#startFrom(place, places.slice(at + 1));
      from = at + 1;
      break;
    }
    for (const place of places.slice(from)) {
      if (!this.#changes.has(place.signature)) continue;
      const step = await this.#amend(place);
      if (step === 'UNFINISHED') return false;
      if (step === 'TAKEN') this.#applied.add(place.signature);
      if (step === 'REFUSED' && this.#refused.get(place.signature)?.code !== 'DELIVERY_BASE_MISSING')
        this.#gaps.add(place.path);
    }
    return true;
  }

  /** A full delivery is in force: what was refused before it no longer matters. */
  #startFrom(place: DeliveryPlace, later: readonly DeliveryPlace[]): void {
    this.#gaps.clear();
    this.#applied.clear();
    this.#applied.add(place.signature);
    this.#startedAt = place.deliveredAt;
    for (const { path, signature } of later) if (this.#refused.has(signature)) this.#gaps.add(path);
    this.#gaps.delete(place.path);
  }

  /**
   * Gives the deliveries of changes that waited for another one their turn, once nothing stands between any more. They
   * count as new whatever their time: the one they waited for may have come again after them.
   */
  #reopen(): boolean {
    if (this.#taken === undefined || this.#gaps.size > 0) return false;
    for (const [signature, { code }] of this.#refused) {
      if (code !== 'DELIVERY_BASE_MISSING') continue;
      this.#refused.delete(signature);
      this.#reopened.add(signature);
    }
    return this.#reopened.size > 0;
  }

  #takeWhole(place: DeliveryPlace): Promise<Step> {
    const { format, context } = this.#options;
    return this.#step(place, async (files) => {
      const manifest = format.manifest && byLowerCaseName(files, format.manifest.name);
      if (manifest !== undefined && format.manifest?.holdsChangesOnly(manifest)) {
        this.#changes.add(place.signature);
        return null;
      }
      return format.read(files, context);
    });
  }

  #amend(place: DeliveryPlace): Promise<Step> {
    return this.#step(place, async (files) => {
      const base = this.#taken?.records;
      const earlier = [...this.#gaps].filter((path) => path !== place.path);
      if (base?.amendedBy === undefined || earlier.length > 0)
        throw refuse('DELIVERY_BASE_MISSING', { detail: earlier.length > 0 ? 'refused before it' : 'none' });
      const records = await base.amendedBy(files, this.#options.context);
      this.#gaps.delete(place.path);
      return records;
    });
  }

  /** Reads one delivery; the step says what it is by giving records, or null for one that holds changes only. */
  async #step(
    place: DeliveryPlace,
    read: (files: DeliveryFiles) => Promise<DeliveredRecords | null>,
  ): Promise<Step> {
    const { format, context } = this.#options;
    let records: DeliveredRecords | null;
    try {
      const files = await readDeliveryFiles(place, format, context.limits);
      if (files === null) {
        this.#settled.startAgain(place);
        return 'UNFINISHED';
      }
      records = await read(files);
    } catch (error) {
      if (context.signal.aborted) return 'UNFINISHED';
      const refusal = refusalOf(error);
      // What the machine refuses today it may give tomorrow; what the bytes say stays as it is.
      if (!isOfTheMachine(refusal)) this.#refused.set(place.signature, refusal);
      await this.#tell(place, refusal, place.signature);
      return 'REFUSED';
    }
    if (records === null) return 'CHANGES';
    if (context.signal.aborted) return 'UNFINISHED';
    const now = this.#taken?.place;
    const isOlderChange = this.#changes.has(place.signature) && now && now.deliveredAt > place.deliveredAt;
    this.#taken = { place: isOlderChange ? now : place, records };
    await this.#options.onOutcome({ place, records, refusal: null, links: this.#links });
    return 'TAKEN';
  }

  async #tell(place: DeliveryPlace | null, error: unknown, key: string): Promise<void> {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    await this.#options.onOutcome({ place, records: null, refusal: refusalOf(error), links: this.#links });
  }

  #forgetAllBut(places: readonly DeliveryPlace[]): void {
    const signatures = new Set(places.map(({ signature }) => signature));
    for (const signature of this.#refused.keys())
      if (!signatures.has(signature)) this.#refused.delete(signature);
    for (const signature of this.#changes) if (!signatures.has(signature)) this.#changes.delete(signature);
    this.#told = new Set([...this.#told].filter((key) => signatures.has(key)));
  }
}

function byLowerCaseName(files: DeliveryFiles, wanted: string): Buffer | undefined {
  for (const [name, content] of files) if (name.toLowerCase() === wanted) return content;
  return undefined;
}

function refusalOf(error: unknown): AmrloError {
  return error instanceof AmrloError
    ? error
    : new AmrloError('FILE_UNREADABLE', { detail: '?' }, { cause: error });
}

function isOfTheMachine({ cause }: AmrloError): boolean {
  return /^E[A-Z]+$/.test((cause as { code?: string } | undefined)?.code ?? '');
}
