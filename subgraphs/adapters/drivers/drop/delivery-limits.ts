import { z } from 'zod';
import { refuse, type AmrloError } from '../../../kit/base/errors/amrlo-error.js';

const bytes = z.int().positive();
const count = z.int().positive();

/** What a school file may declare about the size of its deliveries; what it leaves out is as in `DeliveryLimits`. */
export const deliveryLimitsSchema = z.strictObject({
  maxFiles: count.default(512),
  maxPackedBytes: bytes.default(32 * 1024 ** 2),
  maxFileBytes: bytes.default(64 * 1024 ** 2),
  maxTotalBytes: bytes.default(128 * 1024 ** 2),
  maxRows: count.default(1_500_000),
  maxColumns: count.default(512),
  maxFieldLength: count.default(10_000),
  maxFaults: count.default(5_000),
});

/**
 * How much a delivery may hold. By default a file may have 64 MiB, which is enough for half a million rows of a wide export
 * (96 bytes each in GBK are 700,000 rows); a school with more raises `maxFileBytes` and, where the files together need it,
 * `maxTotalBytes`. In memory a delivery takes up to twenty times its bytes (measured: 450 to 500 bytes for a row of eight columns), and two may be there at once, so a school that delivers
 * more needs a process with more memory. A zip is measured while it is unpacked, whatever its directory claims, and so is
 * a workbook, which is a zip too.
 */
export interface DeliveryLimits {
  readonly maxFiles: number;
  /** Bytes of a zip as it lies in the folder. */
  readonly maxPackedBytes: number;
  /** Bytes of one unpacked file, and of all unpacked parts of one workbook. */
  readonly maxFileBytes: number;
  /** Bytes of all unpacked files together. */
  readonly maxTotalBytes: number;
  /** Rows of one file or sheet, its header included. */
  readonly maxRows: number;
  readonly maxColumns: number;
  /** Characters of one field; a longer one rejects its row with `FIELD_TOO_LONG`. */
  readonly maxFieldLength: number;
  /** Faults that are kept and reported; further ones are not, but their rows count as rejected all the same. */
  readonly maxFaults: number;
}

export const defaultDeliveryLimits: DeliveryLimits = deliveryLimitsSchema.parse({});

/** Refuses a file that is larger than a limit, and names both. */
export function tooLarge<Option extends string>(
  file: string,
  limits: Readonly<Record<Option, number>>,
  option: Option,
): AmrloError {
  return refuse('DELIVERY_TOO_LARGE', {
    file: file.slice(0, 80),
    max: limits[option],
    option: `driver.limits.${option}`,
  });
}
