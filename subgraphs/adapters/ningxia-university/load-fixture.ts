import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fixturePath } from '../kit/fixture-path.js';

/** The system's own schema. */
export const zhengfangSchema = 'zfxfzb';

/** The databases that can hold the fixture. */
export type FixtureDialect = 'POSTGRESQL' | 'MYSQL' | 'ORACLE';

/** Runs one statement on the database that is to hold the fixture. */
export interface FixtureClient {
  execute(statement: string): Promise<unknown>;
}

/** The tables of `zhengfang_columns.csv`, those that public code names without types, and the rows of both. */
const files = ['schema.sql', 'further-tables.sql', 'data.sql', 'further-data.sql'];

/**
 * Loads the invented Zhengfang system (25 tables, 18 students, 41 results) into an empty schema that it creates:
 * on PostgreSQL a schema of the connected database, on MariaDB and MySQL a database of that name, on Oracle a user.
 */
export async function loadZhengfangFixture(
  client: FixtureClient,
  options: { readonly dialect: FixtureDialect; readonly schema?: string } = { dialect: 'POSTGRESQL' },
): Promise<void> {
  const { dialect } = options;
  const schema = options.schema ?? zhengfangSchema;
  await client.execute(creationOf(schema, dialect));
  for (const text of fixtureTexts()) {
    for (const statement of statementsIn(text)) {
      for (const one of dialect === 'ORACLE' ? inOracle(statement) : [statement]) {
        await client.execute(one.replaceAll(`${zhengfangSchema}.`, `${schema}.`));
      }
    }
  }
}

/** Changes with the fixture: what was loaded from another one has other tables or rows. */
export function zhengfangEdition(): string {
  const hash = createHash('sha256');
  for (const text of fixtureTexts()) hash.update(text);
  return hash.digest('hex');
}

function fixtureTexts(): string[] {
  return files.map((file) => readFileSync(fixturePath(import.meta.url, `./fixtures/${file}`), 'utf8'));
}

function creationOf(schema: string, dialect: FixtureDialect): string {
  // A schema of Oracle is a user; this one has no password and nobody can log in as it.
  if (dialect === 'ORACLE') return `CREATE USER ${schema} NO AUTHENTICATION QUOTA UNLIMITED ON USERS`;
  const charset = dialect === 'MYSQL' ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : '';
  return `CREATE SCHEMA ${schema}${charset}`;
}

/**
 * A statement of the fixture as Oracle writes it: its own types, counted in characters whatever the character set of
 * the database, and one row in each INSERT.
 */
export function inOracle(statement: string): string[] {
  if (/^CREATE/i.test(statement)) {
    return [
      statement
        .replace(/\bVARCHAR\((\d+)\)/g, 'VARCHAR2($1 CHAR)')
        .replace(/\bNUMERIC\(([\d,]+)\)/g, 'NUMBER($1)'),
    ];
  }
  const [into = '', rows = ''] = statement.split(/\bVALUES\s*\n/);
  return rows
    .split(/\),?\s*(?:\n|$)/)
    .filter((row) => row.trim() !== '')
    .map((row) => `${into}VALUES ${row.trim()})`);
}

function statementsIn(text: string): string[] {
  return text
    .replace(/^--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
