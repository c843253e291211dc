import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { elmoFormat } from '../../subgraphs/adapters/drivers/drop/elmo/elmo-format.js';
import { elmoSchema } from '../../subgraphs/adapters/drivers/drop/elmo/elmo-schema.js';
import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import { openSchool } from '../../subgraphs/adapters/open-school.js';
import {
  createSigner,
  createVerifier,
  type AssertionSigner,
} from '../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { adapterAudience } from '../../subgraphs/records/contract.js';
import {
  deliveredFixtures,
  filesOf,
  fixtureFiles,
  formatContext,
  type DropFolder,
  schoolWithoutSettling,
} from '../support/deliveries.js';
import { entitiesOf } from './adapter-client.js';
import { elmoAbsent, elmoFolder, realElmoSchemas, type SchemaFolder } from '../support/elmo-schemas.js';

if (elmoAbsent !== undefined)
  process.stderr.write(`skipped: ELMO by the standard's own schemas: ${elmoAbsent}\n`);
const describeWhereHere = elmoAbsent === undefined ? describe : describe.skip;

describeWhereHere('ELMO by the standard’s own schemas', () => {
  let schemas: SchemaFolder;
  let delivered: DropFolder;
  let adapter: Adapter;
  let signer: AssertionSigner;
  beforeAll(async () => {
    schemas = realElmoSchemas();
    delivered = deliveredFixtures('university-of-warsaw');
    const made = await createSigner(undefined);
    signer = made.signer;
    adapter = openSchool(schoolWithoutSettling('university-of-warsaw'), {
      verifier: await createVerifier([made.publicKeyPem!]),
      address: { folder: delivered.folder, schemaFolder: schemas.folder },
    });
  });
  afterAll(async () => {
    await adapter.stop();
    delivered.remove();
    schemas[Symbol.dispose]();
  });

  const format = (options: object = {}) =>
    elmoFormat(
      elmoSchema.parse({
        format: 'elmo',
        issuer: { type: 'schac', value: 'uw.edu.pl' },
        studentNumber: 'local',
        ...options,
      }),
      schemas.folder,
    );
  async function entity(representation: object, selection: string): Promise<Record<string, unknown>> {
    const { institutionId } = adapter.school;
    const answer = await adapter.handle({
      query: `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`,
      variables: { r: [representation] },
      assertion: await signer.sign(servicePrincipal('records'), adapterAudience(institutionId)),
      requestId: 'test',
      locale: 'en',
      deadline: Date.now() + 10_000,
      signal: new AbortController().signal,
    });
    expect(answer.errors ?? []).toEqual([]);
    return entitiesOf(answer)[0]!;
  }
  const record = (studentNumber: string) => ({
    __typename: 'StudentRecord',
    institutionId: adapter.school.institutionId,
    studentNumber,
  });

  test('takes the standard’s own example', async () => {
    const example = readFileSync(join(elmoFolder, 'example.xml'));
    const records = await format({
      studentNumber: 'someOtherCustomIdentifierType',
      identityNumber: 'nationalIdentifier',
    }).read(filesOf({ 'example.xml': example }), formatContext());
    const rows = records.byStudent.results?.get('ABC000000') ?? [];
    expect(rows.map((row) => [row['key'], row['loi.resultLabel'], row['loi.credit.ECTS']])).toEqual([
      ['local:EKSTERN@2010-01-15', 'Innpasset', '15'],
      ['local:1000-217bMRJ@2014-10-01', '45.1', '6'],
    ]);
    expect(records.byStudent.certificates?.get('ABC000000')).toHaveLength(1);
    // The third specification has no identifier of any kind.
    expect(records.rejectedRows).toBe(1);
    expect(records.faults.map(({ code }) => code).sort()).toEqual(['FIELD_MISSING', 'SIGNATURE_UNVERIFIED']);
  });

  test.each([
    ['<bday>2001-05-12', '<bday>yesterday', 'bday'],
    ['<status>passed', '<status>maybe', 'status'],
    ['<issueDate>2024-07-10T09:00:00+02:00', '<issueDate>2024-07-10', 'issueDate'],
    ['<givenNames>', '<nickname>Ania</nickname><givenNames>', 'nickname'],
  ])('refuses %s written %s, with the line and without the value', async (right, wrong, element) => {
    const files = Object.fromEntries(Object.entries(fixtureFiles('university-of-warsaw')));
    const text = files['anna.xml']!.toString();
    const line = text.slice(0, text.indexOf(right)).split('\n').length;
    const reading = format().read(
      filesOf({ ...files, 'anna.xml': text.replace(right, wrong) }),
      formatContext(),
    );
    await expect(reading).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      parameters: { detail: `anna.xml, line ${line}, <${element}>: not as the schema of ELMO allows` },
    });
  });

  test('shows grades on the scheme of each course, and believes neither side where they disagree', async () => {
    const selection = `... on StudentRecord { complete results {
      courseName courseEnglishName nativeGrade gradeScale percentage passed credits hours flags term { code } } }`;
    const anna = await entity(record('UW-30001'), selection);
    expect(anna).toMatchObject({
      complete: true,
      results: [
        {
          courseName: 'Budowa kompilatorów',
          courseEnglishName: 'Compiler construction',
          nativeGrade: '4,5',
          gradeScale: 'PL-2-5',
          percentage: null,
          passed: true,
          credits: '6',
          hours: '60.5',
          term: { code: '2023-2024-1' },
        },
        { nativeGrade: '86.5', gradeScale: 'PL-PERCENT', percentage: '86.5', passed: true, credits: '8' },
        { nativeGrade: 'Innpasset', gradeScale: null, percentage: null, passed: true },
        { nativeGrade: 'ZAL', gradeScale: 'PL-PASS', passed: true, credits: null },
      ],
    });
    const jan = await entity(record('UW-30002'), selection);
    expect(jan).toMatchObject({
      complete: false,
      results: [
        { nativeGrade: '2', passed: false },
        { passed: null, flags: expect.arrayContaining(['INCOMPLETE']) },
        { nativeGrade: '2', passed: null, flags: expect.arrayContaining(['UNKNOWN_GRADE_WORD']) },
        { nativeGrade: 'B2', gradeScale: null, passed: null },
      ],
    });
  });

  test('shows degrees, and how courses are graded', async () => {
    const { certificates } = await entity(
      record('UW-30001'),
      '... on StudentRecord { certificates { kind name awardedOn issuer flags } }',
    );
    expect(certificates).toEqual([
      {
        kind: 'DEGREE',
        name: 'Computer Science, first cycle',
        awardedOn: '2024-07-05',
        issuer: 'Uniwersytet Warszawski',
        flags: ['NUMBER_UNKNOWN', 'SIGNATURE_UNVERIFIED'],
      },
    ]);
    const { gradeDistributions } = await entity(
      { __typename: 'Institution', id: adapter.school.institutionId },
      `... on Institution { gradeDistributions {
        referenceGroup fieldOfStudy gradeScale fromYear toYear total counts { nativeGrade count } } }`,
    );
    expect(gradeDistributions).toEqual([
      {
        referenceGroup: 'Compiler construction',
        fieldOfStudy: '0613',
        gradeScale: 'PL-2-5',
        fromYear: '2023-2024',
        toYear: '2023-2024',
        total: 142,
        counts: [
          { nativeGrade: '5', count: 21 },
          { nativeGrade: '4,5', count: 30 },
          { nativeGrade: '4', count: 44 },
          { nativeGrade: '3,5', count: 28 },
          { nativeGrade: '3', count: 19 },
        ],
      },
    ]);
  });
});
