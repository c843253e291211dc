import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  createAdapterClient,
  entitiesOf,
  errorsOf,
  type AdapterClient,
} from '../conformance/adapter-client.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { mappingSchema } from '../../subgraphs/adapters/kit/mapping.js';
import type { NativeRow } from '../../subgraphs/adapters/kit/native-row.js';
import { tableAdapter, tableSystem, wholeMapping, type Tables } from './adapters-table-school.js';

let client: AdapterClient;
beforeAll(async () => {
  client = await createAdapterClient();
});

const chen = { XH: '1', XM: '陈思远', CC: '本科', XXXS: '普通', ZT: '在校' };

async function record(tables: Tables, selection: string, change: object = {}) {
  const mapping = mappingSchema.parse({ ...wholeMapping, ...change });
  const adapter = tableAdapter(tableSystem({ students: [chen], ...tables }), client.verifier, { mapping });
  const answer = await client.students(adapter, ['1'], selection);
  return { student: entitiesOf(answer)[0]!, errors: errorsOf(answer) };
}

describe('a student', () => {
  test('has form of study, level and status with the codes of deposit files', async () => {
    const { student } = await record(
      {},
      'studyForm { code nationalCode nativeName } level { nationalCode } enrolmentStatusCode',
    );
    expect(student).toEqual({
      studyForm: { code: 'REGULAR', nationalCode: '322', nativeName: '普通' },
      level: { nationalCode: '85' },
      enrolmentStatusCode: '1690',
    });
  });

  test.each([
    ['毕业', 'GRADUATED', '1261'],
    ['结业', 'COMPLETED', '1262'],
    ['退学', 'WITHDRAWN', null],
    ['转学', null, null],
  ])('of the status %s is %s with the code %s', async (ZT, enrolmentStatus, enrolmentStatusCode) => {
    const tables = { students: [{ ...chen, ZT }] };
    expect((await record(tables, 'enrolmentStatus enrolmentStatusCode')).student).toEqual({
      enrolmentStatus,
      enrolmentStatusCode,
    });
  });

  test('of a word that no table knows keeps the word and has no code', async () => {
    const tables = { students: [{ ...chen, XXXS: 'constructor', CC: '__proto__' }] };
    const { student } = await record(
      tables,
      'studyForm { code nationalCode nativeName } level { code nativeName }',
    );
    expect(student).toEqual({
      studyForm: { code: null, nationalCode: null, nativeName: 'constructor' },
      level: { code: null, nativeName: '__proto__' },
    });
  });

  test('shows the identity number masked, as learners do, and keeps it out of the evidence', async () => {
    const identities = [{ XH: '1', XM: '陈思远', SFZH: '640104200105120014' }];
    const selection = 'maskedIdentityNumber provenance { evidenceHash }';
    const { student } = await record({ identities }, selection);
    expect(student['maskedIdentityNumber']).toBe('640*************14');
    expect(student['provenance']).toEqual((await record({}, selection)).student['provenance']);
    expect((await record({}, selection)).student['maskedIdentityNumber']).toBeNull();
  });

  test('has enrolments, oldest first, each up to the day after its last one', async () => {
    const enrolments: NativeRow[] = [
      { XH: '1', XN: '2024-2025', XQ: '2', ZT: '在校', KSRQ: '2025-02-20', JSRQ: '2025-07-10' },
      { XH: '1', XN: '2024-2025', XQ: '1', ZT: '休学' },
      { XH: '1', XN: '2023-2024', XQ: '2' },
    ];
    const { student } = await record(
      { enrolments, results: [] },
      'complete enrolments { term { code } status from to provenance { freshness evidenceHash } }',
    );
    const hash = { freshness: 'LIVE', evidenceHash: expect.stringMatching(/^sha256:/) };
    expect(student).toEqual({
      complete: true,
      enrolments: [
        { term: { code: '2023-2024-2' }, status: null, from: null, to: null, provenance: hash },
        { term: { code: '2024-2025-1' }, status: null, from: null, to: null, provenance: hash },
        {
          term: { code: '2024-2025-2' },
          status: 'ENROLLED',
          from: '2025-02-20',
          to: '2025-07-11',
          provenance: hash,
        },
      ],
    });
  });

  test('of whom a row cannot be understood is not complete', async () => {
    const enrolments = [{ XH: '1', XN: '那年', XQ: '1' }];
    const { student } = await record({ enrolments, results: [] }, 'complete enrolments { term { code } }');
    expect(student).toEqual({ complete: false, enrolments: [] });
  });

  describe.each([
    ['students', {}, { CC: '硕士' }],
    ['students', {}, { XXXS: '函?授??' }],
    ['students', {}, { RXRQ: '1/05/2023' }],
    ['results', { XKKH: 'a', CJ: '80' }, { CJ: '特优' }],
    ['results', { XKKH: 'a', CJ: '80' }, { BKCJ: '特优' }],
    ['results', { XKKH: 'a', CJ: '80' }, { KCDM: 'M\uFFFD1' }],
    ['results', { XKKH: 'a', CJ: '80' }, { CJDATE: '2024-02-30' }],
    ['results', { XKKH: 'a', CJ: '80' }, { XF: '四' }],
    ['results', { XKKH: 'a', CJ: '80' }, { XS: '很多' }],
    ['results', { XKKH: 'a', CJ: '80', XF: '3' }, { XS: '2017' }],
    ['results', { XKKH: 'a', CJ: '80' }, { XN: '那年' }],
    ['results', { XKKH: 'a', CJ: '80' }, { BZ: '缺??' }],
    ['results', { XKKH: 'a', CJ: '80' }, { PSCJ: '特优' }],
    ['results', { XKKH: 'a', CJ: '80' }, { PSCJ: '70', PSBL: '300' }],
    ['enrolments', { KSRQ: '2025-02-20' }, { JSRQ: '2025-13-01' }],
    ['enrolments', { KSRQ: '2025-02-20' }, { XN: '那年', XQ: '1' }],
    ['certificates', { ZSID: 'a' }, { FZRQ: '去年' }],
    ['certificates', { ZSID: 'a' }, { ZSBH: '10749??' }],
  ] as const)('with a row of %s like %j', (source, sound, unread) => {
    const about = (row: object): Tables => ({
      results: [],
      [source]: [{ ...(source === 'students' ? chen : { XH: '1' }), ...row }],
    });

    test('is complete, and is not with what cannot be understood', async () => {
      expect((await record(about(sound), 'complete')).student).toEqual({ complete: true });
      expect((await record(about({ ...sound, ...unread }), 'complete')).student).toEqual({ complete: false });
    });
  });

  test('is complete with words, months and weeks of practice that are read and stand for nothing more', async () => {
    const tables: Tables = {
      students: [{ ...chen, RXRQ: '202309' }],
      results: [
        { XH: '1', XKKH: 'a', CJ: '合格', XS: '+2' },
        { XH: '1', XKKH: 'b', CJ: '缺考', PSCJ: '缺考' },
        { XH: '1', XKKH: 'c' },
      ],
    };
    const result = { ...wholeMapping.result, hours: { perWeek: 'XS', weeks: 'ZS' } };
    expect((await record(tables, 'complete', { result })).student).toEqual({ complete: true });
    const level = { column: 'CC', codes: { 硕士: null } };
    const master = { students: [{ ...chen, CC: '硕士' }], results: [] };
    const student = { ...wholeMapping.student, level };
    expect((await record(master, 'complete level { code nativeName }', { student })).student).toEqual({
      complete: true,
      level: { code: null, nativeName: '硕士' },
    });
  });

  test.each(['a\u0000b', 'a\tb', '\ud800', ' ', 'x'.repeat(65)])(
    'of the number %j is not there, and no system is asked',
    async (number) => {
      const system = tableSystem({ students: [chen], results: [], certificates: [] });
      system.failing.set('students', new AmrloError('SCHOOL_UNAVAILABLE', { institution: 'A school' }));
      const adapter = tableAdapter(system, client.verifier);
      expect(await client.students(adapter, [number], 'name')).toEqual({ data: { _entities: [null] } });
      for (const nativeKey of [`${number}|a`, '1|a\u0000', `1|${'x'.repeat(257)}`, '1|', '|a', 'a']) {
        for (const type of ['CourseResult', 'SchoolCertificate'] as const) {
          const answer = await client.entities(adapter, type, [{ nativeKey }], 'nativeKey');
          expect(answer).toEqual({ data: { _entities: [null] } });
        }
      }
      expect(system.asked).toEqual([]);
    },
  );

  test('whose rows have keys that could not be asked for again is not complete', async () => {
    const results = [{ XH: '1', XKKH: 'x'.repeat(257), CJ: '80' }];
    expect((await record({ results }, 'complete results { nativeKey }')).student).toEqual({
      complete: false,
      results: [],
    });
  });

  test('has certificates that are found again by their keys', async () => {
    const system = tableSystem({
      students: [chen],
      certificates: [
        { XH: '1', ZSID: 'a', LX: '毕业', ZSBH: '107491202405000001', ZSMC: '毕业证书', FZRQ: '202406' },
        { XH: '1', ZSID: 'b', LX: '四级', ZSCJ: '531' },
      ],
    });
    const adapter = tableAdapter(system, client.verifier);
    const fields =
      'nativeKey studentNumber kind number name nativeGrade awardedOn awardedMonth flags provenance { evidenceHash }';
    const [student] = entitiesOf(await client.students(adapter, ['1'], `certificates { ${fields} }`));
    const certificates = student!['certificates'] as Record<string, unknown>[];
    expect(certificates).toMatchObject([
      {
        nativeKey: '1|a',
        studentNumber: '1',
        kind: 'GRADUATION',
        number: '107491202405000001',
        awardedOn: null,
        awardedMonth: '2024-06',
        flags: [],
      },
      { kind: 'OTHER', number: null, nativeGrade: '531', flags: ['NUMBER_UNKNOWN', 'AWARD_DATE_UNKNOWN'] },
    ]);
    const keys = certificates.map(({ nativeKey }) => ({ nativeKey: String(nativeKey) }));
    const again = await client.entities(
      adapter,
      'SchoolCertificate',
      [...keys, { nativeKey: '1|none' }],
      fields,
    );
    expect(entitiesOf(again)).toEqual([...certificates, null]);
  });

  test('whose certificates fail keeps the keys, the reason and nothing made up', async () => {
    const system = tableSystem({ certificates: [] });
    system.failing.set('certificates', new AmrloError('SCHOOL_TIMEOUT', { institution: 'A school' }));
    const answer = await client.entities(
      tableAdapter(system, client.verifier),
      'SchoolCertificate',
      [{ nativeKey: '1|a' }],
      'nativeKey number kind provenance { freshness asOf }',
    );
    expect(entitiesOf(answer)).toEqual([
      { nativeKey: '1|a', number: null, kind: null, provenance: { freshness: 'UNAVAILABLE', asOf: null } },
    ]);
    expect(errorsOf(answer)).toEqual([
      ['_entities.0.kind', 'SCHOOL_TIMEOUT'],
      ['_entities.0.number', 'SCHOOL_TIMEOUT'],
    ]);
  });

  test('is refused what the system does not hold, with the reason, never given an empty list', async () => {
    const { student, errors } = await record(
      {},
      'results { flags } enrolments { from } certificates { number }',
    );
    expect(student).toEqual({ results: null, enrolments: null, certificates: null });
    expect(errors).toEqual(
      ['certificates', 'enrolments', 'results'].map((field) => [
        `_entities.0.${field}`,
        'RECORD_NOT_SUPPLIED',
      ]),
    );
  });
});
