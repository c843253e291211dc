import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  createAdapterClient,
  entitiesOf,
  errorsOf,
  type AdapterClient,
} from '../conformance/adapter-client.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { mappingSchema } from '../../subgraphs/adapters/kit/mapping.js';
import { tableAdapter, tableSystem, wholeMapping, type Tables } from './adapters-table-school.js';

let client: AdapterClient;
beforeAll(async () => {
  client = await createAdapterClient();
});

const chen = { XH: '1', XM: '陈思远', CC: '本科', XXXS: '普通', ZT: '在校' };
const calculus = { XH: '1', KCDM: 'M1', XF: '4', XS: '64', XN: '2024-2025', XQ: '1' };

async function record(tables: Tables, selection: string, change: object = {}) {
  const mapping = mappingSchema.parse({ ...wholeMapping, ...change });
  const adapter = tableAdapter(tableSystem({ students: [chen], ...tables }), client.verifier, { mapping });
  const answer = await client.students(adapter, ['1'], selection);
  return { student: entitiesOf(answer)[0]!, errors: errorsOf(answer) };
}
const results = async (rows: Record<string, string>[], selection: string) =>
  (await record({ results: rows }, `results { ${selection} }`)).student['results'] as Record<
    string,
    unknown
  >[];

describe('a result', () => {
  test('has the components of its grade and their shares, where there are any', async () => {
    const rows = [
      { ...calculus, XKKH: 'a', CJ: '86', PSCJ: '90', PSBL: '30', QMCJ: '优秀' },
      { ...calculus, XKKH: 'b', CJ: '70', PSCJ: '特好', PSBL: '300' },
      { ...calculus, XKKH: 'c', CJ: '70' },
    ];
    expect(
      (await results(rows, 'components { kind nativeName nativeGrade percentage weight }')).map(
        ({ components }) => components,
      ),
    ).toEqual([
      [
        { kind: 'COURSEWORK', nativeName: '平时', nativeGrade: '90', percentage: '90', weight: '30' },
        { kind: 'EXAMINATION', nativeName: '期末', nativeGrade: '优秀', percentage: null, weight: null },
      ],
      [{ kind: 'COURSEWORK', nativeName: '平时', nativeGrade: '特好', percentage: null, weight: null }],
      [],
    ]);
  });

  test('of a system that keeps no components says so', async () => {
    const { components: _, ...plain } = wholeMapping.result;
    const rows = [{ ...calculus, XKKH: 'a', CJ: '86' }];
    const { student, errors } = await record({ results: rows }, 'results { components { kind } }', {
      result: plain,
    });
    expect(student).toEqual({ results: [{ components: null }] });
    expect(errors).toEqual([['_entities.0.results.0.components', 'RECORD_NOT_SUPPLIED']]);
  });

  test('has every sitting in its order, and one of them counts', async () => {
    const rows = [{ ...calculus, XKKH: 'a', CJ: '48', BKCJ: '55', CXCJ: '71' }];
    const [result] = await results(
      rows,
      'attemptKind percentage sittings { kind nativeGrade percentage passed counts }',
    );
    expect(result).toEqual({
      attemptKind: 'RETAKE',
      percentage: '71',
      sittings: [
        { kind: 'FIRST', nativeGrade: '48', percentage: '48', passed: false, counts: false },
        { kind: 'RESIT', nativeGrade: '55', percentage: '55', passed: false, counts: false },
        { kind: 'RETAKE', nativeGrade: '71', percentage: '71', passed: true, counts: true },
      ],
    });
  });

  test('of hours that no credit can have gives no hours and says why', async () => {
    const rows = [
      { ...calculus, XKKH: 'a', CJ: '80', XF: '3', XS: '2017' },
      { ...calculus, XKKH: 'b', CJ: '80', XF: '3', XS: '23' },
      { ...calculus, XKKH: 'c', CJ: '80', XF: '3', XS: '24' },
      { ...calculus, XKKH: 'd', CJ: '80', XF: '3', XS: '192' },
      { ...calculus, XKKH: 'e', CJ: '80', XF: '0', XS: '36' },
      { ...calculus, XKKH: 'f', CJ: '80', XF: '?', XS: '36' },
    ];
    expect((await results(rows, 'hours flags')).map(({ hours, flags }) => [hours, flags])).toEqual([
      [null, ['HOURS_UNKNOWN', 'HOURS_IMPLAUSIBLE']],
      [null, ['HOURS_UNKNOWN', 'HOURS_IMPLAUSIBLE']],
      ['24', []],
      ['192', []],
      ['36', []],
      ['36', ['CREDITS_UNKNOWN']],
    ]);
  });

  test('counts when it is the best that was passed of its course, whatever codes the course had', async () => {
    const results = [
      { ...calculus, XKKH: 'failed', KCDM: 'M0', CJ: '40', XN: '2021-2022' },
      { ...calculus, XKKH: 'passed', KCDM: 'M1', CJ: '71', XN: '2022-2023' },
      { ...calculus, XKKH: 'best', KCDM: 'M2', CJ: '80', XN: '2023-2024' },
      { ...calculus, XKKH: 'equal', KCDM: 'M2', CJ: '80', XN: '2024-2025' },
      { ...calculus, XKKH: 'exempted', KCDM: 'M2', CJ: '99', BZ: '免修' },
      { ...calculus, XKKH: 'unknown', KCDM: 'M2', CJ: '特优' },
      { ...calculus, XKKH: 'no course', KCDM: '', CJ: '90' },
      { ...calculus, XKKH: 'other', KCDM: 'P1', CJ: '60' },
    ];
    const courseCodes = [
      { KCDM: 'M1', YKCDM: 'M0' },
      { KCDM: 'M2', YKCDM: 'M1' },
    ];
    const counting = async (tables: Tables) => {
      const { student } = await record(tables, 'results { nativeKey counts }');
      const rows = student['results'] as { nativeKey: string; counts: boolean | null }[];
      return Object.fromEntries(rows.map(({ nativeKey, counts }) => [nativeKey.slice(2), counts]));
    };
    expect(await counting({ results, courseCodes })).toEqual({
      failed: false,
      passed: false,
      best: true,
      equal: false,
      exempted: false,
      unknown: null,
      'no course': null,
      other: true,
    });
    expect(await counting({ results: results.toReversed(), courseCodes })).toMatchObject({ best: true });
    expect(await counting({ results })).toMatchObject({ passed: true, best: true });
    const torn = [...courseCodes, { KCDM: 'N1', YKCDM: 'M1' }];
    expect(await counting({ results, courseCodes: torn })).toMatchObject({ passed: null, best: true });
  });

  test('whose course history fails is there; only whether it counts is not', async () => {
    const system = tableSystem({
      students: [chen],
      courseCodes: [],
      results: [{ ...calculus, XKKH: 'a', CJ: '80' }],
    });
    system.failing.set('courseCodes', new AmrloError('SCHOOL_UNAVAILABLE', { institution: 'A school' }));
    const answer = await client.students(
      tableAdapter(system, client.verifier),
      ['1'],
      'results { percentage counts }',
    );
    expect(entitiesOf(answer)).toEqual([{ results: [{ percentage: '80', counts: null }] }]);
    expect(errorsOf(answer)).toEqual([['_entities.0.results.0.counts', 'SCHOOL_UNAVAILABLE']]);
  });

  test('under a key that another row has counts for nothing, and the others of its course where it is no better', async () => {
    const counting = async (...rows: Record<string, string>[]) =>
      (await results(rows, 'nativeGrade counts flags')).map(({ nativeGrade, counts, flags }) => [
        nativeGrade,
        counts,
        flags,
      ]);
    const shared = ['KEY_NOT_UNIQUE'];
    const row = { ...calculus, XKKH: 'a' };
    expect(await counting({ ...row, CJ: '80' }, { ...row, CJ: '90' })).toEqual([
      ['80', null, shared],
      ['90', null, shared],
    ]);
    expect(
      await counting({ ...row, CJ: '40' }, { ...row, CJ: '90' }, { ...row, XKKH: 'b', CJ: '95' }),
    ).toEqual([
      ['40', null, shared],
      ['90', null, shared],
      ['95', true, []],
    ]);
    // Whether the 85 counts depends on a row of which nobody knows what it is.
    expect(
      await counting({ ...row, CJ: '40' }, { ...row, CJ: '90' }, { ...row, XKKH: 'b', CJ: '85' }),
    ).toEqual([
      ['40', null, shared],
      ['90', null, shared],
      ['85', null, []],
    ]);
  });

  test('counts as far as a history of codes that is not whole can tell', async () => {
    const rows = [
      { ...calculus, XKKH: 'best', KCDM: 'M1', CJ: '90' },
      { ...calculus, XKKH: 'worse', KCDM: 'M1', CJ: '70' },
      { ...calculus, XKKH: 'former', KCDM: 'M0', CJ: '75' },
      { ...calculus, XKKH: 'other', KCDM: 'P1', CJ: '80' },
      { ...calculus, XKKH: 'failed', KCDM: 'Q1', CJ: '30' },
    ];
    const counting = async (courseCodes: Record<string, string>[], incomplete: boolean) => {
      const system = tableSystem({ students: [chen], results: rows, courseCodes });
      if (incomplete) system.incomplete.add('courseCodes');
      const adapter = tableAdapter(system, client.verifier);
      const [student] = entitiesOf(await client.students(adapter, ['1'], 'results { counts }'));
      return (student!['results'] as { counts: boolean | null }[]).map(({ counts }) => counts);
    };
    const history = [{ KCDM: 'M1', YKCDM: 'M0' }];
    expect(await counting(history, false)).toEqual([true, false, false, true, false]);
    // P1 may be a code of the same course as M1: in the rows that are missing, or in the one that nobody can read.
    expect(await counting(history, true)).toEqual([true, false, false, null, false]);
    expect(await counting([...history, { KCDM: '', YKCDM: 'P1' }], false)).toEqual([
      true,
      false,
      false,
      null,
      false,
    ]);
  });

  test('that a row repeats is one; two rows that differ under one key are flagged and not complete', async () => {
    const row = { ...calculus, XKKH: 'a', CJ: '80' };
    expect((await record({ results: [row, row] }, 'complete results { percentage flags }')).student).toEqual({
      complete: true,
      results: [{ percentage: '80', flags: [] }],
    });
    const { student } = await record(
      { results: [row, { ...row, CJ: '90' }] },
      'complete results { percentage flags }',
    );
    expect(student).toEqual({
      complete: false,
      results: [
        { percentage: '80', flags: ['KEY_NOT_UNIQUE'] },
        { percentage: '90', flags: ['KEY_NOT_UNIQUE'] },
      ],
    });
  });
});
