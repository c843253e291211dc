import type { AssertionVerifier } from '../kit/base/identity/assertion.js';
import { stableId } from '../kit/base/ids.js';
import type { Adapter } from './kit/create-adapter.js';
import { createNingxiaPolytechnicAdapter, ningxiaPolytechnic } from './ningxia-polytechnic/school-adapter.js';
import { createNingxiaUniversityAdapter, ningxiaUniversity } from './ningxia-university/school-adapter.js';

/** Where a school's system is and whose word its adapter believes. */
export interface SchoolAddress {
  /** By default made of the school's Ministry code, as the roster does it. */
  readonly institutionId?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly folder?: string | undefined;
  readonly verifier: AssertionVerifier;
}

type OpenSchool = (address: SchoolAddress) => Adapter;

const idOf = (school: { moeCode: string }, given: string | undefined): string =>
  given ?? stableId('Institution', `moe:${school.moeCode}`);

const schools: ReadonlyMap<string, OpenSchool> = new Map<string, OpenSchool>([
  [
    'ningxia-university',
    ({ institutionId, databaseUrl, verifier }) => {
      if (databaseUrl === undefined) {
        throw new Error(
          'The adapter of ningxia-university needs AMRLO_SCHOOL_DATABASE_URL, the database of its system.',
        );
      }
      return createNingxiaUniversityAdapter({
        institutionId: idOf(ningxiaUniversity, institutionId),
        databaseUrl,
        verifier,
      });
    },
  ],
  [
    'ningxia-polytechnic',
    ({ institutionId, folder, verifier }) => {
      if (folder === undefined) {
        throw new Error(
          'The adapter of ningxia-polytechnic needs AMRLO_SCHOOL_FOLDER, where its deliveries lie.',
        );
      }
      return createNingxiaPolytechnicAdapter({
        institutionId: idOf(ningxiaPolytechnic, institutionId),
        path: folder,
        verifier,
      });
    },
  ],
]);

/** The folder names of the schools that have an adapter here. */
export const schoolNames: readonly string[] = [...schools.keys()];

/**
 * Opens the adapter of a school by the name of its folder.
 * @throws Error with one sentence when there is no such school or its system's address is missing
 */
export function openSchool(name: string, address: SchoolAddress): Adapter {
  const open = schools.get(name);
  if (open === undefined) {
    throw new Error(`AMRLO_SCHOOL must be one of ${schoolNames.join(', ')}, not ${JSON.stringify(name)}.`);
  }
  return open(address);
}
