import { describe, expect, test } from '@jest/globals';
import { startJwglxt, type Jwglxt } from '../support/rest-schools/jwglxt-server.js';
import { school, type Row } from '../support/rest-schools/rest-school.js';

const graded = 'credits creditScheme nativeGrade gradeScale percentage passed flags term { code nativeCode }';

describe('a school behind the front of jwglxt', () => {
  const { server, student, results } = school<Jwglxt>('north-minzu-university', startJwglxt, '/jwglxt');

  test('reads grades with their words, percentages and terms', async () => {
    const own = await results('20211234001', `${graded} hours attemptKind courseEnglishName`);
    expect(own.get('2101001')).toMatchObject({
      nativeGrade: '86.5',
      percentage: '86.5',
      credits: '5',
      hours: '80',
      courseEnglishName: 'Advanced mathematics I',
      term: { code: '2021-2022-1', nativeCode: '2021/3' },
    });
    expect(own.get('2102003')).toMatchObject({
      nativeGrade: '优秀',
      gradeScale: 'CN-FIVE-LEVEL',
      percentage: '95',
    });
    expect(own.get('2199001')).toMatchObject({
      percentage: '85',
      passed: true,
      hours: null,
      term: { code: '2021-2022-3' },
    });
  });

  test('never takes the 0 beside a word for a grade', async () => {
    const own = await results('20211234001', graded);
    expect(own.get('2104009')).toMatchObject({
      nativeGrade: 'W',
      percentage: null,
      passed: false,
      flags: expect.arrayContaining(['WITHDRAWN']),
    });
    expect(own.get('2106001')).toMatchObject({
      nativeGrade: '特优',
      percentage: null,
      passed: null,
      credits: null,
    });
    expect((await results('20211234002', graded)).get('2102003')).toMatchObject({
      nativeGrade: '0',
      percentage: '0',
      passed: false,
    });
  });

  test('has a row for each sitting, of which the best passed counts, and caps a resit', async () => {
    const { results: all } = await student(
      '20211234001',
      'results { courseCode attemptKind percentage passed counts flags }',
    );
    const maths = (all as Row[]).filter(({ courseCode }) => courseCode === '2101002');
    expect(maths).toEqual([
      {
        courseCode: '2101002',
        attemptKind: 'FIRST',
        percentage: '52',
        passed: false,
        counts: false,
        flags: [],
      },
      {
        courseCode: '2101002',
        attemptKind: 'RESIT',
        percentage: '60',
        passed: true,
        counts: true,
        flags: ['RESIT_CAPPED'],
      },
    ]);
    const systems = (all as Row[]).filter(({ courseCode }) => courseCode === '2102004');
    expect(systems.map(({ attemptKind, counts }) => [attemptKind, counts])).toEqual([
      ['FIRST', false],
      ['RETAKE', true],
    ]);
  });

  test('marks a minor programme and does not believe hours that no credit can have', async () => {
    expect((await results('20211234001', `${graded} hours`)).get('2105001')).toMatchObject({
      hours: null,
      flags: expect.arrayContaining(['MINOR_PROGRAMME', 'HOURS_IMPLAUSIBLE']),
    });
  });

  test('reads all pages, and logs in again when the front has forgotten its tokens', async () => {
    server().forgetTokens();
    const { results: all, complete } = await student('20211234002', 'complete results { nativeKey }');
    expect([(all as Row[]).length, complete]).toEqual([15, true]);
    expect(await student('20221234003', 'enrolmentStatus complete results { nativeKey }')).toEqual({
      enrolmentStatus: 'SUSPENDED',
      complete: true,
      results: [],
    });
  });
});
