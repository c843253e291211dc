import { expect, test } from '@jest/globals';
import { entitiesOf } from './adapter-client.js';
import { describeZhengfang } from './describe-zhengfang.js';

// Two rows a page, so that every list is read page by page.
const paged = { pageRows: 2 };

describeZhengfang('the whole system', paged, (school) => {
  async function student(number: string, selection: string): Promise<Record<string, unknown>> {
    const answer = await school.client.students(school.adapter, [number], selection);
    expect(answer.errors).toBeUndefined();
    return entitiesOf(answer)[0]!;
  }
  async function institution(selection: string): Promise<Record<string, unknown>> {
    const answer = await school.client.institution(school.adapter, selection);
    expect(answer.errors).toBeUndefined();
    return entitiesOf(answer)[0]!;
  }

  test('gives the parts of a grade that it keeps, and none where it keeps none', async () => {
    const { results } = await student(
      '12022240006',
      'results { courseName components { kind nativeName nativeGrade percentage weight } }',
    );
    const parts = new Map(
      (results as { courseName: string; components: unknown }[]).map((row) => [
        row.courseName,
        row.components,
      ]),
    );
    expect(parts.get('概率论')).toEqual([
      { kind: 'COURSEWORK', nativeName: '平时', nativeGrade: '优秀', percentage: '94', weight: null },
      { kind: 'MIDTERM', nativeName: '期中', nativeGrade: '70', percentage: '70', weight: null },
      { kind: 'EXAMINATION', nativeName: '期末', nativeGrade: '75.5', percentage: '75.5', weight: null },
    ]);
    expect(parts.get('高等数学A(1)')).toEqual([
      { kind: 'COURSEWORK', nativeName: '平时', nativeGrade: '80', percentage: '80', weight: null },
      { kind: 'EXAMINATION', nativeName: '期末', nativeGrade: '缺考', percentage: null, weight: null },
      { kind: 'LABORATORY', nativeName: '实验', nativeGrade: '70', percentage: '70', weight: null },
    ]);
    expect(parts.get('西夏历史与文化')).toEqual([]);
  });

  test('gives the stretches of an enrolment from its changes of status', async () => {
    const { enrolments } = await student(
      '12019240001',
      'enrolments { programme status from to level { code } }',
    );
    expect(enrolments).toEqual([
      {
        programme: '软件工程',
        status: 'ENROLLED',
        from: '2019-09-01',
        to: '2020-09-01',
        level: { code: 'UNDERGRADUATE' },
      },
      {
        programme: '计算机科学与技术',
        status: 'GRADUATED',
        from: '2020-09-01',
        to: '2023-07-01',
        level: { code: 'UNDERGRADUATE' },
      },
    ]);
  });

  test('gives tests and graduation as certificates, the numbers unknown', async () => {
    const { certificates } = await student(
      '12019240001',
      'certificates { nativeKey kind name nativeGrade number awardedOn flags }',
    );
    expect(certificates).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          nativeKey: '12019240001|DJKS-2020-2021-1-大学英语四级',
          kind: 'EXAMINATION',
          nativeGrade: '512',
          flags: expect.arrayContaining(['NUMBER_UNKNOWN', 'AWARD_DATE_UNKNOWN']),
        }),
        expect.objectContaining({ nativeKey: '12019240001|BY', kind: 'GRADUATION', awardedOn: '2023-06-30' }),
      ]),
    );
    expect(certificates).toHaveLength(3);
  });

  test('gives the catalogue with the codes of sports projects, hours only where the plans agree', async () => {
    const { schoolCourses } =
      await institution(`schoolCourses(first: 100) { totalCount complete edges { node {
      code name credits hours department nativeKind formerCodes { code name } } } }`);
    const { totalCount, complete, edges } = schoolCourses as {
      totalCount: number;
      complete: boolean;
      edges: { node: Record<string, unknown> }[];
    };
    expect([totalCount, complete]).toEqual([17, true]);
    const course = new Map(edges.map(({ node }) => [node['code'], node]));
    expect(course.get('24040401')).toMatchObject({
      name: '大学体育(1)',
      formerCodes: [
        { code: '24049901', name: '篮球' },
        { code: '24049902', name: '太极拳' },
      ],
    });
    expect(course.get('24010101')).toMatchObject({ hours: '80', department: '信息工程学院' });
    expect(course.get('25010101')).toMatchObject({ hours: null, department: '数学统计学院' });
  });

  test('gives programmes by cohort with what each kind of course requires', async () => {
    const { schoolProgrammes } = await institution(`schoolProgrammes(first: 100) { complete edges { node {
      code name nationalCode credits years version
      requirements { code name credits compulsory exemptable courseCodes } } } }`);
    const { edges } = schoolProgrammes as { edges: { node: Record<string, unknown> }[] };
    expect(
      edges.map(({ node }) => [node['code'], node['version'], node['credits'], node['nationalCode']]),
    ).toEqual([
      ['0701', '2022', null, '070101'],
      ['0809', '2019', '160', '080901'],
      ['0809', '2022', '155', '080901'],
    ]);
    expect(edges[1]!.node['requirements']).toEqual([
      {
        code: '01',
        name: '必修',
        credits: '120.5',
        compulsory: true,
        exemptable: null,
        courseCodes: ['24010101', '24020201'],
      },
      {
        code: '02',
        name: '选修',
        credits: '19.5',
        compulsory: false,
        exemptable: null,
        courseCodes: ['24090901'],
      },
      {
        code: '03',
        name: '实践',
        credits: '20',
        compulsory: true,
        exemptable: false,
        courseCodes: ['24070701'],
      },
    ]);
  });

  test('counts the passing grades of a group of ten or more, and says which groups it cannot', async () => {
    const answer = await school.client.institution(
      school.adapter,
      'gradeDistributions { referenceGroup gradeScale fromYear toYear total counts { nativeGrade count } }',
    );
    const given = entitiesOf(answer)[0]!['gradeDistributions'] as (Record<string, unknown> | null)[];
    expect(given.find((one) => one?.['total'] === 11)).toEqual({
      referenceGroup: '计算机科学与技术',
      gradeScale: 'CN-PERCENT',
      fromYear: '2023-2024',
      toYear: '2023-2024',
      total: 11,
      counts: ['92', '88', '85', '81', '78', '75', '70', '66', '61'].map((nativeGrade) => ({
        nativeGrade,
        count: nativeGrade === '88' || nativeGrade === '78' ? 2 : 1,
      })),
    });
    // 特优 and 105 stand in no table: nobody knows their rank, so nothing is said about their groups.
    expect(new Set(answer.errors?.map(({ extensions }) => extensions?.['code']))).toEqual(
      new Set(['RECORD_NOT_SUPPLIED']),
    );
    expect(answer.errors).toHaveLength(given.filter((one) => one === null).length);
  });

  test('takes an exemption back, shows it as one that earns nothing, and never writes it twice', async () => {
    const write = async (input: Record<string, unknown>) => {
      const answer = await school.client.ask(
        school.adapter,
        `mutation ($input: WriteBackExemptionInput!) { writeBackExemption(input: $input) {
          writeBack { state certificateNumber } userErrors { code } } }`,
        {
          variables: {
            input: {
              idempotencyKey: 'key-00000001',
              institutionId: 'inst_nxu',
              studentNumber: '12021240004',
              courseCode: '24010101',
              term: '2026-2027-1',
              certificateNumber: 'NX-2026-000123',
              kind: 'BOTH',
              recordedGrade: '良好',
              ...input,
            },
          },
        },
      );
      expect(answer.errors).toBeUndefined();
      return answer.data!['writeBackExemption'];
    };
    expect(await write({})).toMatchObject({ writeBack: { state: 'WRITTEN' }, userErrors: [] });
    expect(await write({ idempotencyKey: 'key-00000002' })).toMatchObject({
      writeBack: { state: 'ALREADY_WRITTEN' },
    });
    expect(await write({ idempotencyKey: 'key-00000003', recordedGrade: '优秀' })).toMatchObject({
      writeBack: null,
      userErrors: [{ code: 'WRITE_BACK_REFUSED' }],
    });
    const selection = 'results { courseCode exempted counts credits nativeGrade percentage term { code } }';
    expect(await student('12021240004', selection)).toEqual({
      results: [
        {
          courseCode: '24010101',
          exempted: true,
          counts: false,
          credits: '5',
          nativeGrade: '良好',
          percentage: '84',
          term: { code: '2026-2027-1' },
        },
      ],
    });
    // A result that the student earned is never written over.
    expect(
      await write({ idempotencyKey: 'key-00000004', studentNumber: '12019240001', courseCode: '24020202' }),
    ).toMatchObject({ userErrors: [{ code: 'WRITE_BACK_REFUSED' }] });
  });
});
