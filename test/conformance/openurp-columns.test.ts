import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { XMLParser } from 'fast-xml-parser';
import { questionOf, type SqlDeclaration } from '../../subgraphs/adapters/drivers/sql/sql-declaration.js';
import type { Source } from '../../subgraphs/adapters/kit/driver.js';
import { schoolFixtures, schoolNamed } from '../../subgraphs/adapters/schools.js';
import { sharedData } from '../support/shared-data.js';

const described = sharedData('records-systems/openurp_database.xml');

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable?: string;
}

/** Tables of the system's own description: type of each column, with NOT NULL where it says so. */
function systemTables(): Map<string, Map<string, string>> {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => ['schema', 'table', 'column'].includes(name),
  });
  const { db } = parser.parse(readFileSync(described, 'utf8')) as {
    db: {
      schemas: {
        schema: { name: string; tables: { table: { name: string; columns: { column: Column[] } }[] } | '' }[];
      };
    };
  };
  return new Map(
    db.schemas.schema.flatMap((schema) =>
      (schema.tables === '' ? [] : schema.tables.table).map(
        ({ name, columns }): [string, Map<string, string>] => [
          `${schema.name}.${name}`,
          new Map(
            columns.column.map((column) => [
              column.name,
              `${column.type}${column.nullable === 'false' ? ' NOT NULL' : ''}`,
            ]),
          ),
        ],
      ),
    ),
  );
}

/** Tables of the fixture in the same form. */
function fixtureTables(): Map<string, Map<string, string>> {
  const tables = new Map<string, Map<string, string>>();
  for (const file of ['base-schema.sql', 'edu-schema.sql']) {
    const text = readFileSync(`${schoolFixtures('shanghai-lixin-university')}/${file}`, 'utf8');
    for (const [, table = '', body = ''] of text.matchAll(/CREATE TABLE (\w+\.\w+) \(\n([\s\S]*?)\n\);/g)) {
      const columns = [...body.matchAll(/^ {2}([a-z]\w*) (.+?),?$/gm)];
      tables.set(table, new Map(columns.map(([, column = '', type = '']) => [column, type])));
    }
  }
  return tables;
}

describe('the school file for OpenURP', () => {
  if (!existsSync(described)) {
    process.stderr.write('skipped: columns of OpenURP: openurp_database.xml is not here\n');
    test.skip('names columns of the real system', () => undefined);
    return;
  }
  const system = systemTables();
  const fixture = fixtureTables();
  const declared = schoolNamed('shanghai-lixin-university').driver as SqlDeclaration;

  test('reads only tables that the real system has', () => {
    const named = (Object.keys(declared.sources) as Source[]).flatMap((source) =>
      questionOf(declared, source)
        .tables.filter(({ schema }) => schema !== null)
        .map(({ schema, table }) => `${schema === '{schema}' ? 'edu' : schema}.${table}`.toLowerCase()),
    );
    expect(new Set(named).size).toBeGreaterThan(30);
    expect(named.filter((table) => !system.has(table))).toEqual([]);
    // What the fixture has is what the statements read, so that their running on it proves their columns.
    expect([...fixture.keys()].sort()).toEqual([...new Set(named)].sort());
  });

  test('runs on a fixture whose every column is one of the real system, with its type', () => {
    expect(system.size).toBe(595);
    for (const [table, columns] of fixture) {
      for (const [column, type] of columns) {
        expect([table, column, type]).toEqual([table, column, system.get(table)?.get(column)]);
      }
    }
  });
});
