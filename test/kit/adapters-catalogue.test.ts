import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import {
  createAdapterClient,
  entitiesOf,
  errorsOf,
  type AdapterClient,
} from '../conformance/adapter-client.js';
import { checkedArguments, pageOf, placeOrder, type Place } from '../../subgraphs/adapters/kit/list-page.js';
import { tableAdapter, tableSystem, type TableSystem } from './adapters-table-school.js';

let client: AdapterClient;
beforeAll(async () => {
  client = await createAdapterClient();
});

const course = (KCDM: string, more: Record<string, string> = {}) => ({
  KCDM,
  KCMC: `课程${KCDM}`,
  XF: '3',
  XS: '48',
  ...more,
});

interface Page {
  edges: { cursor: string; node: Record<string, unknown> }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  totalCount: number | null;
  complete: boolean;
  provenance: { asOf: string; freshness: string };
}

function asking(system: TableSystem, clock = new FakeClock()) {
  const adapter = tableAdapter(system, client.verifier, { clock });
  const ask = (selection: string) => client.institution(adapter, selection);
  const courses = async (args: string, node = 'code') =>
    entitiesOf(
      await ask(`schoolCourses(${args}) { edges { cursor node { ${node} } } totalCount complete
        pageInfo { hasNextPage hasPreviousPage endCursor } provenance { asOf freshness } }`),
    )[0]!['schoolCourses'] as Page;
  return { ask, courses };
}
const codesOf = (page: Page) => page.edges.map(({ node }) => node['code']);

describe('the catalogue of a school', () => {
  test('is paged by code, and a page goes on where the last ended though courses come and go', async () => {
    const system = tableSystem({ courses: ['E', 'B', 'D', 'A', 'C'].map((code) => course(code)) });
    const { courses } = asking(system);
    const first = await courses('first: 2, maxAge: 0');
    expect(codesOf(first)).toEqual(['A', 'B']);
    expect(first).toMatchObject({
      totalCount: 5,
      complete: true,
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    system.tables.courses = ['A', 'AA', 'C', 'CC', 'D'].map((code) => course(code));
    const second = await courses(`first: 2, after: "${first.pageInfo.endCursor}", maxAge: 0`);
    expect(codesOf(second)).toEqual(['C', 'CC']);
    const last = await courses(`first: 2, after: "${second.pageInfo.endCursor}", maxAge: 0`);
    expect(codesOf(last)).toEqual(['D']);
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test('is walked once in order by pages of any size, also with codes that repeat', () => {
    const places = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 })), {
      selector: (place) => place.join('\n'),
    });
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 7 }), (found, first) => {
        const items = found
          .map((place): { place: Place } => ({ place }))
          .sort((a, b) => placeOrder(a.place, b.place));
        const walked: Place[] = [];
        for (let after: string | null = null, more = true; more;) {
          const page: ReturnType<typeof pageOf<{ place: Place }>> = pageOf(
            items,
            checkedArguments({ first, after }),
          );
          walked.push(...page.edges.map(({ item }) => item.place));
          ({ endCursor: after, hasNextPage: more } = page.pageInfo);
        }
        expect(walked).toEqual(items.map(({ place }) => place));
      }),
    );
  });

  test.each([
    ['first: 0', 'PAGE_SIZE_INVALID'],
    ['first: 101', 'PAGE_SIZE_INVALID'],
    ['after: "nonsense"', 'CURSOR_INVALID'],
    [`codes: ${JSON.stringify(Array.from({ length: 501 }, String))}`, 'INPUT_INVALID'],
  ])('and its programmes refuse %s before anything is read', async (args, code) => {
    for (const field of ['schoolCourses', 'schoolProgrammes']) {
      const system = tableSystem({ courses: [], courseCodes: [], programmes: [], requirements: [] });
      const answer = await asking(system).ask(`${field}(${args}) { totalCount }`);
      expect(entitiesOf(answer)).toEqual([{ [field]: null }]);
      expect(errorsOf(answer)).toEqual([[`_entities.0.${field}`, code]]);
      expect(system.asked).toEqual([]);
    }
  });

  test('gives a hundred courses a page, and says how many codes may be asked for', async () => {
    const courses = Array.from({ length: 101 }, (_, at) => course(String(1000 + at)));
    const asked = asking(tableSystem({ courses }));
    expect((await asked.courses('first: 100')).edges).toHaveLength(100);
    const codes = JSON.stringify(Array.from({ length: 501 }, String));
    const answer = await asked.ask(`schoolCourses(codes: ${codes}) { totalCount }`);
    expect(answer.errors?.[0]?.message).toBe('The input is not acceptable: codes ≤ 500');
  });

  test('counts a negative age as 0, as the records of a student do', async () => {
    const system = tableSystem({ courses: [course('A')] });
    const { courses } = asking(system);
    for (const [at, args] of ['maxAge: 600', 'maxAge: -1', 'maxAge: -2147483648'].entries()) {
      expect((await courses(args)).provenance.freshness).toBe('LIVE');
      expect(system.asked).toHaveLength(at + 1);
    }
  });

  test('gives each course with its facts, and what cannot be believed as unknown', async () => {
    const { courses } = asking(
      tableSystem({
        courses: [course('A', { KCYWMC: 'Calculus', QYRQ: '20200901' }), course('B', { XS: '2017' })],
      }),
    );
    const { edges } = await courses(
      'first: 2',
      'code name englishName credits creditScheme hours validFrom formerCodes { code } flags evidenceHash',
    );
    expect(edges.map(({ node }) => node)).toMatchObject([
      {
        code: 'A',
        name: '课程A',
        englishName: 'Calculus',
        credits: '3',
        creditScheme: 'CN-16',
        hours: '48',
        validFrom: '2020-09-01',
        formerCodes: null,
        flags: [],
        evidenceHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
      { code: 'B', hours: null, flags: ['HOURS_UNKNOWN', 'HOURS_IMPLAUSIBLE'] },
    ]);
  });

  test('finds a course by any of its former codes and tells its history, oldest first', async () => {
    const { courses } = asking(
      tableSystem({
        courses: [course('M3'), course('P1')],
        courseCodes: [
          { KCDM: 'M3', YKCDM: 'M2', YKCMC: '数学二', QYRQ: '20150901', TYRQ: '20190901' },
          { KCDM: 'M2', YKCDM: 'M1', YKCMC: '数学一', QYRQ: '20050901', TYRQ: '20150901' },
        ],
      }),
    );
    const page = await courses(
      'codes: ["M1", "nowhere"]',
      'code formerCodes { code name validFrom validTo }',
    );
    expect(page).toMatchObject({ totalCount: 1, complete: true });
    expect(page.edges[0]!.node).toEqual({
      code: 'M3',
      formerCodes: [
        { code: 'M1', name: '数学一', validFrom: '2005-09-01', validTo: '2015-09-01' },
        { code: 'M2', name: '数学二', validFrom: '2015-09-01', validTo: '2019-09-01' },
      ],
    });
    expect((await courses('codes: ["P1"]', 'formerCodes { code }')).edges[0]!.node).toEqual({
      formerCodes: [],
    });
    expect((await courses('codes: []')).totalCount).toBe(0);
  });

  test('ends where codes follow each other in a circle', async () => {
    const { courses } = asking(
      tableSystem({
        courses: [course('A')],
        courseCodes: [
          { KCDM: 'A', YKCDM: 'B' },
          { KCDM: 'B', YKCDM: 'A' },
        ],
      }),
    );
    expect((await courses('codes: ["B"]', 'code formerCodes { code }')).edges).toHaveLength(1);
  });

  test('is read once for ten minutes, again when that is over or the reader wants it younger', async () => {
    const clock = new FakeClock('2026-01-15T08:00:00Z');
    const system = tableSystem({ courses: [course('A')] });
    const { courses } = asking(system, clock);
    const reads = () => system.asked.filter((source) => source === 'courses').length;
    expect((await courses('first: 1')).provenance).toEqual({
      asOf: '2026-01-15T08:00:00.000Z',
      freshness: 'LIVE',
    });
    clock.advance(599_999);
    expect((await courses('first: 1')).provenance).toEqual({
      asOf: '2026-01-15T08:00:00.000Z',
      freshness: 'CACHED',
    });
    expect(reads()).toBe(1);
    await courses('first: 1, maxAge: 600');
    expect(reads()).toBe(1);
    await courses('first: 1, maxAge: 599');
    expect(reads()).toBe(2);
    await courses('first: 1, maxAge: 0');
    expect(reads()).toBe(3);
    clock.advance(600_000);
    expect((await courses('first: 1')).provenance.freshness).toBe('LIVE');
    expect(reads()).toBe(4);
  });

  test('of a delivery is as old as the delivery, and new as soon as another one is there', async () => {
    const system = tableSystem({ courses: [course('A')] });
    system.delivery = { deliveredAt: new Date('2026-01-01T00:00:00Z'), freshness: 'CACHED', rejectedRows: 0 };
    const { courses } = asking(system);
    expect((await courses('first: 1')).provenance).toEqual({
      asOf: '2026-01-01T00:00:00.000Z',
      freshness: 'CACHED',
    });
    system.tables.courses = [course('B')];
    expect(codesOf(await courses('first: 1, maxAge: 0'))).toEqual(['A']);
    system.delivery = { deliveredAt: new Date('2026-01-10T00:00:00Z'), freshness: 'STALE', rejectedRows: 0 };
    const page = await courses('first: 1');
    expect(codesOf(page)).toEqual(['B']);
    expect(page).toMatchObject({ complete: false, provenance: { freshness: 'STALE' } });
  });

  test('is complete only when the system says how much there is and every row was understood', async () => {
    const system = tableSystem({ courses: [course('A')], courseCodes: [] });
    const { courses } = asking(system);
    expect(await courses('maxAge: 0')).toMatchObject({ complete: true, totalCount: 1 });
    system.incomplete.add('courses');
    expect(await courses('maxAge: 0')).toMatchObject({ complete: false, totalCount: null });
    system.incomplete.clear();
    system.tables.courses = [course('A'), { KCMC: '无号课程' }];
    expect(await courses('maxAge: 0')).toMatchObject({ complete: false, totalCount: 1 });
    system.tables.courses = [course('A', { KCMC: '高等??' })];
    expect(await courses('maxAge: 0')).toMatchObject({ complete: false });
    system.tables.courses = [course('A')];
    system.incomplete.add('courseCodes');
    expect(await courses('maxAge: 0')).toMatchObject({ complete: false, totalCount: 1 });
  });

  test('that a school does not hold is refused, as programmes and distributions are', async () => {
    const answer = await asking(tableSystem()).ask(
      `schoolCourses { totalCount } schoolProgrammes { totalCount } gradeDistributions { total }
       recordChanges { cursor }`,
    );
    expect(errorsOf(answer)).toEqual(
      ['gradeDistributions', 'recordChanges', 'schoolCourses', 'schoolProgrammes'].map((field) => [
        `_entities.0.${field}`,
        'RECORD_NOT_SUPPLIED',
      ]),
    );
  });
});
