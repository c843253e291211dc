import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import type { DeliveredRecords } from '../../subgraphs/adapters/drivers/drop/delivery-format.js';
import type { DeliveryLimits } from '../../subgraphs/adapters/drivers/drop/delivery-limits.js';
import { tablesFormat } from '../../subgraphs/adapters/drivers/drop/tables/tables-format.js';
import { tablesSchema } from '../../subgraphs/adapters/drivers/drop/tables/tables-schema.js';
import { filesOf, formatContext } from '../support/deliveries.js';
import { xlsxOf } from '../support/xlsx-file.js';

const students = { files: '学生*.csv', studentNumber: '学号', required: ['姓名'] };
const results = {
  files: ['成绩*.csv', '成绩*.xlsx'],
  studentNumber: '学号',
  key: '课程号',
  required: ['课程名'],
};

function take(
  sources: Record<string, unknown>,
  files: Record<string, string | Buffer>,
  more: Record<string, unknown> = {},
  limits: Partial<DeliveryLimits> = {},
): Promise<DeliveredRecords> {
  const declared = tablesSchema.parse({ format: 'tables', sources, ...more });
  return tablesFormat(declared).read(filesOf(files), formatContext(limits));
}
const faultsOf = ({ faults }: DeliveredRecords) =>
  faults.map(({ file, row, field, code, rowRejected }) => [file, row, field, code, rowRejected]);

const people = '学号,姓名,身份证号,密码\n1,陈思远,640104200105120014,abc\n2,刘洋,640104200304040113,def\n';

describe('tables', () => {
  test('feed sources from the files that fit, each file once, in the order of their names', async () => {
    const { byStudent, faults } = await take(
      { students, results },
      {
        '学生.csv': iconv.encode(people, 'gbk'),
        '成绩2024.csv': '学号,课程号,课程名,成绩\n1,B,乙,70\n',
        '成绩2023.csv': '学号;课程号;课程名;成绩\n1;A;甲;60\n',
        'readme.txt': 'hello',
      },
      { secret: ['身份证号', '密码'] },
    );
    expect(byStudent.results?.get('1')).toEqual([
      { 学号: '1', 课程号: 'A', 课程名: '甲', 成绩: '60' },
      { 学号: '1', 课程号: 'B', 课程名: '乙', 成绩: '70' },
    ]);
    expect(faults).toEqual([
      { file: 'readme.txt', row: 0, field: null, code: 'FILE_NOT_DECLARED', rowRejected: false },
    ]);
  });

  test('hold identity numbers in the rows of identities and in no other, and passwords in none', async () => {
    const identities = { files: '学生*.csv', studentNumber: '学号', columns: ['姓名', '身份证号'] };
    const { byStudent } = await take(
      { students, identities },
      { '学生.csv': people },
      { secret: ['身份证号', '密码'] },
    );
    expect(byStudent.identities?.get('1')).toEqual([
      { 学号: '1', 姓名: '陈思远', 身份证号: '640104200105120014' },
    ]);
    expect(byStudent.students?.get('1')).toEqual([{ 学号: '1', 姓名: '陈思远' }]);
  });

  test('keep columns that are secret by their names out without being told', async () => {
    const identities = { files: '学生*.csv', studentNumber: '学号', columns: ['姓名', '身份证号'] };
    const file = people
      .replace('密码', 'XS_MM')
      .replace('学号,', '学号,SFZJH,')
      .replaceAll(/^(\d),/gm, '$1,6401,');
    const { byStudent } = await take({ students, identities }, { '学生.csv': file });
    expect(byStudent.students?.get('1')).toEqual([{ 学号: '1', 姓名: '陈思远' }]);
    expect(byStudent.identities?.get('1')).toEqual([
      { 学号: '1', 姓名: '陈思远', 身份证号: '640104200105120014' },
    ]);
    expect(
      JSON.stringify([...byStudent.students!.keys()].map((one) => byStudent.students!.get(one))),
    ).not.toMatch(/6401|abc|def/);
  });

  test('reject rows that lack what they need and say whose they were', async () => {
    const delivered = await take(
      { students, results },
      { '学生.csv': people, '成绩.csv': '学号,课程号,课程名\n1,A,\n,B,乙\n2,C,丙\n' },
      { secret: ['身份证号', '密码'] },
    );
    expect(faultsOf(delivered)).toEqual([
      ['成绩.csv', 2, '课程名', 'FIELD_MISSING', true],
      ['成绩.csv', 3, '学号', 'FIELD_MISSING', true],
    ]);
    expect(delivered.rejectedRows).toBe(2);
    expect([...delivered.studentsWithRejectedRows]).toEqual(['1']);
    expect(delivered.rejectedOfUnknownStudent).toBe(true);
  });

  test('reject rows that do not fit their header, and nothing of them is answered', async () => {
    const delivered = await take(
      { students, results },
      {
        '学生.csv': people,
        '成绩.csv': '学号,课程号,课程名,成绩\n1,A,高,数,85\n2,B,乙,60\n2,C,丙\n2,D,丁,70,,\n',
      },
    );
    expect(faultsOf(delivered)).toEqual([
      ['成绩.csv', 5, null, 'FIELD_COUNT', false],
      ['成绩.csv', 2, null, 'FIELDS_SHIFTED', true],
      ['成绩.csv', 4, null, 'FIELDS_SHIFTED', true],
    ]);
    expect([...delivered.studentsWithRejectedRows].sort()).toEqual(['1', '2']);
    expect(delivered.rejectedOfUnknownStudent).toBe(false);
    expect(delivered.byStudent.results?.get('1')).toBeUndefined();
    expect(delivered.byStudent.results?.get('2')?.map((row) => row['成绩'])).toEqual(['60', '70']);
  });

  test('leave out a short total that is declared, and no row that was cut off', async () => {
    const ignore = [{ 学号: '合计' }, { 课程名: '' }];
    const { faults } = await take(
      { results: { ...results, ignore } },
      { '成绩.csv': '学号,课程号,课程名,成绩\n1,A,甲,60\n2,B\n合计,1\n' },
    );
    expect(faults.map(({ row, code }) => [row, code])).toEqual([[3, 'FIELDS_SHIFTED']]);
  });

  test('tell a repeated row from one that contradicts an earlier one', async () => {
    const delivered = await take(
      { results },
      { '成绩.csv': '学号,课程号,课程名,成绩\n1,A,甲,60\n1,A,甲,60\n1,A,甲,90\n2,A,甲,75\n' },
    );
    expect(faultsOf(delivered)).toEqual([
      ['成绩.csv', 3, null, 'ROW_REPEATED', false],
      ['成绩.csv', 4, '课程号', 'DUPLICATE', true],
    ]);
    expect([...delivered.studentsWithRejectedRows]).toEqual(['1']);
    expect(delivered.byStudent.results?.get('1')).toHaveLength(1);
  });

  test('give each row its key of several columns as one, which no two keys share', async () => {
    const { byStudent, rejectedRows } = await take(
      { results: { ...results, key: ['学期', '课程号'] } },
      { '成绩.csv': '学号,学期,课程号,课程名\n1,a/b,c,甲\n1,a,b/c,乙\n1,a%2Fb,c,丙\n' },
    );
    expect(byStudent.results?.get('1')?.map((row) => row['学期+课程号'])).toEqual([
      'a%2Fb/c',
      'a/b%2Fc',
      'a%252Fb/c',
    ]);
    expect(rejectedRows).toBe(0);
  });

  test('reject rows that refer to what was not delivered', async () => {
    const courses = { files: '课程.csv', key: '课程号' };
    const delivered = await take(
      { results: { ...results, references: { 课程号: 'courses' } }, courses },
      { '成绩.csv': '学号,课程号,课程名\n1,A,甲\n1,X,无\n', '课程.csv': '课程号,课程名\nA,甲\n,乙\n' },
    );
    expect(faultsOf(delivered)).toEqual([['成绩.csv', 3, '课程号', 'REFERENCE_UNKNOWN', true]]);
    expect([...delivered.studentsWithRejectedRows]).toEqual(['1']);
  });

  test('are not complete as a list where a row was rejected', async () => {
    const courses = { files: '课程.csv', key: '课程号', required: ['课程号'] };
    const { lists, studentsWithRejectedRows, rejectedOfUnknownStudent } = await take(
      { courses },
      { '课程.csv': '课程号,课程名\nA,甲\n,乙\n' },
    );
    expect(lists.courses).toEqual({ rows: [{ 课程号: 'A', 课程名: '甲' }], complete: false });
    expect([studentsWithRejectedRows.size, rejectedOfUnknownStudent]).toEqual([0, false]);
  });

  test('leave out totals and signatures that are declared, and nothing else', async () => {
    const { byStudent, rejectedRows } = await take(
      { results: { ...results, ignore: [{ 学号: '合计' }] } },
      { '成绩.csv': '学号,课程号,课程名\n1,A,甲\n合计,,\n' },
    );
    expect([...(byStudent.results?.keys() ?? [])]).toEqual(['1']);
    expect(rejectedRows).toBe(0);
  });

  test('are read from the sheet and the header that are declared', async () => {
    const book = xlsxOf([
      { name: '说明', rows: [['请勿修改']] },
      { name: '旧成绩', state: 'hidden', rows: [['x']] },
      {
        name: '成绩',
        rows: [
          ['银川老年大学成绩表', null, null, null, null],
          ['学号', '课程号', '课程名', '成绩', null],
          [null, null, null, '平时', '期末'],
          [{ v: '12019240001' }, 'A', '书法', { v: '85' }, { v: '#N/A', t: 'e' }],
        ],
        merges: ['A1:E1', 'A2:A3', 'B2:B3', 'C2:C3', 'D2:E2'],
      },
    ]);
    const delivered = await take(
      { results: { ...results, sheet: '成绩', header: [2, 3] } },
      { '成绩.xlsx': book },
    );
    expect(delivered.byStudent.results?.get('12019240001')).toEqual([
      { 学号: '12019240001', 课程号: 'A', 课程名: '书法', '成绩.平时': '85', '成绩.期末': null },
    ]);
    expect(faultsOf(delivered)).toEqual([
      ['成绩.xlsx, 旧成绩', 0, null, 'SHEET_HIDDEN', false],
      ['成绩.xlsx, 成绩', 4, '成绩.期末', 'CELL_ERROR', false],
    ]);
  });

  test.each([
    ['a file that is not there', { students, results }, { '学生.csv': people }, 'FILE_UNREADABLE'],
    ['a column that is not there', { students }, { '学生.csv': '学号\n1\n' }, 'FILE_COLUMNS_MISSING'],
    ['a table without a header', { students }, { '学生.csv': '' }, 'FILE_COLUMNS_MISSING'],
    ['a hidden sheet', { results: { ...results, sheet: 'h' } }, { '成绩.xlsx': hidden() }, 'FILE_UNREADABLE'],
    [
      'an old or encrypted workbook',
      { results },
      { '成绩.xlsx': Buffer.from('d0cf11e0a1b11ae100', 'hex') },
      'FILE_UNREADABLE',
    ],
  ])('with %s are refused whole', async (_, sources, files, code) => {
    await expect(take(sources, files as Record<string, string | Buffer>)).rejects.toMatchObject({ code });
  });

  test('that are optional and absent are unknown, not empty', async () => {
    const { byStudent } = await take(
      { students, results: { ...results, optional: true } },
      { '学生.csv': people },
    );
    expect('results' in byStudent).toBe(false);
  });

  test('keep no more faults than allowed and count rejected rows all the same', async () => {
    const rows = Array.from({ length: 50 }, (_, at) => `${at},A,`).join('\n');
    const delivered = await take(
      { results },
      { '成绩.csv': `学号,课程号,课程名\n${rows}` },
      {},
      { maxFaults: 10 },
    );
    expect(delivered.faults).toHaveLength(10);
    expect(delivered.rejectedRows).toBe(50);
    expect(delivered.studentsWithRejectedRows.size).toBe(50);
  });
});

describe('the declaration of tables', () => {
  test.each([
    ['no source at all', { sources: {} }],
    ['an unknown source', { sources: { grades: results } }],
    ['results without a student number', { sources: { results: { files: 'a.csv' } } }],
    ['identities without the names of their columns', { sources: { identities: students } }],
    [
      'a student number that is an identity number',
      { sources: { students: { ...students, studentNumber: '身份证号' } } },
    ],
    ['a key with an identity number', { sources: { results: { ...results, key: ['SFZJH', '学期'] } } }],
    [
      'an identity number among results',
      { sources: { results: { ...results, columns: ['课程名', 'ID_NO'] } } },
    ],
    ['a password in identities', { sources: { identities: { ...students, columns: ['姓名', '密码'] } } }],
    ['a header of rows that do not touch', { sources: { students: { ...students, header: [1, 3] } } }],
  ])('with %s is refused', (_, declared) => {
    expect(tablesSchema.safeParse({ format: 'tables', ...declared }).success).toBe(false);
  });
});

function hidden(): Buffer {
  return xlsxOf([
    { name: 'a', rows: [['学号']] },
    { name: 'h', state: 'hidden', rows: [['学号']] },
  ]);
}
