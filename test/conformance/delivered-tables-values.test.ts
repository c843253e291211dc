import { isUtf8 } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DropFault } from '../../subgraphs/adapters/drivers/drop/fault-codes.js';
import { unzip } from '../../subgraphs/adapters/drivers/drop/zip-entries.js';
import { defaultDeliveryLimits } from '../../subgraphs/adapters/drivers/drop/delivery-limits.js';
import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import { openSchool } from '../../subgraphs/adapters/open-school.js';
import {
  deliveredFixtures,
  fixtureFiles,
  type DropFolder,
  schoolWithoutSettling,
} from '../support/deliveries.js';
import { createAdapterClient, entitiesOf, type AdapterClient } from './adapter-client.js';
import { yinchuanSeniorWorkbook } from './fixtures/yinchuan-senior-workbook.js';

type Row = Record<string, unknown>;

let client: AdapterClient;
beforeAll(async () => {
  client = await createAdapterClient();
});

/** A school over its delivery, opened for the tests of one block. */
function openedSchool(name: string) {
  const opened: { adapter: Adapter; faults: readonly DropFault[]; drop: DropFolder } = {
    adapter: undefined!,
    faults: [],
    drop: undefined!,
  };
  beforeAll(() => {
    opened.drop = deliveredFixtures(name);
    opened.adapter = openSchool(schoolWithoutSettling(name), {
      verifier: client.verifier,
      address: { folder: opened.drop.folder },
      onDelivery: ({ faults }) => (opened.faults = faults as readonly DropFault[]),
    });
  });
  afterAll(async () => {
    await opened.adapter.stop();
    opened.drop.remove();
  });
  return opened;
}
async function record(adapter: Adapter, student: string, selection: string): Promise<Row> {
  return entitiesOf(await client.students(adapter, [student], selection))[0] as Row;
}
async function resultsOf(adapter: Adapter, student: string): Promise<Map<string, Row>> {
  const { results } = await record(
    adapter,
    student,
    `results { nativeKey courseName credits hours nativeGrade gradeScale percentage passed attemptKind exempted recordedOn
      flags term { code } components { nativeName nativeGrade percentage } }`,
  );
  return new Map((results as Row[]).map((row) => [String(row['nativeKey']).replace(/^.*?\|/, ''), row]));
}
const faultsOf = ({ faults }: { faults: readonly DropFault[] }) =>
  faults.map(({ file, row, field, code }) => [file, row, field, code]);

describe('the CSV files of 宁夏工业职业学院', () => {
  const school = openedSchool('ningxia-industry-college');

  test('are in GBK', () => {
    for (const [name, content] of Object.entries(fixtureFiles('ningxia-industry-college')))
      expect([name, isUtf8(content)]).toEqual([name, false]);
  });

  test('give grades with their parts, resits, retakes and exemptions', async () => {
    const own = await resultsOf(school.adapter, '2021030101');
    expect(own.get('2021-2022/1/03010101/0')).toMatchObject({
      courseName: '电工基础',
      credits: '4',
      hours: '64',
      percentage: '87',
      recordedOn: '2022-01-12',
      term: { code: '2021-2022-1' },
      components: [
        { nativeName: '平时', nativeGrade: '90', percentage: '90' },
        { nativeName: '期末', nativeGrade: '85', percentage: '85' },
      ],
    });
    expect(own.get('2021-2022/1/03010102/0')).toMatchObject({
      attemptKind: 'RESIT',
      percentage: '60',
      passed: true,
    });
    expect(own.get('2021-2022/2/99010001/0')).toMatchObject({
      nativeGrade: '优秀',
      percentage: '95',
      recordedOn: '2022-07-05',
    });
    expect(own.get('2021-2022/2/03010103/0')).toMatchObject({
      exempted: true,
      nativeGrade: null,
      hours: null,
    });
    const other = await resultsOf(school.adapter, '2021030102');
    expect(other.get('2022-2023/1/03010101/1')).toMatchObject({ attemptKind: 'RETAKE', percentage: '72' });
    expect(other.get('2021-2022/1/03010101/0')).toMatchObject({
      percentage: null,
      passed: false,
      flags: ['ABSENT'],
    });
    expect(other.get('2021-2022/2/03010104/0')).toMatchObject({
      nativeGrade: '卓越',
      percentage: null,
      passed: null,
      flags: expect.arrayContaining(['UNKNOWN_GRADE_WORD']),
    });
    const third = await resultsOf(school.adapter, '2022030203');
    expect(third.get('2022-2023/1/03010101/0')).toMatchObject({ percentage: '0', passed: false });
    expect(third.get('2022-2023/1/03010105/0')).toMatchObject({ credits: null, percentage: '81' });
  });

  test('say what was rejected and of whom nothing is complete', async () => {
    await record(school.adapter, '2021030101', 'complete');
    expect(faultsOf(school)).toEqual(
      expect.arrayContaining([
        ['学生成绩_2021-2022.csv', 8, '课程代码', 'FIELD_MISSING'],
        ['学生成绩_2021-2022.csv', 9, '备注', 'FORMULA_TEXT'],
        ['学生成绩_2022-2023.csv', 7, null, 'ROW_REPEATED'],
        ['学生成绩_2022-2023.csv', 8, '学年, 学期, 课程代码, 是否重修', 'DUPLICATE'],
      ]),
    );
    const complete = async (student: string) =>
      (await record(school.adapter, student, 'complete'))['complete'];
    expect(await complete('2021030101')).toBe(true);
    expect(await complete('2021030102')).toBe(false);
    expect(await complete('2022030204')).toBe(false);
  });

  test('give enrolments, certificates, catalogue, programmes and grade distributions', async () => {
    expect(
      await record(
        school.adapter,
        '2021030101',
        'enrolledOn graduatedOn enrolments { term { code } status from to } certificates { kind number awardedOn nativeLevel }',
      ),
    ).toEqual({
      enrolledOn: '2021-09-01',
      graduatedOn: '2024-06-30',
      enrolments: [
        { term: { code: '2021-2022-1' }, status: 'ENROLLED', from: '2021-09-01', to: '2022-01-21' },
        { term: { code: '2021-2022-2' }, status: 'ENROLLED', from: '2022-02-28', to: '2022-07-16' },
      ],
      certificates: expect.arrayContaining([
        { kind: 'VOCATIONAL', number: 'NX-ZY-2024-000123', awardedOn: '2023-12-20', nativeLevel: '四级' },
        { kind: 'GRADUATION', number: '12837-2024-06-000101', awardedOn: '2024-06-30', nativeLevel: null },
      ]),
    });
    const answer = await client.institution(
      school.adapter,
      `schoolCourses { edges { node { code credits formerCodes { code } } } }
       schoolProgrammes { edges { node { code credits requirements { name } } } }
       gradeDistributions { total counts { nativeGrade count } }`,
    );
    expect(answer.errors).toBeUndefined();
    const institution = entitiesOf(answer)[0] as Row;
    expect(institution['schoolCourses']).toMatchObject({
      edges: expect.arrayContaining([
        { node: { code: '03010104', credits: '3', formerCodes: [{ code: '03010034' }] } },
      ]),
    });
    expect(institution['schoolProgrammes']).toMatchObject({
      edges: [
        {
          node: {
            code: '460301',
            credits: '140',
            requirements: [{ name: '专业基础课' }, { name: '公共课' }],
          },
        },
      ],
    });
    expect(institution['gradeDistributions']).toMatchObject([{ total: 85 }]);
  });
});

describe('the workbook of 银川老年大学', () => {
  const school = openedSchool('yinchuan-senior-university');

  test('is what its readable source says', async () => {
    const parts = async (content: Buffer) =>
      [...(await unzip(content, defaultDeliveryLimits, () => true))].map(([name, part]) => [
        name,
        part.toString(),
      ]);
    const [committed] = Object.values(fixtureFiles('yinchuan-senior-university'));
    expect(await parts(committed!)).toEqual(await parts(yinchuanSeniorWorkbook()));
  });

  test('gives numbers and grades as they were typed and shown', async () => {
    const own = await resultsOf(school.adapter, '00240017');
    expect(own.get('2024-2025/1/SH-101')).toMatchObject({
      courseName: '书法（楷书）',
      hours: '32',
      percentage: '86.15',
      recordedOn: '2025-01-15',
      components: [
        { nativeName: '平时', percentage: '90' },
        { nativeName: '结业考核', percentage: '84.5' },
      ],
    });
    expect(own.get('2024-2025/1/SH-205')).toMatchObject({
      nativeGrade: '合格',
      passed: true,
      percentage: null,
    });
    const other = await resultsOf(school.adapter, '00240018');
    expect(other.get('2024-2025/1/SY-110')).toMatchObject({
      nativeGrade: null,
      passed: null,
      percentage: null,
    });
    expect(await record(school.adapter, '00240018', 'certificates { number kind awardedOn }')).toEqual({
      certificates: [{ number: 'YCLN-25000031', kind: 'COMPLETION', awardedOn: '2025-06-30' }],
    });
  });

  test('is read with its faults named', async () => {
    await record(school.adapter, '00240017', 'name');
    expect(faultsOf(school)).toEqual(
      expect.arrayContaining([
        ['教务总表.xlsx, 2022旧表', 0, null, 'SHEET_HIDDEN'],
        ['教务总表.xlsx, 学员', 4, '身份证号', 'NUMBER_IMPRECISE'],
        ['教务总表.xlsx, 成绩', 6, '成绩.结业考核', 'CELL_ERROR'],
        ['教务总表.xlsx, 成绩', 6, '成绩.总评', 'FORMULA_WITHOUT_VALUE'],
        ['教务总表.xlsx, 成绩', 8, '学员号', 'REFERENCE_UNKNOWN'],
      ]),
    );
    expect(faultsOf(school)).toHaveLength(5);
  });
});
