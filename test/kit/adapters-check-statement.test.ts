import { describe, expect, test } from '@jest/globals';
import { checkSchool } from '../../subgraphs/adapters/commands/check-school.js';
import { openedSchool } from '../../subgraphs/adapters/commands/opened-school.js';
import { checkReport } from '../../subgraphs/adapters/commands/school-report.js';
import { unknownColumnOf } from '../../subgraphs/adapters/commands/statement-fault.js';
import { readDeclaration } from '../../subgraphs/adapters/kit/declaration.js';
import { parseSchoolFile } from '../../subgraphs/adapters/school-file.js';
import { openSqlSchool } from '../support/sql-school.js';
import { absenceOf, sqlServers } from '../support/sql-servers.js';

const file = (schema: string): string => `institution: { id: inst_x, name: A school }
driver:
  kind: sql
  schema: ${schema}
  sources:
    students: { statement: 'SELECT x.xh, x.xm FROM {schema}.x x WHERE x.xh IN ({keys})' }
    results:
      statement: |
        SELECT c.xh, c.k,
          c.creditz FROM {schema}.c c
        WHERE c.xh IN ({keys})
mapping:
  system: S
  student: { studentNumber: XH, name: XM }
  result: { studentNumber: XH, key: K, creditScheme: CN-16, sittings: { first: CREDITZ } }
  grades: { passMark: '60', resitCap: null, numberScale: CN-PERCENT, statuses: {}, wordScales: {}, passWords: {} }
`;

describe('a column of a statement that the database does not have', () => {
  for (const server of [sqlServers.POSTGRESQL, sqlServers.MYSQL]) {
    test(`is told once with its line by check, over ${server.name}`, async () => {
      const absence = await absenceOf(server);
      if (absence !== undefined) return console.info(`skipped: ${absence}`);
      const school = await openSqlSchool(server, [
        'CREATE TABLE {schema}.x (xh varchar(9), xm varchar(9))',
        'CREATE TABLE {schema}.c (xh varchar(9), k varchar(9), credits varchar(9))',
        "INSERT INTO {schema}.x VALUES ('1', 'Li')",
      ]);
      const text = file(school.schema);
      const { signal } = new AbortController();
      const opened = await openedSchool(parseSchoolFile('s.yaml', text), {
        address: { databaseUrl: server.url },
        timeoutMs: 10_000,
        signal,
      });
      try {
        const findings = await checkSchool(opened, { students: ['1'], most: 1 });
        const report = checkReport(findings, readDeclaration('s.yaml', text));
        const problems = report.split('\n').filter((line) => line.startsWith('PROBLEM'));
        expect(problems).toHaveLength(1);
        expect(problems[0]).toContain('the statement of results names the column creditz');
        expect(problems[0]).toContain('(s.yaml:10)');
        if (server.kind === 'POSTGRESQL') expect(problems[0]).toContain('did you mean credits?');
      } finally {
        await opened.close();
        await school.drop();
      }
    });
  }

  test.each([
    ['ORA-00904: "C"."XFF": invalid identifier', 'XFF'],
    ["Invalid column name 'XFF'.", 'XFF'],
    ['column "XFF" does not exist', 'XFF'],
    ["Unknown column 'c.XFF' in 'SELECT'", 'XFF'],
    ["Table 'a.b' doesn't exist", undefined],
  ])('is read off %j', (message, column) => {
    expect(unknownColumnOf(new Error(message))?.column).toBe(column);
  });
});
