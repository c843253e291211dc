import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createVerifier, type AssertionVerifier } from '../../subgraphs/kit/base/identity/assertion.js';
import { openSchool } from '../../subgraphs/adapters/open-school.js';
import { institutionIdOf, parseSchoolFile } from '../../subgraphs/adapters/school-file.js';
import { schoolFixtures, schoolNamed, schoolNames } from '../../subgraphs/adapters/schools.js';
import { stableId } from '../../subgraphs/kit/base/ids.js';

const file = `institution: { moeCode: '4164010749', name: 宁夏大学 }
driver:
  kind: sql
  schema: zfxfzb
  sources:
    students: { statement: 'SELECT x.XH, x.XM FROM {schema}.X x WHERE x.XH IN ({keys})' }
mapping:
  system: S
  student: { studentNumber: XH, name: XM }
  result: { studentNumber: XH, key: K, creditScheme: CN-16, sittings: { first: CJ } }
  grades:
    passMark: '60'
    resitCap: null
    numberScale: CN-PERCENT
    statuses: {}
    wordScales: {}
    passWords: {}
    words: { word: W, percentage: P }
`;
const changed = (from: string | RegExp, to: string) => parseSchoolFile('s.yaml', file.replace(from, to));

describe('a school file', () => {
  test('says who the school is, how its system is reached and what the columns mean', () => {
    const school = parseSchoolFile('s.yaml', file);
    expect(school.institution.name).toBe('宁夏大学');
    expect(school.driver).toMatchObject({ kind: 'sql', schema: 'zfxfzb', poolSize: 4 });
    expect(institutionIdOf(school)).toBe(stableId('Institution', 'moe:4164010749'));
    expect(institutionIdOf(changed("moeCode: '4164010749'", 'id: inst_abc'))).toBe('inst_abc');
  });

  test.each([
    ["moeCode: '4164010749'", 'moeCode: 4164010749', /^s\.yaml:1: institution: must have a name and either/],
    ['name: 宁夏大学', 'nmae: 宁夏大学', /^s\.yaml:1: institution/],
    ['kind: sql', 'kind: soup', /^s\.yaml:3: driver\.kind: /],
    ['schema: zfxfzb', 'schema: a;b', /^s\.yaml:4: driver\.schema: must be a plain identifier/],
    ['system: S', 'sistem: S', /^s\.yaml:8: mapping\.sistem: /m],
    ["passMark: '60'", 'passMark: 60', /^s\.yaml:12: mapping\.grades\.passMark: /],
    ["passMark: '60'", "passMark: '6O'", /^s\.yaml:12: mapping\.grades\.passMark: must be a decimal/],
    [
      'mapping:',
      '    courses: { statement: "SELECT t.K FROM {schema}.T t ORDER BY t.K {limit}" }\nmapping:',
      /^s\.yaml:7: driver\.sources\.courses: is read by no section of the mapping$/,
    ],
    [
      'grades:',
      'identity: { studentNumber: XH, name: XM, identityNumber: N }\n  grades:',
      /^s\.yaml:11: mapping\.identity: needs driver\.sources\.identities$/,
    ],
    [
      'grades:',
      'changes: { compare: { studentNumber: XH } }\n  grades:',
      /^s\.yaml:11: mapping\.changes: needs driver\.sources\.fingerprints$/,
    ],
    ['system: S', 'system: S\n  system: T', /^s\.yaml:9: .*unique/i],
    ['system: S', 'system: *s', /^s\.yaml:8: .*aliases are not followed/],
    ['system: S', 'system: !!js/function "x"', /^s\.yaml:8: /],
  ])('with %j changed to %j is refused with its line', (from, to, message) => {
    expect(() => changed(from, to)).toThrow(message);
  });

  test('names every mistake at once', () => {
    const text = file.replace('kind: sql', 'kind: sql\n  pool: 3').replace("passMark: '60'", 'passMark: no');
    expect(() => parseSchoolFile('s.yaml', text)).toThrow(/s\.yaml:4: .*\n?.*s\.yaml:13: /s);
  });

  test('that is not there is told in one sentence', () => {
    expect(() => schoolNamed('/nowhere/school.yaml')).toThrow(
      'The school file /nowhere/school.yaml cannot be read: there is no such file.',
    );
  });
});

describe('a school', () => {
  let verifier: AssertionVerifier;
  beforeAll(async () => {
    verifier = await createVerifier([]);
  });

  test('is found by the name of its folder or by the path of its file', () => {
    expect(schoolNames()).toEqual(expect.arrayContaining(['ningxia-polytechnic', 'ningxia-university']));
    for (const name of schoolNames()) expect(schoolNamed(name).institution.name).not.toBe('');
    const folder = mkdtempSync(join(tmpdir(), 'amrlo-school-'));
    try {
      writeFileSync(join(folder, 'school.yaml'), file);
      expect(schoolNamed(join(folder, 'school.yaml')).institution.name).toBe('宁夏大学');
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(() => schoolNamed('ningxia')).toThrow(
      /^There is no school "ningxia" here: give one of .*ningxia-polytechnic.*, or the path of a school file \(\.yaml\)\.$/,
    );
    expect(() => schoolNamed('../adapters/ningxia-university')).toThrow('There is no school');
  });

  test('whose address is missing says which setting it needs', () => {
    expect(() => openSchool(schoolNamed('ningxia-university'), { verifier, address: {} })).toThrow(
      /宁夏大学 needs AMRLO_SCHOOL_DATABASE_URL/,
    );
    expect(() => openSchool(schoolNamed('ningxia-polytechnic'), { verifier, address: {} })).toThrow(
      /宁夏职业技术大学 needs AMRLO_SCHOOL_FOLDER/,
    );
  });

  test('has the id that the roster gives it, unless another is set', async () => {
    const address = { folder: schoolFixtures('ningxia-polytechnic') };
    const school = schoolNamed('ningxia-polytechnic');
    const adapter = openSchool(school, { verifier, address });
    expect(adapter.school.institutionId).toBe(stableId('Institution', 'moe:4164013086'));
    expect(openSchool(school, { verifier, address, institutionId: 'inst_x' }).school.institutionId).toBe(
      'inst_x',
    );
    await adapter.stop();
  });
});
