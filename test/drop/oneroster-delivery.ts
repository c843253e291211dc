import type { DeliveredRecords } from '../../subgraphs/adapters/drivers/drop/delivery-format.js';
import { oneRosterFormat } from '../../subgraphs/adapters/drivers/drop/oneroster/oneroster-format.js';
import { filesOf, fixtureFiles, formatContext } from '../support/deliveries.js';

/** The invented delivery of 宁夏职业技术大学, each file as text. */
export const invented = Object.fromEntries(
  Object.entries(fixtureFiles('ningxia-polytechnic')).map(([name, content]) => [name, content.toString()]),
);
const choice = { finalCategory: '总评', identityColumn: 'userMasterIdentifier' };
const format = oneRosterFormat(choice);

/** Reads a delivery as that school's; a file that is undefined is missing. */
export const take = (files: Record<string, string | undefined>): Promise<DeliveredRecords> =>
  format.read(
    filesOf(
      Object.fromEntries(
        Object.entries(files).filter((file): file is [string, string] => file[1] !== undefined),
      ),
    ),
    formatContext(),
  );

/** The invented delivery with something else in one of its files. */
export const edited = (name: string, from: string | RegExp, to: string): Record<string, string> => ({
  ...invented,
  [name]: invented[name]!.replace(from, to),
});
