import { systemClock, type Clock } from '../../../kit/base/clock.js';
import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type { Delivery, ReadContext, RecordsDriver, Source } from '../../kit/driver.js';
import type { NativeRow } from '../../kit/native-row.js';
import {
  defaultBundleLimits,
  findBundle,
  readBundleFiles,
  type BundleLimits,
  type BundlePlace,
} from './bundle-files.js';
import type { DropFault } from './csv-table.js';
import { readOneRosterBundle } from './oneroster-bundle.js';
import { hasSource, oneRosterRows, type OneRosterChoice, type OneRosterRows } from './oneroster-rows.js';

/** Where a school drops its deliveries and what of them counts. */
export interface DropDriverOptions extends OneRosterChoice {
  /** For messages. */
  readonly institution: string;
  /** A zip, a folder with a manifest, or a folder into which zips are dropped (the newest counts). */
  readonly path: string;
  /** How old a delivery may be before it is stale; 200 days by default, a term and its holidays. */
  readonly agreedAgeMs?: number;
  /** How often at most the folder is looked at; 10 seconds by default. */
  readonly lookEveryMs?: number;
  readonly limits?: Partial<BundleLimits>;
  readonly clock?: Clock;
  /** Told of each delivery that was taken, with what was wrong in it, and of each that was refused. */
  readonly onDelivery?: (report: DeliveryReport) => void;
}

/** What became of a delivery. */
export interface DeliveryReport {
  readonly deliveredAt: Date | null;
  readonly taken: boolean;
  readonly rejectedRows: number;
  readonly faults: readonly DropFault[];
  readonly refusal: AmrloError | null;
}

interface Taken {
  readonly place: BundlePlace;
  readonly rows: OneRosterRows;
  readonly rejectedRows: number;
  readonly studentsWithRejectedRows: ReadonlySet<string>;
}

/**
 * A driver for schools that deliver OneRoster 1.2 bulk bundles. A newer delivery replaces the older one at once and
 * whole; one that cannot be read changes nothing. What a delivery does not hold is unknown.
 */
export function createDropDriver(options: DropDriverOptions): RecordsDriver {
  const { institution, path } = options;
  const clock = options.clock ?? systemClock;
  const agreedAgeMs = options.agreedAgeMs ?? 200 * 86_400_000;
  const lookEveryMs = options.lookEveryMs ?? 10_000;
  const limits = { ...defaultBundleLimits, ...options.limits };
  let taken: Taken | undefined;
  let refused: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    let place: BundlePlace | undefined;
    try {
      place = await findBundle(path);
      if (place.signature === taken?.place.signature || place.signature === refused) return;
      const bundle = readOneRosterBundle(await readBundleFiles(place, limits));
      taken = { place, ...bundle, rows: oneRosterRows(bundle, options) };
      refused = undefined;
      const { rejectedRows, faults } = bundle;
      options.onDelivery?.({
        deliveredAt: place.deliveredAt,
        taken: true,
        rejectedRows,
        faults,
        refusal: null,
      });
    } catch (error) {
      const refusal =
        error instanceof AmrloError ? error : new AmrloError('FILE_UNREADABLE', {}, { cause: error });
      refused = place?.signature;
      options.onDelivery?.({
        deliveredAt: place?.deliveredAt ?? null,
        taken: false,
        rejectedRows: 0,
        faults: [],
        refusal,
      });
    }
  }

  async function current({ signal }: ReadContext): Promise<Taken> {
    if (signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
    const now = clock.now().getTime();
    if (now - lookedAt >= lookEveryMs) {
      lookedAt = now;
      looking = look();
    }
    await looking;
    if (signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
    if (taken === undefined) throw new AmrloError('SCHOOL_UNAVAILABLE', { institution });
    return taken;
  }

  return {
    method: 'DROP',
    cancels: false,
    supplies: async (source, context) => hasSource((await current(context)).rows, source),
    async read(source: Source, keys, context): Promise<readonly NativeRow[]> {
      const { rows } = await current(context);
      if (source === 'gradeWords') return rows.gradeWords ?? [];
      const found = rows[source];
      if (found === undefined) throw new AmrloError('RECORD_NOT_SUPPLIED', { institution, what: source });
      return keys.flatMap((key) => found.get(key) ?? []);
    },
    async delivery(context): Promise<Delivery> {
      const { place, rejectedRows } = await current(context);
      const age = clock.now().getTime() - place.deliveredAt.getTime();
      return {
        deliveredAt: place.deliveredAt,
        freshness: age <= agreedAgeMs ? 'CACHED' : 'STALE',
        rejectedRows,
      };
    },
    hasRejectedRows: async (studentNumber, context) =>
      (await current(context)).studentsWithRejectedRows.has(studentNumber),
    stop: async () => undefined,
  };
}
