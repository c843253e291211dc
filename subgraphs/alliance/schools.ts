import type { AssertionVerifier } from '../kit/base/identity/assertion.js';
import { stableId } from '../kit/base/ids.js';
import type { Adapter } from '../adapters/kit/create-adapter.js';
import {
  createNingxiaPolytechnicAdapter,
  ningxiaPolytechnic,
} from '../adapters/ningxia-polytechnic/school-adapter.js';
import {
  createNingxiaUniversityAdapter,
  ningxiaUniversity,
} from '../adapters/ningxia-university/school-adapter.js';
import type { AllianceDatabases } from './databases.js';
import { demoSchoolSystem } from './demo/school-system.js';

/** The institution id of a school that the Ministry's list names. */
export function institutionIdOf(school: { readonly moeCode: string }): string {
  return stableId('Institution', `moe:${school.moeCode}`);
}

/** The adapters of the demo schools, by the name after `local:` in the directory. */
export async function openDemoSchools(
  databases: AllianceDatabases,
  verifier: AssertionVerifier,
): Promise<ReadonlyMap<string, Adapter>> {
  const url = await demoSchoolSystem(databases);
  return new Map([
    [
      'ningxia-university',
      createNingxiaUniversityAdapter({
        institutionId: institutionIdOf(ningxiaUniversity),
        databaseUrl: url,
        verifier,
      }),
    ],
    [
      'ningxia-polytechnic',
      createNingxiaPolytechnicAdapter({ institutionId: institutionIdOf(ningxiaPolytechnic), verifier }),
    ],
  ]);
}
