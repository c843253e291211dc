import { join } from 'node:path';
import { systemClock, type Clock } from '../kit/base/clock.js';
import type { AssertionVerifier } from '../kit/base/identity/assertion.js';
import { createAdapter, type Adapter } from './kit/create-adapter.js';
import type { DriverParts, SchoolAddress } from './kit/driver-parts.js';
import { createDriver } from './school-drivers.js';
import { institutionIdOf, type SchoolFile } from './school-file.js';

/** What a school's adapter is made with, beside what its file declares. */
export interface OpenSchoolOptions {
  readonly address: SchoolAddress;
  /** Whose word the adapter believes. */
  readonly verifier: AssertionVerifier;
  readonly clock?: Clock | undefined;
  /** By default made of the school's Ministry code, as the roster does it. */
  readonly institutionId?: string | undefined;
  /** Where adapters keep fingerprints of their schools' records; each school has a folder of its own in it. */
  readonly stateDir?: string | undefined;
  readonly onQuestion?: DriverParts['onQuestion'];
  readonly onDelivery?: DriverParts['onDelivery'];
}

/**
 * The adapter of a school: the driver that its file declares, under its mapping. The one place where they meet.
 * @throws Error with a sentence when the address that the driver needs is missing or not acceptable
 */
export function openSchool(declared: SchoolFile, options: OpenSchoolOptions): Adapter {
  const { address, verifier, onQuestion, onDelivery } = options;
  const clock = options.clock ?? systemClock;
  const { name } = declared.institution;
  const institutionId = options.institutionId ?? institutionIdOf(declared);
  return createAdapter({
    school: { institutionId, name },
    mapping: declared.mapping,
    driver: createDriver(declared.driver, { institution: name, address, clock, onQuestion, onDelivery }),
    verifier,
    clock,
    stateDir: options.stateDir === undefined ? undefined : join(options.stateDir, institutionId),
  });
}
