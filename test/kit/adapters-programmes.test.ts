import { beforeAll, describe, expect, test } from '@jest/globals';
import type { NativeRow } from '../../subgraphs/adapters/kit/native-row.js';
import {
  createAdapterClient,
  entitiesOf,
  errorsOf,
  type AdapterClient,
} from '../conformance/adapter-client.js';
import { tableAdapter, tableSystem, type TableSystem } from './adapters-table-school.js';

let client: AdapterClient;
beforeAll(async () => {
  client = await createAdapterClient();
});

const ask = (system: TableSystem, selection: string) =>
  client.institution(tableAdapter(system, client.verifier), selection);

describe('programmes', () => {
  const node =
    'code version credits years requirements { code name credits compulsory exemptable courseCodes } flags';
  const programmes = async (system: TableSystem, args = 'first: 10') =>
    entitiesOf(
      await ask(system, `schoolProgrammes(${args}) { complete totalCount edges { node { ${node} } } }`),
    )[0]!['schoolProgrammes'] as { edges: { node: object }[] };

  test('say what they require of each version of their plan', async () => {
    const requirements: NativeRow[] = [
      { ZYDM: '0809', NJ: '2022', KZ: 'A', KZMC: '必修课', XF: '90', XBX: '必', KCDM: 'M1' },
      { ZYDM: '0809', NJ: '2022', KZ: 'A', KZMC: '必修课', XF: '90', XBX: '必', KCDM: 'M2' },
      { ZYDM: '0809', NJ: '2022', KZ: 'B', KZMC: '毕业设计', XF: '8', XBX: '必' },
      { ZYDM: '0809', NJ: '2023', KZ: 'A', KZMC: '必修课', XF: '85', XBX: '必', KCDM: 'M1' },
      { ZYDM: '0809', NJ: '2023', KZ: 'A', KZMC: '必修课', XF: '86', XBX: '选', KCDM: 'M1' },
    ];
    const page = await programmes(
      tableSystem({
        programmes: [
          { ZYDM: '0809', ZYMC: '计算机', ZXF: '160', XZ: '4', NJ: '2023' },
          { ZYDM: '0809', ZYMC: '计算机', ZXF: '165', XZ: '4', NJ: '2022' },
          { ZYDM: '0701', ZYMC: '数学', ZXF: '一百六', NJ: '2022' },
        ],
        requirements,
      }),
    );
    expect(page).toMatchObject({ complete: true, totalCount: 3 });
    expect(page.edges.map((edge) => edge.node)).toEqual([
      {
        code: '0701',
        version: '2022',
        credits: null,
        years: null,
        requirements: null,
        flags: ['CREDITS_UNKNOWN', 'REQUIREMENTS_OF_UNKNOWN_VERSION'],
      },
      {
        code: '0809',
        version: '2022',
        credits: '165',
        years: '4',
        requirements: [
          {
            code: 'A',
            name: '必修课',
            credits: '90',
            compulsory: true,
            exemptable: null,
            courseCodes: ['M1', 'M2'],
          },
          { code: 'B', name: '毕业设计', credits: '8', compulsory: true, exemptable: false, courseCodes: [] },
        ],
        flags: [],
      },
      {
        code: '0809',
        version: '2023',
        credits: '160',
        years: '4',
        // Two rows of one group that contradict each other say nothing.
        requirements: [
          {
            code: 'A',
            name: '必修课',
            credits: null,
            compulsory: null,
            exemptable: null,
            courseCodes: ['M1'],
          },
        ],
        flags: [],
      },
    ]);
  });

  test('of a system without requirements have none that are known', async () => {
    const system = tableSystem({ programmes: [{ ZYDM: '0809', ZYMC: '计算机', ZXF: '160' }] });
    expect((await programmes(system)).edges[0]!.node).toMatchObject({ requirements: null, flags: [] });
    expect((await programmes(system, 'codes: ["0701"]')).edges).toEqual([]);
  });
});

describe('grade distributions', () => {
  const group = { ZB: '计算机类', XKFL: '0613', QSN: '2022-2023', JZN: '2024-2025' };
  const gradeWords = [
    { CJ: '优秀', DYCJ: '94' },
    { CJ: '及格', DYCJ: '64' },
  ];
  const askCounts = async (gradeCounts: NativeRow[], args = '') =>
    ask(
      tableSystem({ gradeCounts, gradeWords }),
      `gradeDistributions${args} { referenceGroup fieldOfStudy gradeScale fromYear toYear total
        counts { nativeGrade percentage count } }`,
    );
  const distributions = async (rows: NativeRow[], args = '') =>
    entitiesOf(await askCounts(rows, args))[0]!['gradeDistributions'];

  test('count passing grades from best to worst, each scale by itself', async () => {
    const rows = [
      { ...group, CJ: '65', RS: '4' },
      { ...group, CJ: '90', RS: '7' },
      { ...group, CJ: '65', RS: '1' },
      { ...group, CJ: '59', RS: '100' },
      { ...group, CJ: '缺考', RS: '3' },
      { ...group, CJ: '免修', RS: '50' },
      { ...group, CJ: '及格', RS: '8' },
      { ...group, CJ: '优秀', RS: '2' },
    ];
    const facts = {
      referenceGroup: '计算机类',
      fieldOfStudy: '0613',
      fromYear: '2022-2023',
      toYear: '2024-2025',
    };
    expect(await distributions(rows)).toEqual([
      {
        ...facts,
        gradeScale: 'CN-PERCENT',
        total: 12,
        counts: [
          { nativeGrade: '90', percentage: '90', count: 7 },
          { nativeGrade: '65', percentage: '65', count: 5 },
        ],
      },
      {
        ...facts,
        gradeScale: 'CN-FIVE-LEVEL',
        total: 10,
        counts: [
          { nativeGrade: '优秀', percentage: '94', count: 2 },
          { nativeGrade: '及格', percentage: '64', count: 8 },
        ],
      },
    ]);
    expect(await distributions(rows, '(fieldOfStudy: "061")')).toHaveLength(2);
    expect(await distributions(rows, '(fieldOfStudy: "0311")')).toEqual([]);
  });

  test('of a list that is not whole are refused, because every rank would be another', async () => {
    const system = tableSystem({ gradeCounts: [{ ...group, CJ: '80', RS: '100' }] });
    system.incomplete.add('gradeCounts');
    const answer = await ask(system, 'gradeDistributions { total }');
    expect(entitiesOf(answer)).toEqual([{ gradeDistributions: null }]);
    expect(errorsOf(answer)).toEqual([['_entities.0.gradeDistributions', 'RECORD_NOT_SUPPLIED']]);
  });

  test('are computed once for the same rows, and anew for others', async () => {
    let computed = 0;
    const counted = (CJ: string): NativeRow =>
      Object.defineProperty({ ...group, CJ }, 'RS', { enumerable: true, get: () => ((computed += 1), '10') });
    const system = tableSystem({ gradeCounts: [counted('80')], gradeWords });
    const adapter = tableAdapter(system, client.verifier);
    const total = async (args: string) =>
      entitiesOf(await client.institution(adapter, `gradeDistributions${args} { total }`))[0];
    for (const args of ['', '(fieldOfStudy: "0613")', '']) {
      expect(await total(args)).toEqual({ gradeDistributions: [{ total: 10 }] });
    }
    expect(computed).toBe(1);
    system.tables.gradeCounts = [counted('80'), counted('81')];
    expect(await total('(maxAge: 0)')).toEqual({ gradeDistributions: [{ total: 20 }] });
    expect(computed).toBe(3);
  });

  test('leave out groups of fewer than ten, however many failed', async () => {
    const rows = [
      { ...group, CJ: '90', RS: '9' },
      { ...group, CJ: '30', RS: '90' },
    ];
    expect(await distributions(rows)).toEqual([]);
    expect(await distributions([...rows, { ...group, CJ: '90', RS: '1' }])).toHaveLength(1);
  });

  test.each([
    ['a grade that stands in no table', [{ CJ: '特优', RS: '5' }]],
    ['a count that is none', [{ CJ: '80', RS: '许多' }]],
    ['a negative count', [{ CJ: '80', RS: '-5' }]],
    [
      'two words whose order nobody knows',
      [
        { CJ: '合格', RS: '20' },
        { CJ: '通过', RS: '20' },
      ],
    ],
  ])('of a group with %s are unknown, and the others stay', async (_, rows) => {
    const answer = await askCounts([
      ...rows.map((row) => ({ ...group, ...row })),
      { ...group, ZB: '数学类', CJ: '80', RS: '10' },
    ]);
    const found = entitiesOf(answer)[0]!['gradeDistributions'] as ({ referenceGroup: string } | null)[];
    expect(found.map((one) => one?.referenceGroup)).toEqual([undefined, '数学类']);
    expect(errorsOf(answer)).toEqual([['_entities.0.gradeDistributions.0', 'RECORD_NOT_SUPPLIED']]);
  });
});
