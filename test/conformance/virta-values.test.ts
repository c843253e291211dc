import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSchool } from '../../subgraphs/adapters/open-school.js';
import { schoolNamed } from '../../subgraphs/adapters/schools.js';
import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import { startVirtaService, virtaAccount, type VirtaService } from '../support/virta-service.js';
import { createAdapterClient, entitiesOf, type AdapterClient } from './adapter-client.js';

const [aino, oskari, sanni] = ['11', '22', '33'].map((last) => `1.2.246.562.24.000000000${last}`) as [
  string,
  string,
  string,
];

describe('the records of Turku UAS in VIRTA', () => {
  let client: AdapterClient;
  let service: VirtaService;
  let adapter: Adapter;
  beforeAll(async () => {
    client = await createAdapterClient();
    service = await startVirtaService();
    adapter = openSchool(schoolNamed('turku-uas'), {
      verifier: client.verifier,
      address: { ...virtaAccount, url: service.url },
    });
  });
  afterAll(async () => {
    await adapter.stop();
    await service[Symbol.asyncDispose]();
  });

  const recordOf = async (number: string, selection: string) =>
    entitiesOf(await client.students(adapter, [number], selection))[0]!;
  async function resultOf(number: string, key: string): Promise<Record<string, unknown>> {
    const { results } = await recordOf(
      number,
      `results { nativeKey courseCode courseName credits creditScheme nativeGrade gradeScale percentage passed exempted
        recordedOn flags term { code } }`,
    );
    return (results as Record<string, unknown>[]).find((row) => row['nativeKey'] === `${number}|${key}`)!;
  }

  test('say who a student is: the right to study that began last, and a degree as the end of it', async () => {
    const selection =
      'name programmeCode enrolmentStatus enrolledOn graduatedOn level { code nativeName } complete';
    expect(await recordOf(aino, selection)).toEqual({
      name: 'A***',
      programmeCode: '671101',
      enrolmentStatus: 'GRADUATED',
      enrolledOn: '2020-08-01',
      graduatedOn: '2023-12-19',
      level: { code: 'UNDERGRADUATE', nativeName: '1' },
      complete: true,
    });
    expect(await recordOf(oskari, selection)).toMatchObject({
      programmeCode: '621702',
      enrolmentStatus: 'ENROLLED',
      graduatedOn: null,
    });
    expect(await recordOf(sanni, selection)).toMatchObject({
      programmeCode: '751101',
      level: { code: null, nativeName: '3' },
    });
  });

  test('give a mark from 1 to 5 as what it is, and no percentage', async () => {
    expect(await resultOf(aino, '1451865')).toMatchObject({
      courseCode: 'SH0202',
      courseName: 'Potilaslähtöisen hoitotyön perusteet',
      credits: '5',
      creditScheme: 'ECTS',
      nativeGrade: '4',
      gradeScale: 'FI-0-5',
      percentage: null,
      passed: true,
      exempted: false,
      recordedOn: '2020-11-28',
      term: { code: '2020-2021-1' },
    });
  });

  test.each([
    [
      '1550503',
      {
        nativeGrade: 'HYV',
        gradeScale: 'FI-0-5',
        passed: true,
        credits: '7.5',
        term: { code: '2020-2021-2' },
      },
    ],
    ['1562848', { nativeGrade: '1', passed: true, recordedOn: '2021-07-31', term: { code: '2020-2021-2' } }],
    [
      '1489001',
      { nativeGrade: 'HT', gradeScale: 'FI-SECOND-LANGUAGE', passed: true, term: { code: '2021-2022-1' } },
    ],
    [
      '1889817',
      { nativeGrade: 'M', gradeScale: 'FI-THESIS', passed: true, courseName: 'Opinnäytetyö & kypsyysnäyte' },
    ],
  ])('tell the scales apart: %s is %j', async (key, expected) => {
    expect(await resultOf(aino, key)).toMatchObject({ percentage: null, ...expected });
  });

  test('mark a thesis', async () => {
    expect((await resultOf(aino, '1889817'))['flags']).toContain('THESIS');
  });

  test('call recognised learning exempted, and its grade is still shown', async () => {
    expect(await resultOf(oskari, '2031132')).toMatchObject({
      exempted: true,
      passed: true,
      nativeGrade: '5',
    });
    expect(await resultOf(oskari, '2031131')).toMatchObject({ exempted: false });
  });

  test('leave a grade of the school’s own scale, and a grade that is not used, unknown', async () => {
    for (const key of ['2031133', '2031135']) {
      const result = await resultOf(oskari, key);
      expect(result).toMatchObject({ passed: null, percentage: null, gradeScale: null });
      expect(result['flags']).toContain('UNKNOWN_GRADE_WORD');
    }
  });

  test('take the only name there is, in whichever language, on one line', async () => {
    expect(await resultOf(oskari, '2031133')).toMatchObject({ courseName: 'Professional skills' });
    expect(await resultOf(oskari, '2031134')).toMatchObject({ courseName: 'Ohjelmointi 1', credits: '6' });
  });

  test('leave out degrees and what is kept for the school’s own use', async () => {
    expect(await resultOf(aino, '1900001')).toBeUndefined();
    expect(await resultOf(aino, '1900002')).toBeUndefined();
  });

  test('say that somebody has no results with an empty list', async () => {
    expect(await recordOf(sanni, 'complete results { nativeKey }')).toEqual({ complete: true, results: [] });
  });

  test('give the terms in which a student was present or absent, and the degree', async () => {
    const record = await recordOf(
      aino,
      'enrolments { term { code } status from to } certificates { nativeKey kind name awardedOn issuer }',
    );
    expect(record).toEqual({
      enrolments: [
        { term: { code: '2020-2021-1' }, status: 'ENROLLED', from: '2020-08-01', to: '2021-01-01' },
        { term: { code: '2020-2021-2' }, status: 'ENROLLED', from: '2021-01-01', to: '2021-08-01' },
        { term: { code: '2021-2022-1' }, status: 'SUSPENDED', from: '2021-08-01', to: '2022-01-01' },
      ],
      certificates: [
        {
          nativeKey: `${aino}|1900001`,
          kind: 'DEGREE',
          name: 'Sairaanhoitaja (AMK)',
          awardedOn: '2023-12-19',
          issuer: '02536',
        },
      ],
    });
  });
});
