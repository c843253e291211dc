import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import { FakeClock, systemClock, type Clock } from '../../subgraphs/kit/base/clock.js';
import { openSchool } from '../../subgraphs/adapters/open-school.js';
import { schoolNamed } from '../../subgraphs/adapters/schools.js';
import { createAdapterClient, entitiesOf, type AdapterClient } from './adapter-client.js';
import { withDriver } from './altered-school.js';
import { absenceOf, sqlServers } from '../support/sql-servers.js';
import { openZhengfang, type OpenZhengfang } from './fixtures/ningxia-university-fixture.js';

const dialects = ['POSTGRESQL', 'MYSQL', 'ORACLE'] as const;
const reasons = await Promise.all(dialects.map((dialect) => absenceOf(sqlServers[dialect])));

describe.each(dialects)('a Zhengfang system on %s', (dialect) => {
  const reason = reasons[dialects.indexOf(dialect)];
  if (reason !== undefined) {
    process.stderr.write(`skipped: faults of Zhengfang: ${reason}\n`);
    test.skip('is read with its faults', () => undefined);
    return;
  }
  let client: AdapterClient;
  let adapter: Adapter;
  let system: OpenZhengfang;
  let folder: string;
  beforeAll(async () => {
    client = await createAdapterClient();
    system = await openZhengfang(dialect);
    folder = await mkdtemp(join(tmpdir(), 'amrlo-zf-'));
    adapter = open();
  });
  afterAll(async () => {
    await adapter.stop();
    await system.drop();
    await rm(folder, { recursive: true });
  });

  function open(options: Readonly<Record<string, unknown>> = {}, clock: Clock = systemClock): Adapter {
    return openSchool(withDriver(schoolNamed('ningxia-university'), { schema: system.schema, ...options }), {
      institutionId: 'inst_nxu',
      verifier: client.verifier,
      clock,
      address: { databaseUrl: system.url },
      stateDir: folder,
    });
  }

  async function resultsOf(student: string): Promise<Map<string, Record<string, unknown>>> {
    const answer = await client.students(
      adapter,
      [student],
      'results { nativeKey courseCode credits creditScheme hours nativeGrade gradeScale percentage passed attemptKind exempted recordedOn flags term { code nativeCode } }',
    );
    const rows = entitiesOf(answer)[0]!['results'] as Record<string, unknown>[];
    return new Map(rows.map((row) => [String(row['nativeKey']).replace(/^.*?\|/, ''), row]));
  }

  test("1: everything is text; words go through the school's own table and unknown ones never become 0", async () => {
    const own = await resultsOf('12019240001');
    expect(own.get('(2019-2020-1)-24030301-20061-3')).toMatchObject({
      percentage: '86.5',
      credits: '3',
      gradeScale: 'CN-PERCENT',
    });
    expect(own.get('(2019-2020-1)-24020201-20052-1')).toMatchObject({
      nativeGrade: '优秀',
      percentage: '94',
      passed: true,
      gradeScale: 'CN-FIVE-LEVEL',
    });
    const other = await resultsOf('12020240003');
    expect(other.get('(2022-2023-2)-24070701-20052-1')).toMatchObject({
      nativeGrade: '特优',
      percentage: null,
      passed: null,
      flags: expect.arrayContaining(['UNKNOWN_GRADE_WORD']),
    });
    expect(other.get('(2020-2021-1)-24020201-20052-2')).toMatchObject({ percentage: '0', passed: false });
    expect(other.get('(2020-2021-2)-24020202-20052-2')).toMatchObject({
      nativeGrade: '105',
      percentage: null,
      passed: null,
    });
    expect((await resultsOf('12019240002')).get('(2019-2020-1)-24020201-20052-1')).toMatchObject({
      credits: null,
      creditScheme: null,
      flags: expect.arrayContaining(['CREDITS_UNKNOWN']),
    });
  });

  test('2: names repeat; a programme code is given only where it is certain', async () => {
    const answer = await client.students(
      adapter,
      ['12019240001', '12019240002', '12020240003'],
      'programme programmeCode',
    );
    expect(entitiesOf(answer)).toEqual([
      { programme: '计算机科学与技术', programmeCode: '080901' },
      { programme: '软件工程', programmeCode: null },
      { programme: '软件工程', programmeCode: '080902' },
    ]);
  });

  test('3: the class number gives the course code where it is missing', async () => {
    expect((await resultsOf('12019240001')).get('(2020-2021-2)-24020204-20054-1')).toMatchObject({
      courseCode: '24020204',
      term: { code: '2020-2021-2', nativeCode: '2020-2021/2' },
    });
  });

  test('4: hours are computed from weekly hours and weeks, and unknown where a part is missing', async () => {
    const own = await resultsOf('12019240001');
    expect(own.get('(2019-2020-1)-24020201-20052-1')).toMatchObject({ hours: '64' });
    expect(own.get('(2020-2021-2)-24020203-20053-1')).toMatchObject({ hours: '56' });
    expect(own.get('(2019-2020-3)-24050501-20081-1')).toMatchObject({
      hours: null,
      flags: ['HOURS_UNKNOWN'],
    });
    expect(own.get('(2020-2021-1)-24080801-20091-2')).toMatchObject({ hours: null });
  });

  test('5: the counting sitting is told from columns and remarks', async () => {
    const own = await resultsOf('12019240001');
    expect(own.get('(2019-2020-2)-24010102-20051-1')).toMatchObject({
      attemptKind: 'RESIT',
      nativeGrade: '72',
      percentage: '60',
      flags: ['RESIT_CAPPED'],
    });
    expect(own.get('(2020-2021-1)-24080801-20091-2')).toMatchObject({
      attemptKind: 'DEFERRED',
      percentage: '78',
    });
    expect(own.get('(2020-2021-2)-24020203-20053-1')).toMatchObject({
      attemptKind: 'FIRST',
      percentage: '52',
      passed: false,
    });
    expect(own.get('(2021-2022-2)-24020203-20053-2')).toMatchObject({
      attemptKind: 'RETAKE',
      percentage: '81',
    });
    expect(own.get('(2020-2021-2)-24090901-20055-1')).toMatchObject({
      exempted: true,
      percentage: null,
      nativeGrade: null,
    });
    expect(own.get('(2021-2022-1)-24060601-20091-1')).toMatchObject({
      attemptKind: 'RESIT',
      nativeGrade: '合格',
      passed: true,
    });
    const other = await resultsOf('12019240002');
    expect(other.get('(2019-2020-1)-24010101-20051-1')).toMatchObject({
      attemptKind: 'RETAKE',
      percentage: '76',
    });
    expect(other.get('(2019-2020-1)-24030301-20061-3')).toMatchObject({
      passed: false,
      percentage: null,
      flags: ['MISCONDUCT'],
    });
  });

  test('6: dates in several forms become one, or stay unknown', async () => {
    const answer = await client.students(
      adapter,
      ['12019240001', '12019240002', '12020240003'],
      'enrolledOn graduatedOn graduationMonth',
    );
    expect(entitiesOf(answer)).toEqual([
      { enrolledOn: '2019-09-01', graduatedOn: '2023-06-30', graduationMonth: '2023-06' },
      { enrolledOn: '2019-09-01', graduatedOn: '2023-06-30', graduationMonth: '2023-06' },
      { enrolledOn: '2020-09-01', graduatedOn: null, graduationMonth: '2024-06' },
    ]);
    expect((await resultsOf('12019240001')).get('(2019-2020-1)-24020201-20052-1')).toMatchObject({
      recordedOn: '2020-01-16',
    });
    expect((await resultsOf('12019240002')).get('(2020-2021-1)-24020202-20052-1')).toMatchObject({
      recordedOn: null,
    });
  });

  test('7: the term is the same whether the table keeps it as a number or as text', async () => {
    expect((await resultsOf('12019240001')).get('(2019-2020-3)-24050501-20081-1')).toMatchObject({
      term: { code: '2019-2020-3', nativeCode: '2019-2020/3' },
    });
    // The same student in JXJHCJB, where XQ is text.
    const { sources } = schoolNamed('ningxia-university').driver as { sources: object };
    const statement = `SELECT j.XH, j.XN, j.XQ, j.KCDM, j.XF, '(' || j.XN || '-' || j.XQ || ')' AS XKKH
      FROM {schema}.JXJHCJB j WHERE j.XH IN ({keys})`;
    const other = open({ sources: { ...sources, results: { statement } } });
    const answer = await client.students(
      other,
      ['12019240001'],
      'results { courseCode term { code nativeCode } }',
    );
    await other.stop();
    expect(entitiesOf(answer)[0]!['results']).toEqual([
      { courseCode: '24010101', term: { code: '2019-2020-1', nativeCode: '2019-2020/1' } },
    ]);
  });

  test('8: text with lost characters is refused with an error at its field, and the record is not complete', async () => {
    const answer = await client.students(
      adapter,
      ['12021240005'],
      'name complete results { courseName percentage }',
    );
    expect(entitiesOf(answer)[0]).toEqual({
      name: null,
      complete: false,
      results: [
        { courseName: null, percentage: '75' },
        { courseName: '大学英语(1)', percentage: '64' },
      ],
    });
    expect(
      answer.errors?.map(({ path, extensions }) => [path?.join('.'), extensions?.['code']]).sort(),
    ).toEqual([
      ['_entities.0.name', 'SOURCE_TEXT_CORRUPT'],
      ['_entities.0.results.0.courseName', 'SOURCE_TEXT_CORRUPT'],
    ]);
  });

  test('9: passwords cannot be asked for, and identity numbers leave nothing behind', async () => {
    const asking = (column: string) => ({
      sources: {
        students: { statement: `SELECT x.XH, x.${column} FROM {schema}.XSJBXXB x WHERE x.XH IN ({keys})` },
      },
    });
    for (const column of ['MM', 'XSMM']) expect(() => open(asking(column))).toThrow('password column');
    expect(() => open(asking('SFZH'))).toThrow('identity numbers belong to the source identities only');
    const answer = await client.students(
      adapter,
      ['12019240001'],
      'name maskedIdentityNumber provenance { evidenceHash } results { nativeKey } certificates { nativeKey }',
    );
    expect(entitiesOf(answer)[0]).toMatchObject({ name: '陈**', maskedIdentityNumber: '640*************14' });
    expect(JSON.stringify(answer)).not.toMatch(/never-select-this|640104200105120014|陈思远/);
  });

  test('10: minor programmes, sports and other classes of tables of their own are found, with their courses', async () => {
    const own = await resultsOf('12022240006');
    expect(own.get('(2022-2023-1)-25010101-20099-1')).toMatchObject({ flags: ['MINOR_PROGRAMME'] });
    expect(own.get('TY2022-06')).toMatchObject({ courseCode: '24040401', percentage: '85' });
    // A class of FXKJXRWB whose row in CJB does not say so.
    expect(own.get('(2022-2023-2)-25010102-20099-1')).toMatchObject({
      hours: '48',
      flags: ['MINOR_PROGRAMME'],
    });
    // 太极拳 belongs to 大学体育(1); its hours stand in TYKJXRWB.
    expect(own.get('(2022-2023-2)-24049902-20071-1')).toMatchObject({
      courseCode: '24040401',
      hours: '32',
      flags: [],
    });
    expect(own.get('(2022-2023-2)-24091001-20055-1')).toMatchObject({ hours: '32', percentage: '84' });
    expect(own.get('(2022-2023-2)-24010101-20051-C')).toMatchObject({ hours: '80', attemptKind: 'RETAKE' });
  });

  test('11: changed and deleted rows are found by comparing all of them', async () => {
    const clock = new FakeClock(new Date());
    const comparing = open({}, clock);
    const ask = async (since: string | null) => {
      // The system is read whole again when its last reading is older than five minutes.
      clock.advance(6 * 60_000);
      const selection = `recordChanges(since: ${JSON.stringify(since)}, first: 1000) {
        changes { studentNumber kind } cursor hasMore restarted findsRemovals }`;
      const answer = await client.institution(comparing, selection, { budgetMs: 3_600_000 });
      expect(answer.errors).toBeUndefined();
      return entitiesOf(answer)[0]!['recordChanges'] as { cursor: string; changes: unknown[] };
    };
    const first = await ask(null);
    expect(first).toMatchObject({ hasMore: false, findsRemovals: true });
    expect(first.changes).toHaveLength(18);
    const table = `${system.schema}.CJB`;
    await system.execute(`UPDATE ${table} SET CJ = '93' WHERE XH = '1202324011' AND CJ = '92'`);
    await system.execute(`UPDATE ${table} SET CJ = '87' WHERE XH = '12019240001' AND KCDM = '24010101'`);
    await system.execute(`DELETE FROM ${table} WHERE XH = '12020240003' AND CJ = '105'`);
    const changes = await ask(first.cursor);
    expect(changes.changes).toEqual([
      { studentNumber: '12019240001', kind: 'CHANGED' },
      { studentNumber: '12020240003', kind: 'CHANGED' },
    ]);
    expect((await ask(changes.cursor)).changes).toEqual([]);
    await comparing.stop();
  });

  test('calls nobody’s record complete of which a word, an amount, a date or a key cannot be understood', async () => {
    const students = ['12019240001', '12019240002', '12020240003'];
    expect(entitiesOf(await client.students(adapter, students, 'complete'))).toEqual([
      { complete: true },
      // XF 四 and a date that can be read in two ways.
      { complete: false },
      // 特优, 105 and two rows under TY2021-03.
      { complete: false },
    ]);
  });

  test('says that somebody has no results with an empty list and complete true', async () => {
    expect(
      entitiesOf(
        await client.students(adapter, ['12021240004'], 'enrolmentStatus complete results { nativeKey }'),
      ),
    ).toEqual([{ enrolmentStatus: 'ENROLLED', complete: true, results: [] }]);
  });
});
