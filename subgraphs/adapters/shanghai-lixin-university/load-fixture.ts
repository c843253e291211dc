import { readFileSync } from 'node:fs';
import { fixturePath } from '../kit/fixture-path.js';

/** Runs a text of several statements on the database that is to hold the fixture. */
export interface FixtureClient {
  execute(statements: string): Promise<unknown>;
}

/**
 * Loads the invented OpenURP system (41 tables in the schemas base, cfg, code and edu; 16 students) into an empty
 * PostgreSQL database: the system's schemas have fixed names.
 */
export async function loadOpenUrpFixture(client: FixtureClient): Promise<void> {
  for (const file of ['base-schema.sql', 'edu-schema.sql', 'data.sql']) {
    await client.execute(readFileSync(fixturePath(import.meta.url, `./fixtures/${file}`), 'utf8'));
  }
}
