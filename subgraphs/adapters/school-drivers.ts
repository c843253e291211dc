import { z } from 'zod';
import { createDropDriver, dropDriverSchema } from './drivers/drop/drop-driver.js';
import { createSoapDriver, soapDriverSchema } from './drivers/soap/soap-driver.js';
import { createRestDriver, restDriverSchema } from './drivers/rest/rest-driver.js';
import { createSqlDriver, sqlDriverSchema } from './drivers/sql/sql-driver.js';
import type { RecordsDriver } from './kit/driver.js';
import type { DriverParts } from './kit/driver-parts.js';

/** The part `driver` of a school file: one shape for each kind of driver. */
export const driverSchema = z.discriminatedUnion('kind', [
  sqlDriverSchema,
  restDriverSchema,
  soapDriverSchema,
  dropDriverSchema,
]);

/** A driver as a school file declares it. */
export type DeclaredDriver = z.output<typeof driverSchema>;

/**
 * The driver of the kind that is declared.
 * @throws Error when what the environment says of the school's address is missing or not acceptable
 */
export function createDriver(declared: DeclaredDriver, parts: DriverParts): RecordsDriver {
  switch (declared.kind) {
    case 'sql':
      return createSqlDriver(declared, parts);
    case 'soap':
      return createSoapDriver(declared, parts);
    case 'rest':
      return createRestDriver(declared, parts);
    default:
      return createDropDriver(declared, parts);
  }
}
