import type { AssertionVerifier } from '../kit/base/identity/assertion.js';
import type { Adapter } from '../adapters/kit/create-adapter.js';
import { openSchool } from '../adapters/open-school.js';
import { institutionIdOf } from '../adapters/school-file.js';
import { schoolFixtures, schoolNamed } from '../adapters/schools.js';
import type { AllianceDatabases } from './databases.js';
import { demoSchoolSystem } from './demo/school-system.js';

/** The schools of the demo, by the names of their folders. */
export const demoSchools = { university: 'ningxia-university', polytechnic: 'ningxia-polytechnic' } as const;

/** The institution id of a school whose file lies here, by the name of its folder. */
export function institutionIdOfSchool(name: string): string {
  return institutionIdOf(schoolNamed(name));
}

/** The adapters of the demo schools, by the name after `local:` in the directory; `stateDir` is for their fingerprints. */
export async function openDemoSchools(
  databases: AllianceDatabases,
  verifier: AssertionVerifier,
  stateDir: string,
): Promise<ReadonlyMap<string, Adapter>> {
  const { university, polytechnic } = demoSchools;
  const url = await demoSchoolSystem(databases);
  const addresses = {
    // The demo's account may write; a school gives the second one only if it wants exemptions written back.
    [university]: { databaseUrl: url, writeDatabaseUrl: url },
    [polytechnic]: { folder: schoolFixtures(polytechnic) },
  };
  return new Map(
    Object.entries(addresses).map(([name, address]) => [
      name,
      openSchool(schoolNamed(name), { address, verifier, stateDir }),
    ]),
  );
}
