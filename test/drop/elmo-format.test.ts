import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { anna, elmoWithoutSchemas, fixtures } from './elmo-delivery.js';

/** Here no schema of the standard is needed: what follows must hold without one. */
describe('an ELMO delivery', () => {
  const { read } = elmoWithoutSchemas();

  test('gives a learner’s courses, however deep they lie, with the programme above and the parts below', async () => {
    const { byStudent } = await read({ 'anna.xml': anna });
    const rows = byStudent.results?.get('UW-30001') ?? [];
    expect(rows.map((row) => row['key'])).toEqual([
      'local:1000-217bMRJ@2023-10-01',
      'local:1000-111bAM1@2020-10-01',
      'local:EKSTERN-1@2022-07-02',
      'local:0000-WF@2024-02-15',
    ]);
    expect(rows[0]).toMatchObject({
      'learner.identifier': 'UW-30001',
      'issuer.identifier.schac': 'uw.edu.pl',
      'los.title': 'Budowa kompilatorów',
      'los.title.en': 'Compiler construction',
      'los.identifier.local': '1000-217bMRJ',
      'los.iscedCode': '0613',
      'loi.credit.ECTS': '6',
      'loi.credit.level': 'Bachelor',
      'loi.status': 'passed',
      'loi.gradingSchemeLocalId': 'PL-2-5',
      'loi.gradingScheme.en': 'Polish scale from 2 to 5',
      'loi.resultLabel': '4,5',
      'loi.academicTerm.start': '2023-10-01',
      'parts.engagementHours': '60.5',
      'programme.los.identifier.local': 'INF-LIC',
      'programme.loi.level.EQF': '6',
      'elmo.signature': 'UNVERIFIED',
    });
    expect(rows[1]).toMatchObject({
      'programme.los.identifier.local': 'INF-LIC',
      'parts.engagementHours': null,
    });
  });

  test('keeps identity numbers, days of birth and attachments out of every row but those that ask for them', async () => {
    const { byStudent } = await read(fixtures);
    expect(byStudent.identities?.get('UW-30001')).toEqual([
      {
        'learner.identifier': 'UW-30001',
        'learner.name': 'Anna Nowak-Zielińska',
        identityNumber: '01251200007',
      },
    ]);
    const others = ['students', 'results', 'certificates'] as const;
    const text = JSON.stringify(others.map((source) => byStudent[source]?.get('UW-30001')));
    for (const secret of ['01251200007', '2001-05-12', 'base64']) expect(text).not.toContain(secret);
    expect((await read(fixtures, { identityNumber: undefined })).byStudent.identities).toBeUndefined();
  });

  test('takes the newer of two documents about the same, and says so', async () => {
    const { byStudent, faults } = await read(fixtures);
    const [first] = byStudent.results?.get('UW-30001') ?? [];
    expect(first?.['loi.status']).toBe('passed');
    expect(byStudent.students?.get('UW-30001')).toHaveLength(1);
    expect(faults).toContainEqual({
      file: 'anna-2023.xml',
      row: 1,
      field: 'report[1]/learningOpportunitySpecification[1]',
      code: 'DUPLICATE',
      rowRejected: false,
    });
  });

  test('gives degrees as certificates only when they were awarded', async () => {
    const { byStudent } = await read(fixtures);
    expect(byStudent.certificates?.get('UW-30001')).toMatchObject([
      { key: 'local:INF-LIC@2024-06-28', 'loi.diplomaSupplement.issueDate': '2024-07-05' },
    ]);
    expect(byStudent.certificates?.get('UW-30002')).toBeUndefined();
  });

  test('counts the grades of a course once, however many learners bring them', async () => {
    const { lists } = await read(fixtures);
    expect(lists.gradeCounts?.rows.map((row) => [row['academicYear'], row['label'], row['count']])).toEqual([
      ['2023-2024', '5', '21'],
      ['2023-2024', '4,5', '30'],
      ['2023-2024', '4', '44'],
      ['2023-2024', '3,5', '28'],
      ['2023-2024', '3', '19'],
      ['2023-2024', '2', '11'],
    ]);
  });

  test('has counted whole groups though other rows were rejected, and not where counts belong to nothing', async () => {
    const counts = async (text: string) => (await read({ 'a.xml': text })).lists.gradeCounts;
    const whole = await read(fixtures);
    expect(whole.rejectedRows).toBeGreaterThan(0);
    expect(whole.lists.gradeCounts).toMatchObject({ complete: true });
    const ofNobody = await counts(anna.replace('type="local">UW', 'type="esi">UW'));
    expect(ofNobody).toEqual({ rows: [], complete: false });
    const ofNoCourse = anna.replace(
      /(<learningOpportunitySpecification>(?:(?!<learningOpportunitySpecification>)[^])*?<resultDistribution>)/,
      (own) => own.replace(/<identifier [^>]*>[^<]*<\/identifier>/g, ''),
    );
    expect(ofNoCourse).not.toBe(anna);
    expect(await counts(ofNoCourse)).toMatchObject({ complete: false });
  });

  test('leaves out the reports of others and rows without a key, and reports each with its place', async () => {
    const records = await read(fixtures);
    expect(records.faults).toEqual(
      expect.arrayContaining([
        { file: 'anna.xml', row: 0, field: 'Signature', code: 'SIGNATURE_UNVERIFIED', rowRejected: false },
        { file: 'jan.xml', row: 0, field: 'report[2]/issuer', code: 'ISSUER_FOREIGN', rowRejected: false },
        {
          file: 'jan.xml',
          row: 8,
          field:
            'report[1]/learningOpportunitySpecification[1]/hasPart[5]/learningOpportunitySpecification/identifier',
          code: 'FIELD_MISSING',
          rowRejected: true,
        },
      ]),
    );
    expect([records.rejectedRows, [...records.studentsWithRejectedRows]]).toEqual([1, ['UW-30002']]);
    expect(JSON.stringify(records.byStudent.results?.get('UW-30002'))).not.toContain('Foreign course');
  });

  test('reads documents in the encodings of their schools', async () => {
    const { byStudent } = await read(fixtures);
    expect(byStudent.students?.get('UW-30002')?.[0]?.['learner.name']).toBe('Jan Łukasz Wójcik');
    expect(byStudent.students?.get('UW-30003')?.[0]?.['learner.name']).toBe('Aleksandra Żak');
    const chinese = anna
      .replace('UTF-8', 'GBK')
      .replace('Nowak-Zielińska', '诺瓦克')
      .replace(/[ąęóśłżźćńŁ]/g, 'x');
    const read2 = await read({ 'a.xml': iconv.encode(chinese, 'gbk') });
    expect(read2.byStudent.students?.get('UW-30001')?.[0]?.['learner.name']).toBe('Anna 诺瓦克');
  });

  test.each([
    ['has no student number', (text: string) => text.replace('type="local">UW', 'type="esi">UW')],
    [
      'has two',
      (text: string) =>
        text.replace('<givenNames>', '<identifier type="local">UW-9</identifier><givenNames>'),
    ],
    ['has an empty one', (text: string) => text.replace('UW-30001', ' ')],
  ])('makes nobody’s record complete when a learner %s', async (_, change) => {
    const records = await read({ 'a.xml': change(anna) });
    expect(records).toMatchObject({ rejectedRows: 1, rejectedOfUnknownStudent: true });
    expect([...(records.byStudent.students?.keys() ?? [])]).toEqual([]);
  });

  test('leaves out a row with a field beyond the limit', async () => {
    const long = anna.replace('>Innpasset<', `>${'x'.repeat(300)}<`);
    const records = await read({ 'a.xml': long }, {}, { maxFieldLength: 250 });
    expect(records.faults).toContainEqual(
      expect.objectContaining({ code: 'FIELD_TOO_LONG', rowRejected: true }),
    );
    expect(records.byStudent.results?.get('UW-30001')).toHaveLength(3);
  });
});
