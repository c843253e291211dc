import { z } from 'zod';
import type { SchoolAddress } from '../../kit/driver-parts.js';
import type { DeliveryFormat } from './delivery-format.js';
import { elmoFormat } from './elmo/elmo-format.js';
import { elmoSchema } from './elmo/elmo-schema.js';
import { oneRosterFormat, oneRosterSchema } from './oneroster/oneroster-format.js';
import { tablesFormat } from './tables/tables-format.js';
import { tablesSchema } from './tables/tables-schema.js';

/** What a school file declares about the form of its deliveries. */
export const deliverySchema = z.discriminatedUnion('format', [oneRosterSchema, tablesSchema, elmoSchema]);

/**
 * The format that is declared.
 * @throws Error when a format needs schemas and the address has none
 */
export function deliveryFormat(
  declared: z.output<typeof deliverySchema>,
  { schemaFolder }: Pick<SchoolAddress, 'schemaFolder'>,
): DeliveryFormat {
  if (declared.format === 'elmo') return elmoFormat(declared, schemaFolder);
  return declared.format === 'oneroster' ? oneRosterFormat(declared) : tablesFormat(declared);
}
