import { z } from 'zod';
import { secretOfPath } from '../../../kit/secret-paths.js';
import type { DeliveredRecords, DeliveryFiles, DeliveryFormat, FormatContext } from '../delivery-format.js';
import { FaultList } from '../fault-list.js';
import type { PlacedRow } from '../table-rows.js';
import { readOneRosterBundle, type OneRosterBundle } from './oneroster-bundle.js';
import { readOneRosterManifest } from './oneroster-manifest.js';
import { rowsWithReferences } from './oneroster-references.js';
import { oneRosterRows, type OneRosterChoice } from './oneroster-rows.js';

/** What a school file declares about its OneRoster deliveries. */
export const oneRosterSchema = z.strictObject({
  format: z.literal('oneroster'),
  /** Title of the category whose line items are final course grades; without one every line item is. */
  finalCategory: z.string().min(1).optional(),
  /** The column of `users.csv` with identity numbers, where the school delivers them. */
  identityColumn: z
    .string()
    .min(1)
    .refine((column) => secretOfPath(column) !== 'PASSWORD', 'is a column of passwords')
    .optional(),
});

/**
 * OneRoster CSV bundles of the versions 1.1 and 1.2, bulk, or changes (`delta`) upon the delivery before: a zip or a
 * folder with `manifest.csv`.
 */
export function oneRosterFormat(choice: OneRosterChoice): DeliveryFormat {
  async function records(
    files: DeliveryFiles,
    base: OneRosterBundle | null,
    context: FormatContext,
  ): Promise<DeliveredRecords> {
    const faults = new FaultList(context.limits.maxFaults);
    const bundle = await readOneRosterBundle(files, base, choice.identityColumn, faults, context);
    const earlier = new Set(Object.values(base?.tables ?? {}).flatMap((table) => [...table.values()]));
    const placeOf = (row: PlacedRow): string =>
      earlier.has(row) ? `${row.file} (earlier delivery)` : row.file;
    const tables = await rowsWithReferences(bundle, faults, placeOf, context);
    const { byStudent, lists } = oneRosterRows(tables, bundle, choice);
    const { courses } = lists;
    const coursesWhole = courses && { ...courses, complete: !faults.hasRejectedIn(/^courses\.csv/i) };
    return {
      byStudent,
      lists: { ...lists, ...(coursesWhole && { courses: coursesWhole }) },
      faults: faults.faults,
      rejectedRows: faults.rejectedRows,
      studentsWithRejectedRows: faults.studentsWithRejectedRows,
      rejectedOfUnknownStudent: faults.rejectedOfUnknownStudent,
      amendedBy: (changes, amending) => records(changes, bundle, amending),
    };
  }
  return {
    accepts: (name) => /\.csv$/i.test(name),
    manifest: {
      name: 'manifest.csv',
      holdsChangesOnly: (content) => [...readOneRosterManifest(content).files.values()].includes('delta'),
    },
    read: (files, context) => records(files, null, context),
  };
}
