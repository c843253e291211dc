import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { oneRosterFormat } from '../../subgraphs/adapters/drivers/drop/oneroster/oneroster-format.js';
import {
  oneRosterDefinitions,
  type OneRosterFile,
} from '../../subgraphs/adapters/drivers/drop/oneroster/oneroster-files.js';
import { unzip } from '../../subgraphs/adapters/drivers/drop/zip-entries.js';
import { defaultDeliveryLimits } from '../../subgraphs/adapters/drivers/drop/delivery-limits.js';
import { filesOf, formatContext, realDelivery } from '../support/deliveries.js';
import { oneRoster11 } from './oneroster-11.js';
import { edited, invented, take } from './oneroster-delivery.js';

describe('a OneRoster delivery', () => {
  test.each([
    ['without a manifest', { ...invented, 'manifest.csv': undefined }],
    ['of another version', edited('manifest.csv', 'oneroster.version,1.2', 'oneroster.version,2.0')],
    ['that announces a file in another way', edited('manifest.csv', 'file.users,bulk', 'file.users,some')],
    ['without a file that it announces', { ...invented, 'results.csv': undefined }],
    ['with a broken CSV', { ...invented, 'users.csv': 'sourcedId,familyName\r\n"s-1,"陈' }],
  ])('%s is refused whole', async (_, files) => {
    await expect(take(files)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('rejects rows with row, field and code, keeps the rest, and counts each row once', async () => {
    const { faults, rejectedRows, studentsWithRejectedRows, rejectedOfUnknownStudent } = await take(invented);
    expect(faults.filter(({ rowRejected }) => rowRejected)).toEqual([
      { file: 'users.csv', row: 6, field: 'familyName', code: 'FIELD_MISSING', rowRejected: true },
      {
        file: 'results.csv',
        row: 10,
        field: 'lineItemSourcedId',
        code: 'REFERENCE_UNKNOWN',
        rowRejected: true,
      },
    ]);
    expect(rejectedRows).toBe(2);
    expect([...studentsWithRejectedRows].sort()).toEqual(['s-20230002', 's-20230004']);
    expect(rejectedOfUnknownStudent).toBe(false);
  });

  test('rejects the second of two rows with one id', async () => {
    const users = `${invented['users.csv']}${invented['users.csv']!.split('\r\n')[1]}\r\n`;
    const { faults } = await take({ ...invented, 'users.csv': users });
    expect(faults).toContainEqual({
      file: 'users.csv',
      row: 7,
      field: 'sourcedId',
      code: 'DUPLICATE',
      rowRejected: true,
    });
  });

  test('with a result of nobody leaves nobody complete', async () => {
    const { rejectedOfUnknownStudent } = await take(edited('results.csv', 'li-1,s-20230001', 'li-1,'));
    expect(rejectedOfUnknownStudent).toBe(true);
  });

  test('keeps identity numbers and passwords out of every row but those of identities', async () => {
    const users = invented['users.csv']!.replace(
      ',,,,,,640104200105120014',
      ',,,,,Password1,640104200105120014',
    );
    const { byStudent } = await take({ ...invented, 'users.csv': users });
    const { identities, ...open } = byStudent;
    expect(identities?.get('s-20230001')?.[0]).toMatchObject({ identityNumber: '640104200105120014' });
    const text = JSON.stringify(
      Object.values(open).map((rows) => [...rows.keys()].map((key) => rows.get(key))),
    );
    expect(text).toContain('陈思远');
    expect(text).not.toMatch(/640104200105120014|Password1/);
  });

  test('keeps columns that are secret by their names out of every row, declared or not', async () => {
    const [header, first, ...rest] = invented['users.csv']!.split('\r\n');
    const users = [`${header},metadata.ssn,metadata.idCard`, `${first},078-05-1120,640104200105120014`];
    const more = rest.map((line) => (line === '' ? line : `${line},,`));
    const { byStudent } = await oneRosterFormat({}).read(
      filesOf({ ...invented, 'users.csv': [...users, ...more].join('\r\n') }),
      formatContext(),
    );
    const [student] = byStudent.students!.get('s-20230001')!;
    expect(student).toMatchObject({ 'user.fullName': '陈思远' });
    expect(JSON.stringify(student)).not.toMatch(/ssn|idCard|password|078-05/);
  });

  test('rejects rows that do not fit their header and leaves their students incomplete', async () => {
    const { byStudent, faults, studentsWithRejectedRows, rejectedOfUnknownStudent } = await take(
      edited(
        'results.csv',
        /^res-1,.*$/m,
        'res-1,active,2024-08-01,li-1,s-20230001,fully graded,8,8.5,,2024-08-01,,,,,,,,x',
      ),
    );
    expect(faults).toContainEqual(
      expect.objectContaining({ file: 'results.csv', row: 2, code: 'FIELDS_SHIFTED', rowRejected: true }),
    );
    expect(byStudent.results!.get('s-20230001')!.map((row) => row['result.sourcedId'])).not.toContain(
      'res-1',
    );
    expect(studentsWithRejectedRows).toContain('s-20230001');
    expect(rejectedOfUnknownStudent).toBe(false);
  });

  test('that enrols and grades somebody as a student who is a teacher by role is contradicted, and neither is kept', async () => {
    const roles = invented['roles.csv']!.replace(/^(.*,s-20230001,.*),student,/m, '$1,teacher,');
    expect(roles).not.toBe(invented['roles.csv']);
    const { byStudent, faults, studentsWithRejectedRows } = await take({ ...invented, 'roles.csv': roles });
    for (const rows of Object.values(byStudent)) expect([...rows.keys()]).not.toContain('s-20230001');
    expect(studentsWithRejectedRows).toContain('s-20230001');
    expect(
      new Set(
        faults
          .filter(({ code }) => code === 'ROLE_CONTRADICTED')
          .map(({ file, field }) => `${file} ${field}`),
      ),
    ).toEqual(new Set(['enrollments.csv userSourcedId', 'results.csv studentSourcedId']));
  });

  test('gives the catalogue and the terms of each student', async () => {
    const { lists, byStudent } = await take(invented);
    expect(lists.courses).toMatchObject({ complete: true });
    expect(lists.courses?.rows[0]).toMatchObject({
      'course.courseCode': 'IM2301',
      'year.academicYear': '2023-2024',
      'org.name': '宁夏职业技术大学',
    });
    expect(
      byStudent.enrolments
        ?.get('s-20230001')
        ?.map((row) => [row['term.sourcedId'], row['enrollment.classes'], row['user.fullName']]),
    ).toEqual([
      ['as-2024-1', '3', '陈思远'],
      ['as-2024-2', '2', '陈思远'],
    ]);
    expect(byStudent.enrolments?.get('s-20230003')).toBeUndefined();
  });
});

describe('a OneRoster 1.1 delivery', () => {
  test.each([
    ['with the versions in its manifest', oneRoster11()],
    [
      'without them',
      oneRoster11({ 'manifest.csv': oneRoster11()['manifest.csv']!.replace(/.*version.*\r\n/g, '') }),
    ],
  ])('%s is read: the role stands with the user, organizations are a list', async (_, files) => {
    const { byStudent, lists } = await take(files);
    expect([...(byStudent.students?.keys() ?? [])]).toEqual(['u-1', 'u-2']);
    expect(byStudent.students?.get('u-1')?.[0]).toMatchObject({
      'user.fullName': '马晓燕',
      'user.enabledUser': 'true',
      'org.name': '银川市某中等职业学校',
    });
    expect(byStudent.results?.get('u-1')?.[0]).toMatchObject({
      'result.score': '91',
      'category.title': '总评',
      'course.courseCode': 'C-1',
      'term.academicYear': '2024-2025',
    });
    expect(lists.gradeWords).toBeUndefined();
    expect(lists.courses?.rows).toHaveLength(1);
  });

  test('rejects a user without a role, who may be a student', async () => {
    const files = oneRoster11();
    const { faults, studentsWithRejectedRows } = await take({
      ...files,
      'users.csv': files['users.csv']!.replace('org-1,student,xiaoyan', 'org-1,,xiaoyan'),
    });
    expect(faults).toContainEqual(expect.objectContaining({ field: 'role', code: 'FIELD_MISSING', row: 2 }));
    expect(studentsWithRejectedRows).toContain('u-1');
  });
});

const columnFacts = new URL('../v1.1-column-config/', `file://${realDelivery}/`);
const facts = existsSync(columnFacts) ? describe : describe.skip;
if (!existsSync(columnFacts))
  process.stderr.write('skipped: columns of OneRoster 1.1: the column facts are not here\n');

facts('the columns that are read of OneRoster 1.1', () => {
  test('are columns of the standard, and required ones are required there', () => {
    const known = new Map(readdirSync(columnFacts).map((name) => [name.toLowerCase(), name]));
    for (const [file, definition] of Object.entries(oneRosterDefinitions['1.1'])) {
      const text = readFileSync(new URL(known.get(`${file as OneRosterFile}.json`)!, columnFacts), 'utf8');
      const columns = JSON.parse(text) as { columnId: string; required: boolean }[];
      const required = columns.filter((column) => column.required).map(({ columnId }) => columnId);
      expect([file, required]).toEqual([file, expect.arrayContaining([...definition.required])]);
      for (const field of Object.keys(definition.references))
        expect([file, columns.map(({ columnId }) => columnId)]).toEqual([
          file,
          expect.arrayContaining([field]),
        ]);
    }
  });
});

const real = existsSync(realDelivery) ? describe : describe.skip;
if (!existsSync(realDelivery))
  process.stderr.write('skipped: faults of a real OneRoster delivery: it is not here\n');

real('the real delivery', () => {
  test('is taken with its faults named: misspelt headers, unannounced files, short rows; dates are read by their proven order', async () => {
    const files = await unzip(readFileSync(realDelivery), defaultDeliveryLimits, () => true);
    const { faults, byStudent, lists, rejectedRows } = await oneRosterFormat({}).read(files, formatContext());
    const codes = (code: string) =>
      faults.filter((fault) => fault.code === code).map(({ file, field }) => `${file}/${field}`);
    expect(codes('HEADER_MISSPELT')).toEqual(
      expect.arrayContaining(['roles.csv/dataLastModified', 'users.csv/prefferedGivenName']),
    );
    expect(codes('FILE_NOT_ANNOUNCED')).toEqual(['userprofiles.csv/null']);
    expect(codes('FIELD_COUNT')).toContain('roles.csv/null');
    expect(byStudent.results).toBeUndefined();
    expect(lists.courses).toBeUndefined();
    const students = [...byStudent.students!.keys()].flatMap((id) => byStudent.students!.get(id)!);
    expect(students.map((row) => row['user.dateLastModified'])).toEqual(
      expect.arrayContaining(['2023-05-01', '2023-06-15']),
    );
    // One class is to be deleted, so its three enrolments point nowhere; in the other one a teacher is enrolled as a student.
    expect(rejectedRows).toBe(4);
    expect(faults.filter(({ code }) => code === 'ROLE_CONTRADICTED')).toEqual([
      {
        file: 'enrollments.csv',
        row: 3,
        field: 'userSourcedId',
        code: 'ROLE_CONTRADICTED',
        rowRejected: true,
      },
    ]);
    expect([...byStudent.enrolments!.keys()]).toEqual(['usr-222-1234561232']);
  });
});
