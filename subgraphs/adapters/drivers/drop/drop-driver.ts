import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import type {
  Delivery,
  ListSource,
  ReadContext,
  RecordsDriver,
  Source,
  StudentSource,
} from '../../kit/driver.js';
import type { DeliveryReport, DriverParts } from '../../kit/driver-parts.js';
import { deliveryFormat, deliverySchema } from './delivery-formats.js';
import type { DeliveredList, DeliveredRecords } from './delivery-format.js';
import { defaultDeliveryLimits, deliveryLimitsSchema } from './delivery-limits.js';
import { reportPath, reportText, writeReport } from './delivery-report.js';
import { DeliveryTaker, type Outcome, type Taken } from './delivery-taker.js';
import { DeliveryWatch } from './delivery-watch.js';
import type { DropFault } from './fault-codes.js';
import { fingerprintsOf } from './fingerprints.js';

/** What a school file declares about its deliveries. */
export const dropDriverSchema = z.strictObject({
  kind: z.literal('drop'),
  /** What the deliveries are and how they are read. */
  delivery: deliverySchema,
  /** How old a delivery may be before it is stale; by default a term and its holidays. */
  agreedAgeDays: z.int().positive().default(200),
  /** The time between two looks into the folder. */
  lookEveryMs: z.int().min(100).default(10_000),
  /** How long a delivery must lie unchanged before it is taken for finished. */
  settleMs: z.int().nonnegative().default(5_000),
  /**
   * What the school adds when an upload is finished: `2024.zip.ready` beside `2024.zip`, or a file `.ready` in a folder,
   * for `.ready`. With it, nothing is taken without its marker.
   */
  marker: z
    .string()
    .regex(/^\.[\w-]+$/, 'must be a dot and letters, such as .ready')
    .optional(),
  /** `folder` writes a report beside each delivery, `<name>.report.csv`; it holds no value of any field. */
  reports: z.enum(['folder', 'none']).default('none'),
  limits: deliveryLimitsSchema.default(defaultDeliveryLimits),
});

/**
 * A driver for schools that deliver files. `AMRLO_SCHOOL_FOLDER` is a folder into which deliveries are dropped, or one
 * delivery. A newer delivery replaces the older one at once and whole; one that cannot be read changes nothing. What a
 * delivery does not hold is unknown. A delivery that vanishes from the folder stays in force until the process ends.
 * @throws Error when the folder is missing
 */
export function createDropDriver(
  declared: z.output<typeof dropDriverSchema>,
  parts: DriverParts,
): RecordsDriver {
  const { institution, clock } = parts;
  const path = folderOf(parts);
  const stopping = new AbortController();
  const pause = async (): Promise<void> => {
    await setImmediate();
    if (stopping.signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
  };
  const taker = new DeliveryTaker({
    path,
    clock,
    format: deliveryFormat(declared.delivery, parts.address),
    context: { limits: declared.limits, signal: stopping.signal, pause },
    marker: declared.marker ?? null,
    settleMs: declared.settleMs,
    onOutcome: async (outcome) => parts.onDelivery?.(await reported(outcome, declared.reports, path)),
  });
  const { lookEveryMs, settleMs } = declared;
  const watch = new DeliveryWatch({ path, clock, lookEveryMs, settleMs, look: () => taker.look() });
  const fingerprints = new WeakMap<DeliveredRecords, Promise<DeliveredList>>();

  /** What is in force. Waits for a delivery only where there is none yet; a newer one is read while answers go on. */
  async function current({ signal, timeoutMs }: ReadContext): Promise<Taken> {
    if (signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
    if (taker.taken === undefined) await firstDelivery(signal, timeoutMs);
    if (taker.taken === undefined) throw new AmrloError('SCHOOL_UNAVAILABLE', { institution });
    return taker.taken;
  }

  async function firstDelivery(signal: AbortSignal, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      let over = false;
      const callOff = clock.after(timeoutMs, () => end(new AmrloError('SCHOOL_TIMEOUT', { institution })));
      const leave = (): void => end(new AmrloError('REQUEST_CANCELLED'));
      const end = (error?: AmrloError): void => {
        over = true;
        callOff();
        signal.removeEventListener('abort', leave);
        if (error === undefined) resolve();
        else reject(error);
      };
      signal.addEventListener('abort', leave);
      const wait = async (): Promise<void> => {
        while (!over && taker.taken === undefined) {
          if (watch.looking !== undefined) await watch.looking;
          else if (watch.settled || stopping.signal.aborted) break;
          else await watch.nextLook();
        }
        if (!over) end();
      };
      void wait();
    });
  }

  async function list(source: ListSource, context: ReadContext): Promise<DeliveredList> {
    const { records } = await current(context);
    if (source === 'fingerprints') {
      const known = fingerprints.get(records) ?? fingerprintsOf(records, pause);
      fingerprints.set(records, known);
      return known;
    }
    const found = records.lists[source];
    if (found === undefined) throw new AmrloError('RECORD_NOT_SUPPLIED', { institution, what: source });
    return found;
  }

  return {
    method: 'DROP',
    cancels: false,
    supplies: async (source, context) => hasSource((await current(context)).records, source),
    list,
    async read(source: StudentSource, keys, context) {
      const found = (await current(context)).records.byStudent[source];
      if (found === undefined) throw new AmrloError('RECORD_NOT_SUPPLIED', { institution, what: source });
      return keys.flatMap((key) => found.get(key) ?? []);
    },
    async delivery(context): Promise<Delivery> {
      const { place, records } = await current(context);
      const age = clock.now().getTime() - place.deliveredAt.getTime();
      return {
        deliveredAt: place.deliveredAt,
        freshness: age <= declared.agreedAgeDays * 86_400_000 ? 'CACHED' : 'STALE',
        rejectedRows: records.rejectedRows,
      };
    },
    async hasRejectedRows(studentNumber, context) {
      const { records } = await current(context);
      return records.rejectedOfUnknownStudent || records.studentsWithRejectedRows.has(studentNumber);
    },
    async stop() {
      stopping.abort();
      await watch.stop();
    },
  };
}

function hasSource({ byStudent, lists }: DeliveredRecords, source: Source): boolean {
  if (source === 'fingerprints') return true;
  return source in byStudent || source in lists;
}

async function reported(outcome: Outcome, reports: 'folder' | 'none', path: string): Promise<DeliveryReport> {
  const { place, records, refusal, links } = outcome;
  const faults: DropFault[] = [
    ...links.map((file) => ({
      file,
      row: 0,
      field: null,
      code: 'LINK_IGNORED' as const,
      rowRejected: false,
    })),
    ...(records?.faults ?? []),
  ];
  const report = {
    deliveredAt: place?.deliveredAt ?? null,
    taken: refusal === null,
    rejectedRows: records?.rejectedRows ?? 0,
    faults,
    refusal,
  };
  if (reports === 'none' || place === null) return report;
  const file = reportPath(place, path);
  try {
    await writeReport(file, reportText(report));
    return report;
  } catch {
    // The delivery counts all the same; that nobody could be told beside it is told here.
    const fault = {
      file: place.name,
      row: 0,
      field: null,
      code: 'REPORT_NOT_WRITTEN',
      rowRejected: false,
    } as const;
    return { ...report, faults: [...faults, fault] };
  }
}

function folderOf({ institution, address }: DriverParts): string {
  if (address.folder === undefined)
    throw new Error(`The adapter of ${institution} needs AMRLO_SCHOOL_FOLDER, where its deliveries lie.`);
  return address.folder;
}
