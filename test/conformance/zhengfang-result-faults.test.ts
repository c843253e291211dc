import { expect, test } from '@jest/globals';
import { entitiesOf } from './adapter-client.js';
import { schoolNamed } from '../../subgraphs/adapters/schools.js';
import { describeZhengfang } from './describe-zhengfang.js';

describeZhengfang('faults in results', {}, (school) => {
  test("1: everything is text; words go through the school's own table and unknown ones never become 0", async () => {
    const own = await school.resultsOf('12019240001');
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
    const other = await school.resultsOf('12020240003');
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
    expect((await school.resultsOf('12019240002')).get('(2019-2020-1)-24020201-20052-1')).toMatchObject({
      credits: null,
      creditScheme: null,
      flags: expect.arrayContaining(['CREDITS_UNKNOWN']),
    });
  });

  test('3: the class number gives the course code where it is missing', async () => {
    expect((await school.resultsOf('12019240001')).get('(2020-2021-2)-24020204-20054-1')).toMatchObject({
      courseCode: '24020204',
      term: { code: '2020-2021-2', nativeCode: '2020-2021/2' },
    });
  });

  test('4: hours are computed from weekly hours and weeks, and unknown where a part is missing', async () => {
    const own = await school.resultsOf('12019240001');
    expect(own.get('(2019-2020-1)-24020201-20052-1')).toMatchObject({ hours: '64' });
    expect(own.get('(2020-2021-2)-24020203-20053-1')).toMatchObject({ hours: '56' });
    expect(own.get('(2019-2020-3)-24050501-20081-1')).toMatchObject({
      hours: null,
      flags: ['HOURS_UNKNOWN'],
    });
    expect(own.get('(2020-2021-1)-24080801-20091-2')).toMatchObject({ hours: null });
  });

  test('5: the counting sitting is told from columns and remarks', async () => {
    const own = await school.resultsOf('12019240001');
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
    const other = await school.resultsOf('12019240002');
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

  test('7: the term is the same whether the table keeps it as a number or as text', async () => {
    expect((await school.resultsOf('12019240001')).get('(2019-2020-3)-24050501-20081-1')).toMatchObject({
      term: { code: '2019-2020-3', nativeCode: '2019-2020/3' },
    });
    // The same student in JXJHCJB, where XQ is text.
    const { sources } = schoolNamed('ningxia-university').driver as { sources: object };
    const statement = `SELECT j.XH, j.XN, j.XQ, j.KCDM, j.XF, '(' || j.XN || '-' || j.XQ || ')' AS XKKH
      FROM {schema}.JXJHCJB j WHERE j.XH IN ({keys})`;
    const other = school.open({ sources: { ...sources, results: { statement } } });
    const answer = await school.client.students(
      other,
      ['12019240001'],
      'results { courseCode term { code nativeCode } }',
    );
    await other.stop();
    expect(entitiesOf(answer)[0]!['results']).toEqual([
      { courseCode: '24010101', term: { code: '2019-2020-1', nativeCode: '2019-2020/1' } },
    ]);
  });

  test('10: minor programmes, sports and other classes of tables of their own are found, with their courses', async () => {
    const own = await school.resultsOf('12022240006');
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
});
