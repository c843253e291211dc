import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import { openSchool } from '../../subgraphs/adapters/open-school.js';
import { deliveredFixtures, schoolWithoutSettling } from '../support/deliveries.js';
import { createAdapterClient, entitiesOf, type AdapterClient } from './adapter-client.js';

describe('the delivery of 宁夏职业技术大学', () => {
  let client: AdapterClient;
  let adapter: Adapter;
  const delivered = deliveredFixtures('ningxia-polytechnic');
  beforeAll(async () => {
    client = await createAdapterClient();
    adapter = openSchool(schoolWithoutSettling('ningxia-polytechnic'), {
      institutionId: 'inst_nxvtu',
      verifier: client.verifier,
      address: { folder: delivered.folder },
    });
  });
  afterAll(async () => {
    await adapter.stop();
    delivered.remove();
  });

  async function resultsOf(student: string): Promise<Map<unknown, Record<string, unknown>>> {
    const answer = await client.students(
      adapter,
      [student],
      `results {
        nativeKey courseCode courseName credits hours nativeGrade gradeScale percentage passed attemptKind exempted
        recordedOn flags term { code }
      }`,
    );
    const rows = entitiesOf(answer)[0]!['results'] as Record<string, unknown>[];
    return new Map(rows.map((row) => [row['nativeKey'], row]));
  }

  test('gives final grades with the credits and hours that the school adds', async () => {
    const results = await resultsOf('s-20230001');
    expect([...results.keys()]).not.toContain('s-20230001|res-1u');
    expect(results.get('s-20230001|res-1')).toEqual({
      nativeKey: 's-20230001|res-1',
      courseCode: 'IM2301',
      courseName: '可编程控制器应用',
      credits: '4',
      hours: '64',
      nativeGrade: '88.5',
      gradeScale: 'CN-PERCENT',
      percentage: '88.5',
      passed: true,
      attemptKind: 'FIRST',
      exempted: false,
      recordedOn: '2024-01-15',
      flags: [],
      term: { code: '2023-2024-1' },
    });
  });

  test('brings a score out of 50 to a percentage and keeps the score as it was', async () => {
    expect((await resultsOf('s-20230001')).get('s-20230001|res-3')).toMatchObject({
      nativeGrade: '43',
      gradeScale: null,
      percentage: '86',
      passed: true,
    });
  });

  test('reads a word by its score scale, and leaves a word unknown that no scale has', async () => {
    expect((await resultsOf('s-20230001')).get('s-20230001|res-5')).toMatchObject({
      nativeGrade: '优秀',
      percentage: '95',
    });
    expect((await resultsOf('s-20230002')).get('s-20230002|res-7')).toMatchObject({
      nativeGrade: '卓越',
      percentage: null,
      passed: null,
    });
  });

  test('tells exemptions and missing work from grades', async () => {
    expect((await resultsOf('s-20230001')).get('s-20230001|res-4')).toMatchObject({
      exempted: true,
      percentage: null,
      credits: null,
      flags: expect.arrayContaining(['CREDITS_UNKNOWN']),
    });
    expect((await resultsOf('s-20230002')).get('s-20230002|res-6')).toMatchObject({
      percentage: null,
      passed: null,
      flags: ['INCOMPLETE'],
    });
  });

  test('is not complete for a student of whom a row was rejected', async () => {
    const answer = await client.students(
      adapter,
      ['s-20230001', 's-20230002', 's-20230003'],
      'name complete level { nationalCode }',
    );
    expect(entitiesOf(answer)).toEqual([
      { name: '陈**', complete: true, level: { nationalCode: '85' } },
      { name: '刘*', complete: false, level: { nationalCode: '85' } },
      { name: '赵*', complete: true, level: { nationalCode: '86' } },
    ]);
  });

  test('has no student where there is a teacher or a rejected row', async () => {
    expect(entitiesOf(await client.students(adapter, ['t-100', 's-20230004'], 'name'))).toEqual([null, null]);
  });
});
