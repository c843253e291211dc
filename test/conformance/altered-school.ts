import type { SchoolFile } from '../../subgraphs/adapters/school-file.js';
import { driverSchema } from '../../subgraphs/adapters/school-drivers.js';

/** A school whose driver is declared with other options, checked as a school file is. */
export function withDriver(school: SchoolFile, options: Readonly<Record<string, unknown>>): SchoolFile {
  return { ...school, driver: driverSchema.parse({ ...school.driver, ...options }) };
}
