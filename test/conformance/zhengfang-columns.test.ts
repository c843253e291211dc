import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from '@jest/globals';
import { inOracle } from '../../subgraphs/adapters/ningxia-university/load-fixture.js';
import { schoolFixtures } from '../../subgraphs/adapters/schools.js';
import { sharedData } from '../support/shared-data.js';

const known = sharedData('records-systems/zhengfang_columns.csv');
const schema = readFileSync(`${schoolFixtures('ningxia-university')}/schema.sql`, 'utf8');

/** Columns of the fixture with their Oracle types, by `TABLE.COLUMN`; key columns end in ` PK`. */
function fixtureColumns(): Map<string, string> {
  const columns = new Map<string, string>();
  for (const [, table = '', body = ''] of schema.matchAll(
    /CREATE TABLE zfxfzb\.(\w+) \(\n([\s\S]*?)\n\);/g,
  )) {
    const keys = /PRIMARY KEY \(([^)]*)\)/.exec(body)?.[1]?.split(/,\s*/) ?? [];
    for (const [, column = '', type = '', size = ''] of body.matchAll(
      /^ {2}(\w+) (VARCHAR|NUMERIC)\(([\d,]+)\)/gm,
    )) {
      const oracle = type === 'NUMERIC' ? 'NUMBER' : type;
      columns.set(`${table}.${column}`, `${oracle}(${size})${keys.includes(column) ? ' PK' : ''}`);
    }
  }
  return columns;
}

describe('the Zhengfang fixture', () => {
  if (!existsSync(known)) {
    process.stderr.write('skipped: columns of Zhengfang: zhengfang_columns.csv is not here\n');
    test.skip('has the columns of real systems', () => undefined);
    return;
  }
  test('has every column of real systems, with its type and key, and no other', () => {
    const listed = parse(readFileSync(known, 'utf8'), { columns: true }) as Record<string, string>[];
    const columns = fixtureColumns();
    for (const { table, column, oracle_type: type = '', key } of listed) {
      const name = `${table}.${column}`;
      const held = columns.get(name);
      expect([name, held]).toEqual([name, expect.any(String)]);
      // A type without a width leaves the width to the fixture, and no type at all is text.
      if (type.includes('(')) expect([name, held?.replace(' PK', '')]).toEqual([name, type]);
      else
        expect([name, held]).toEqual([name, expect.stringMatching(new RegExp(`^${type || 'VARCHAR'}\\(`))]);
      expect([name, held?.endsWith(' PK')]).toEqual([name, key === 'PK']);
    }
    expect([...columns.keys()].sort()).toEqual(
      listed.map(({ table, column }) => `${table}.${column}`).sort(),
    );
  });
});

test('the fixture is written for Oracle with its own types and one row in each INSERT', () => {
  expect(inOracle('CREATE TABLE zfxfzb.T (\n  A VARCHAR(10) NOT NULL,\n  B NUMERIC(5,1)\n)')).toEqual([
    'CREATE TABLE zfxfzb.T (\n  A VARCHAR2(10 CHAR) NOT NULL,\n  B NUMBER(5,1)\n)',
  ]);
  expect(
    inOracle("INSERT INTO zfxfzb.T (A, B) VALUES\n  ('高等数学A(1)', 1),\n  ('(2019-1)', NULL)"),
  ).toEqual([
    "INSERT INTO zfxfzb.T (A, B) VALUES ('高等数学A(1)', 1)",
    "INSERT INTO zfxfzb.T (A, B) VALUES ('(2019-1)', NULL)",
  ]);
});
