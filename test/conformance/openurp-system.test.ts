import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import { openSchool } from '../../subgraphs/adapters/open-school.js';
import { schoolNamed } from '../../subgraphs/adapters/schools.js';
import { absenceOf, sqlServers } from '../support/sql-servers.js';
import { createAdapterClient, entitiesOf, type AdapterClient } from './adapter-client.js';
import { withDriver } from './altered-school.js';
import { openOpenUrp, type OpenUrp } from './fixtures/shanghai-lixin-fixture.js';

type Row = Record<string, unknown>;
const reason = await absenceOf(sqlServers.POSTGRESQL);

describe('an OpenURP system', () => {
  if (reason !== undefined) {
    process.stderr.write(`skipped: OpenURP: ${reason}\n`);
    test.skip('is read whole', () => undefined);
    return;
  }
  let client: AdapterClient;
  let adapter: Adapter;
  let system: OpenUrp;

  beforeAll(async () => {
    client = await createAdapterClient();
    system = await openOpenUrp();
    adapter = openSchool(withDriver(schoolNamed('shanghai-lixin-university'), { pageRows: 2 }), {
      institutionId: 'inst_lixin',
      verifier: client.verifier,
      address: { databaseUrl: system.url, writeDatabaseUrl: system.url },
    });
  });
  afterAll(async () => {
    await adapter.stop();
    await system.drop();
  });

  async function student(number: string, selection: string): Promise<Row> {
    const answer = await client.students(adapter, [number], selection);
    expect(answer.errors).toBeUndefined();
    return entitiesOf(answer)[0]!;
  }
  async function resultsOf(number: string): Promise<Map<unknown, Row>> {
    const { results } = await student(
      number,
      `results { nativeKey courseCode courseName credits hours nativeGrade percentage passed attemptKind exempted counts flags
        recordedOn term { code } components { nativeName nativeGrade percentage weight } }`,
    );
    return new Map((results as Row[]).map((row) => [String(row['nativeKey']).replace(/^.*\|/, ''), row]));
  }
  async function institution(selection: string): Promise<Row> {
    const answer = await client.institution(adapter, selection);
    expect(answer.errors).toBeUndefined();
    return entitiesOf(answer)[0]!;
  }

  test('gives the parts of a grade with their weights', async () => {
    const results = await resultsOf('211010101');
    expect(results.get('CJ-1')).toMatchObject({
      courseCode: 'ACC101',
      credits: '3',
      hours: '48',
      percentage: '86',
      counts: true,
      term: { code: '2021-2022-1' },
      components: [
        { nativeName: '平时成绩', nativeGrade: '90', percentage: '90', weight: '40' },
        { nativeName: '期末成绩', nativeGrade: '83.5', percentage: '83.5', weight: '60' },
      ],
    });
  });

  test('tells resits, retakes, words and absence apart', async () => {
    const own = await resultsOf('211010101');
    expect(own.get('CJ-2')).toMatchObject({
      attemptKind: 'RESIT',
      nativeGrade: '72',
      percentage: '60',
      flags: ['RESIT_CAPPED'],
    });
    expect(own.get('CJ-3')).toMatchObject({ passed: false, counts: false });
    expect(own.get('CJ-4')).toMatchObject({
      attemptKind: 'RETAKE',
      nativeGrade: '良',
      percentage: '85',
      counts: true,
    });
    expect(own.get('CJ-5')).toMatchObject({ nativeGrade: '通过', percentage: '80', passed: true });
    // Two configurations value the word differently.
    expect(own.get('CJ-9')).toMatchObject({ nativeGrade: '中', percentage: null, passed: null });
    const absent = (await resultsOf('211010103')).get('CJ-7');
    expect(absent).toMatchObject({ percentage: null, passed: false, flags: ['ABSENT'], credits: '4' });
  });

  test('dates a grade by the clocks of China', async () => {
    expect((await resultsOf('211010101')).get('CJ-3')).toMatchObject({ recordedOn: '2022-07-01' });
  });

  test('gives only published grades, and exempted courses as such: never earned again', async () => {
    const results = await resultsOf('231010102');
    expect([...results.keys()].sort()).toEqual(['WX-501-5', 'ZS-601-2']);
    for (const result of results.values()) {
      expect(result).toMatchObject({ exempted: true, counts: false, percentage: null, nativeGrade: null });
    }
  });

  test('puts the results of a minor programme into the record of the person, and says so', async () => {
    expect((await resultsOf('211010101')).get('CJ-8')).toMatchObject({
      courseCode: 'MIN300',
      percentage: '90',
      flags: ['MINOR_PROGRAMME'],
    });
    // The number of the minor is no student of its own.
    expect(entitiesOf(await client.students(adapter, ['212020101'], 'name'))).toEqual([null]);
  });

  test('gives programme codes only where one is in force, and the form and stretches of study', async () => {
    const selection = `programme programmeCode enrolmentStatus studyForm { code } graduatedOn
      enrolments { programme status from to }`;
    expect(await student('211010101', selection)).toEqual({
      programme: '会计学',
      programmeCode: '120203K',
      enrolmentStatus: 'GRADUATED',
      studyForm: { code: 'REGULAR' },
      graduatedOn: '2025-06-30',
      enrolments: [
        { programme: '金融学', status: 'ENROLLED', from: '2021-09-01', to: '2022-09-01' },
        { programme: '会计学', status: 'GRADUATED', from: '2022-09-01', to: '2025-07-01' },
      ],
    });
    expect(await student('231010102', 'programme programmeCode')).toEqual({
      programme: '金融学',
      programmeCode: null,
    });
    // 保留学籍 is a status that the graph has no word for.
    expect(await student('211010103', 'enrolmentStatus')).toEqual({ enrolmentStatus: null });
  });

  test('gives certificates that were passed, the diploma and the degree', async () => {
    const { certificates } = await student(
      '211010101',
      'certificates { kind number name nativeGrade issuer awardedOn }',
    );
    expect(
      (certificates as Row[]).map(({ kind, number, awardedOn }) => [kind, number, awardedOn]).sort(),
    ).toEqual([
      ['DEGREE', '1104742025456', '2025-06-28'],
      ['GRADUATION', '1104720250500123', '2025-06-30'],
      ['VOCATIONAL', 'KJ2024310000888', '2024-05-01'],
    ]);
  });

  test('gives the catalogue of the main programme with codes that one course replaced for everybody', async () => {
    const { schoolCourses } = await institution(`schoolCourses(first: 50) { totalCount complete edges { node {
      code name department validTo formerCodes { code name validTo } } } }`);
    const { totalCount, complete, edges } = schoolCourses as {
      totalCount: number;
      complete: boolean;
      edges: { node: Row }[];
    };
    expect([totalCount, complete]).toEqual([6, true]);
    const course = new Map(edges.map(({ node }) => [node['code'], node]));
    expect(course.get('ACC101')).toMatchObject({
      formerCodes: [{ code: 'KJX001', name: '基础会计', validTo: '2014-12-31' }],
    });
    for (const code of ['LAW130', 'ENG201', 'MAT110'])
      expect(course.get(code)).toMatchObject({ formerCodes: [] });
  });

  test('gives programmes by cohort with their groups of courses', async () => {
    const { schoolProgrammes } = await institution(`schoolProgrammes(first: 50) { edges { node {
      code version name credits years requirements { code name credits compulsory courseCodes } } } }`);
    const [first, second] = (schoolProgrammes as { edges: { node: Row }[] }).edges.map(({ node }) => node);
    expect(first).toMatchObject({
      code: '120203K',
      version: '2021',
      credits: '160',
      years: '4',
      requirements: [
        {
          code: '1',
          name: '专业必修课',
          credits: '60.5',
          compulsory: true,
          courseCodes: ['ACC101', 'FIN220'],
        },
        { code: '2', name: '任选一组', credits: '8', compulsory: false, courseCodes: [] },
      ],
    });
    expect(second).toMatchObject({ version: '2023', credits: '158.5' });
  });

  test('counts grades of a cohort', async () => {
    const answer = await client.institution(
      adapter,
      'gradeDistributions { referenceGroup fromYear total counts { nativeGrade count } }',
    );
    const given = entitiesOf(answer)[0]!['gradeDistributions'] as (Row | null)[];
    expect(given.find((one) => one?.['fromYear'] === '2023-2024')).toMatchObject({
      referenceGroup: '金融学',
      total: 12,
      counts: expect.arrayContaining([{ nativeGrade: '66', count: 1 }]),
    });
  });

  test('tells changes by the times that the system keeps, each once, also those of one instant', async () => {
    const ask = async (since: string | null, first = 5) => {
      const selection = `recordChanges(since: ${JSON.stringify(since)}, first: ${first}) {
        changes { studentNumber kind at } cursor hasMore findsRemovals }`;
      return (await institution(selection))['recordChanges'] as {
        cursor: string;
        hasMore: boolean;
        changes: { studentNumber: string; at: string }[];
      };
    };
    const seen: string[] = [];
    let page = await ask(null);
    expect(page).toMatchObject({ findsRemovals: false });
    for (; ; page = await ask(page.cursor)) {
      seen.push(...page.changes.map(({ studentNumber }) => studentNumber));
      if (!page.hasMore) break;
    }
    expect(new Set(seen).size).toBe(15);
    expect((await ask(page.cursor)).changes).toEqual([]);
    await system.execute("UPDATE edu.course_grades SET updated_at = '2025-08-01 10:00:00+08' WHERE id = 7");
    // What is being written now is told a minute later, when everything with an earlier time can be seen.
    await system.execute('UPDATE base.students SET updated_at = CURRENT_TIMESTAMP WHERE id = 102');
    const later = await ask(page.cursor);
    expect(later.changes).toEqual([
      { studentNumber: '211010103', kind: 'CHANGED', at: '2025-08-01T02:00:00.000Z' },
    ]);
    expect((await ask(later.cursor)).changes).toEqual([]);
  });

  test('takes an exemption back and shows it as one', async () => {
    const write = async (input: Row) => {
      const answer = await client.ask(
        adapter,
        `mutation ($input: WriteBackExemptionInput!) { writeBackExemption(input: $input) {
          writeBack { state } userErrors { code } } }`,
        {
          variables: {
            input: {
              idempotencyKey: `key-${JSON.stringify(input).length}-0000`,
              institutionId: 'inst_lixin',
              studentNumber: '211010103',
              courseCode: 'LAW130',
              term: '2026-2027-1',
              certificateNumber: 'SH-2026-000009',
              kind: 'WAIVE_STUDY',
              ...input,
            },
          },
        },
      );
      expect(answer.errors).toBeUndefined();
      return answer.data!['writeBackExemption'];
    };
    expect(await write({ recordedGrade: '良' })).toMatchObject({ writeBack: { state: 'WRITTEN' } });
    expect(await write({ recordedGrade: '良', idempotencyKey: 'another-key' })).toMatchObject({
      writeBack: { state: 'ALREADY_WRITTEN' },
    });
    expect(await write({ recordedGrade: '优', idempotencyKey: 'third-key' })).toMatchObject({
      userErrors: [{ code: 'WRITE_BACK_REFUSED' }],
    });
    // Passed here already.
    expect(await write({ studentNumber: '211010101', courseCode: 'ACC101' })).toMatchObject({
      userErrors: [{ code: 'WRITE_BACK_REFUSED' }],
    });
    expect((await resultsOf('211010103')).get('MX-1-5')).toMatchObject({
      courseName: '经济法',
      exempted: true,
      counts: false,
      nativeGrade: '良',
    });
  });
});
