import { describe, expect, test } from '@jest/globals';
import { startEduApi } from '../support/rest-schools/eduapi-server.js';
import { startOneRoster } from '../support/rest-schools/oneroster-server.js';
import { startOeapiV6, startOoapiV5 } from '../support/rest-schools/ooapi-server.js';
import { school, type Row } from '../support/rest-schools/rest-school.js';

const graded = 'credits creditScheme nativeGrade gradeScale percentage passed flags term { code nativeCode }';

describe('a school of OOAPI v5', () => {
  const { student, results } = school('harderwijk-university', startOoapiV5, '/ooapi/v5');

  test('grades on the scale that each offering names, and passes as the school says', async () => {
    const own = await results('2019100001', graded);
    expect(own.get('WISB101')).toMatchObject({
      nativeGrade: '7.5',
      gradeScale: 'NL-1-10',
      percentage: null,
      passed: true,
      credits: '5',
      creditScheme: 'ECTS',
      term: { code: '2019-2020-1', nativeCode: '2019-Q1' },
    });
    expect(own.get('INFOMQNM')).toMatchObject({
      gradeScale: 'PERCENT',
      percentage: '86',
      credits: '7.5',
      term: { code: '2020-2021-2' },
    });
    expect(own.get('SPORT1')).toMatchObject({ nativeGrade: 'passed', gradeScale: 'PASS-FAIL', passed: true });
    expect((await results('2020100002', graded)).get('WISB101')).toMatchObject({ passed: true });
  });

  test('takes no load of another unit for ECTS, no undeclared scale for a known one, no summer for a term', async () => {
    const own = await results('2019100001', graded);
    expect(own.get('LAW210')).toMatchObject({
      credits: null,
      creditScheme: null,
      flags: expect.arrayContaining(['CREDITS_UNKNOWN']),
    });
    expect(own.get('HIS105')).toMatchObject({
      nativeGrade: 'A',
      gradeScale: null,
      passed: null,
      flags: expect.arrayContaining(['UNKNOWN_GRADE_WORD']),
    });
    expect(own.get('SPORT1')).toMatchObject({ term: null });
    expect(own.get('BIO120')).toMatchObject({ passed: null, flags: expect.arrayContaining(['INCOMPLETE']) });
  });

  test('gives more results than stand on one page, and none of an enrolment that was cancelled', async () => {
    const { results: all, complete } = await student('2020100002', 'complete results { courseCode }');
    expect([(all as Row[]).length, complete]).toEqual([12, true]);
    const own = (await student('2019100001', 'results { courseCode }'))['results'] as Row[];
    expect(own.filter(({ courseCode }) => courseCode === 'BIO120')).toHaveLength(1);
  });

  test('enrols in programmes', async () => {
    const { enrolments } = await student(
      '2019100001',
      'enrolments { programme programmeCode level { code } status from to }',
    );
    expect(enrolments).toEqual([
      {
        programme: 'Biologie',
        programmeCode: 'BIO',
        level: { code: 'UNDERGRADUATE' },
        status: 'GRADUATED',
        from: '2018-09-01',
        to: '2021-08-01',
      },
    ]);
  });
});

describe('a school of OEAPI v6', () => {
  const { results } = school('zuiderzee-university', startOeapiV6, '/v6');

  test('gives credits, hours, scales, passes and terms', async () => {
    const own = await results('4900011', `${graded} hours recordedOn courseEnglishName`);
    expect(own.get('CS101')).toMatchObject({
      credits: '5',
      hours: '56',
      nativeGrade: '8.3',
      gradeScale: 'NL-0-10',
      percentage: null,
      passed: true,
      term: { code: '2023-2024-1', nativeCode: '2023-1' },
      recordedOn: '2024-01-26',
      courseEnglishName: 'Introduction to programming',
    });
    expect(own.get('CS205')).toMatchObject({ credits: '7.5', percentage: '77', hours: null });
    expect(own.get('ET300')).toMatchObject({
      nativeGrade: 'good',
      gradeScale: 'NL-THREE-LEVEL',
      credits: null,
    });
    expect(own.get('CS390')).toMatchObject({ passed: null, flags: expect.arrayContaining(['INCOMPLETE']) });
    expect(own.get('LA100')).toMatchObject({
      nativeGrade: null,
      flags: expect.arrayContaining(['NO_GRADE']),
    });
    const other = await results('4900022', graded);
    expect(other.get('CS101')).toMatchObject({ nativeGrade: '1,7', gradeScale: 'DE-1-5', passed: true });
    expect(other.get('CS205')).toMatchObject({ nativeGrade: 'Q', gradeScale: null, passed: null });
    expect(other.has('MA110')).toBe(false);
  });

  test('counts the best attempt that passed', async () => {
    const own = await results('4900011', 'passed counts nativeGrade');
    expect(own.get('MA110')).toMatchObject({ nativeGrade: '6.1', passed: true, counts: true });
  });
});

describe('a school of OneRoster 1.2', () => {
  const { student, results } = school('lakeside-college', startOneRoster, '');

  test('finds class, course and term of a result, and takes final grades only', async () => {
    const { results: all, complete } = await student('lk-1001', 'complete results { nativeKey }');
    // Honors stands on no scale, and a winterim is no term of the contract.
    expect([(all as Row[]).length, complete]).toEqual([6, false]);
    const own = await results('lk-1001', graded);
    expect(own.get('ENG 101')).toMatchObject({
      credits: '3',
      creditScheme: 'US-SEM',
      nativeGrade: 'A-',
      gradeScale: 'US-LETTER',
      percentage: '91',
      passed: true,
      term: { code: '2023-2024-1', nativeCode: 'Fall 2023' },
    });
  });

  test('brings scores to percentages by the range of their line item, and letters by the school’s own scale', async () => {
    const own = await results('lk-1001', graded);
    expect(own.get('BIO 110')).toMatchObject({
      nativeGrade: '41.5',
      percentage: '83',
      term: { code: '2023-2024-2' },
    });
    expect(own.get('MAT 150')).toMatchObject({ nativeGrade: '83.25', percentage: '83.25' });
    expect(own.get('HIS 201')).toMatchObject({ percentage: '88', term: { code: '2023-2024-3' } });
    expect(own.get('ART 100')).toMatchObject({
      nativeGrade: 'Honors',
      percentage: null,
      term: null,
      credits: null,
    });
    // The scale gives F no number but a sentence: it is unknown, not 0.
    expect((await results('lk-1002', graded)).get('ENG 101')).toMatchObject({
      nativeGrade: 'F',
      percentage: null,
      passed: null,
    });
  });

  test('knows statuses, and leaves out what is to be deleted', async () => {
    const own = await results('lk-1002', `${graded} exempted`);
    expect(own.get('BIO 110')).toMatchObject({ exempted: true, nativeGrade: null });
    expect(own.get('MAT 150')).toMatchObject({ flags: expect.arrayContaining(['INCOMPLETE']) });
    const { results: all, complete } = await student('lk-1002', 'complete results { nativeKey }');
    // The scale gives F no number.
    expect([(all as Row[]).length, complete]).toEqual([3, false]);
  });

  test('refuses a number that would change the filter, without asking', async () => {
    expect(await student("lk-1001' OR 'a'='a", 'name')).toBeNull();
  });
});

describe('a school of Edu-API 1.0', () => {
  const { student } = school('norrland-university', startEduApi, '/ims/eduapi/base/v1p0');

  test('gives people and their programmes; results are refused, because the standard has none', async () => {
    expect(
      await student(
        'nu-70002',
        'name complete results { nativeKey } enrolments { programme programmeCode from to }',
      ),
    ).toEqual({
      name: 'J***',
      complete: false,
      results: null,
      enrolments: [
        {
          programme: 'Civilingenjör i datateknik',
          programmeCode: 'TADAT',
          from: '2023-08-28',
          to: '2028-06-09',
        },
      ],
    });
  });
});
