import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initSchool } from '../../subgraphs/adapters/commands/init-school.js';
import { openSchool } from '../../subgraphs/adapters/open-school.js';
import { addressSettings, schoolAddress } from '../../subgraphs/adapters/school-address.js';
import { schoolFilePath, schoolNamed, schoolNames } from '../../subgraphs/adapters/schools.js';
import { loadSettings } from '../../subgraphs/kit/base/config/load-settings.js';
import { createVerifier } from '../../subgraphs/kit/base/identity/assertion.js';

/** A folder of the test's own: what else lies on the machine must not matter. */
const ownFolder = mkdtempSync(join(tmpdir(), 'amrlo-settings-'));
afterAll(() => rmSync(ownFolder, { recursive: true }));
// The smallest schema of the namespace that an ELMO school asks for; the standard's own is not ours to carry.
writeFileSync(
  join(ownFolder, 'elmo.xsd'),
  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="https://github.com/emrex-eu/elmo-schemas/tree/v1"><xs:element name="elmo"/></xs:schema>`,
);

/** What an engineer would write beside each name. */
const values: Readonly<Record<string, string>> = {
  AMRLO_SCHOOL_DATABASE_URL: 'mysql://reader:secret@db.school.example/jw',
  AMRLO_SCHOOL_WRITE_DATABASE_URL: 'mysql://writer:secret@db.school.example/jw',
  AMRLO_SCHOOL_FOLDER: ownFolder,
  AMRLO_SCHOOL_SCHEMA_FOLDER: ownFolder,
  AMRLO_SCHOOL_URL: 'https://records.school.example/api',
  AMRLO_SCHOOL_TOKEN: 'token',
  AMRLO_SCHOOL_CLIENT_ID: 'client',
  AMRLO_SCHOOL_CLIENT_SECRET: 'secret',
  AMRLO_SCHOOL_TOKEN_URL: 'https://login.school.example/token',
  AMRLO_SCHOOL_STATE_DIR: ownFolder,
};

describe('an adapter with the settings of env.example filled in, and no others,', () => {
  test.each(schoolNames())('starts for a school like %s', async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'amrlo-init-'));
    try {
      const made = join(folder, 'new');
      const institution = { id: 'inst_new', name: 'A new school' };
      await initSchool({ folder: made, institution, like: readFileSync(schoolFilePath(name), 'utf8') });
      const lines = readFileSync(join(made, 'env.example'), 'utf8').trim().split('\n');
      const names = lines.map((line) => line.split('=')[0] as string);
      const env = Object.fromEntries(
        lines.map((line) => {
          const [key = '', value = ''] = line.split('=');
          return [key, value === '' ? values[key] : value];
        }),
      );
      // Every name has a value here, so none is misspelt.
      expect(Object.values(env)).not.toContain(undefined);
      const settings = loadSettings(['AMRLO_SCHOOL', 'AMRLO_SCHOOL_STATE_DIR', ...addressSettings], { env });
      expect(new Set(names).size).toBe(names.length);
      const adapter = openSchool(schoolNamed(settings.AMRLO_SCHOOL as string), {
        address: schoolAddress(settings),
        stateDir: settings.AMRLO_SCHOOL_STATE_DIR,
        verifier: await createVerifier([]),
      });
      expect(adapter.school.name).toBe('A new school');
      await adapter.stop();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
