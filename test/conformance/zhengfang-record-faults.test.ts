import { expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { entitiesOf } from './adapter-client.js';
import { describeZhengfang } from './describe-zhengfang.js';

describeZhengfang('faults in records', {}, (school) => {
  test('2: names repeat; a programme code is given only where it is certain', async () => {
    const answer = await school.client.students(
      school.adapter,
      ['12019240001', '12019240002', '12020240003'],
      'programme programmeCode',
    );
    expect(entitiesOf(answer)).toEqual([
      { programme: '计算机科学与技术', programmeCode: '080901' },
      { programme: '软件工程', programmeCode: null },
      { programme: '软件工程', programmeCode: '080902' },
    ]);
  });

  test('6: dates in several forms become one, or stay unknown', async () => {
    const answer = await school.client.students(
      school.adapter,
      ['12019240001', '12019240002', '12020240003'],
      'enrolledOn graduatedOn graduationMonth',
    );
    expect(entitiesOf(answer)).toEqual([
      { enrolledOn: '2019-09-01', graduatedOn: '2023-06-30', graduationMonth: '2023-06' },
      { enrolledOn: '2019-09-01', graduatedOn: '2023-06-30', graduationMonth: '2023-06' },
      { enrolledOn: '2020-09-01', graduatedOn: null, graduationMonth: '2024-06' },
    ]);
    expect((await school.resultsOf('12019240001')).get('(2019-2020-1)-24020201-20052-1')).toMatchObject({
      recordedOn: '2020-01-16',
    });
    expect((await school.resultsOf('12019240002')).get('(2020-2021-1)-24020202-20052-1')).toMatchObject({
      recordedOn: null,
    });
  });

  test('8: text with lost characters is refused with an error at its field, and the record is not complete', async () => {
    const answer = await school.client.students(
      school.adapter,
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
    for (const column of ['MM', 'XSMM']) expect(() => school.open(asking(column))).toThrow('password column');
    expect(() => school.open(asking('SFZH'))).toThrow(
      'identity numbers belong to the source identities only',
    );
    const answer = await school.client.students(
      school.adapter,
      ['12019240001'],
      'name maskedIdentityNumber provenance { evidenceHash } results { nativeKey } certificates { nativeKey }',
    );
    expect(entitiesOf(answer)[0]).toMatchObject({ name: '陈**', maskedIdentityNumber: '640*************14' });
    expect(JSON.stringify(answer)).not.toMatch(/never-select-this|640104200105120014|陈思远/);
  });

  test('11: changed and deleted rows are found by comparing all of them', async () => {
    const clock = new FakeClock(new Date());
    const comparing = school.open({}, clock);
    const ask = async (since: string | null) => {
      // The system is read whole again when its last reading is older than five minutes.
      clock.advance(6 * 60_000);
      const selection = `recordChanges(since: ${JSON.stringify(since)}, first: 1000) {
        changes { studentNumber kind } cursor hasMore restarted findsRemovals }`;
      const answer = await school.client.institution(comparing, selection, { budgetMs: 3_600_000 });
      expect(answer.errors).toBeUndefined();
      return entitiesOf(answer)[0]!['recordChanges'] as { cursor: string; changes: unknown[] };
    };
    const first = await ask(null);
    expect(first).toMatchObject({ hasMore: false, findsRemovals: true });
    expect(first.changes).toHaveLength(18);
    const table = `${school.system.schema}.CJB`;
    await school.system.execute(`UPDATE ${table} SET CJ = '93' WHERE XH = '1202324011' AND CJ = '92'`);
    await school.system.execute(
      `UPDATE ${table} SET CJ = '87' WHERE XH = '12019240001' AND KCDM = '24010101'`,
    );
    await school.system.execute(`DELETE FROM ${table} WHERE XH = '12020240003' AND CJ = '105'`);
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
    expect(entitiesOf(await school.client.students(school.adapter, students, 'complete'))).toEqual([
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
        await school.client.students(
          school.adapter,
          ['12021240004'],
          'enrolmentStatus complete results { nativeKey }',
        ),
      ),
    ).toEqual([{ enrolmentStatus: 'ENROLLED', complete: true, results: [] }]);
  });
});
