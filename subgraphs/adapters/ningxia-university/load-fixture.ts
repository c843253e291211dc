import { readFileSync } from 'node:fs';
import { fixturePath } from '../kit/fixture-path.js';
import { zhengfangSchema } from './mapping.js';

/** Runs one statement on the database that is to hold the fixture. */
export interface FixtureClient {
  execute(statement: string): Promise<unknown>;
}

/**
 * Loads the invented Zhengfang system (16 tables, 6 students, 25 results) into an empty schema that it creates:
 * on PostgreSQL a schema of the connected database, on MariaDB and MySQL a database of that name.
 */
export async function loadZhengfangFixture(
  client: FixtureClient,
  options: { readonly dialect: 'POSTGRESQL' | 'MYSQL'; readonly schema?: string } = { dialect: 'POSTGRESQL' },
): Promise<void> {
  const schema = options.schema ?? zhengfangSchema;
  const charset = options.dialect === 'MYSQL' ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : '';
  await client.execute(`CREATE SCHEMA ${schema}${charset}`);
  for (const file of ['schema.sql', 'data.sql']) {
    for (const statement of statementsIn(
      readFileSync(fixturePath(import.meta.url, `./fixtures/${file}`), 'utf8'),
    )) {
      await client.execute(statement.replaceAll(`${zhengfangSchema}.`, `${schema}.`));
    }
  }
}

function statementsIn(text: string): string[] {
  return text
    .replace(/^--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
