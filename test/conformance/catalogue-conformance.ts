import { expect, test } from '@jest/globals';
import { compare } from '../../subgraphs/kit/base/decimal.js';
import { expectRefused, type ConformanceBench, type Row } from './conformance-bench.js';

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number | null;
  readonly complete: boolean;
  readonly provenance: Row;
}

const lists = {
  schoolCourses: {
    capability: 'COURSE_CATALOGUE',
    node: 'code name credits creditScheme hours flags formerCodes { code name } evidenceHash',
  },
  schoolProgrammes: {
    capability: 'PROGRAMMES',
    node: 'code name version credits creditScheme flags requirements { code credits courseCodes } evidenceHash',
  },
} as const;

/** What every adapter must keep about what it lists whole: catalogue, programmes and grade distributions. */
export function describeCatalogueConformance(bench: ConformanceBench): void {
  async function page(field: keyof typeof lists, args: string): Promise<Page> {
    const { institution } = await bench.institution(
      `${field}(${args}) { edges { cursor node { ${lists[field].node} } } totalCount complete
         pageInfo { hasNextPage endCursor } provenance { system asOf freshness } }`,
    );
    return institution[field] as Page;
  }

  describeEach('lists all of its %s once, page by page, in the order of the codes', async (field) => {
    const whole = await page(field, 'first: 100');
    expect(whole.edges.length).toBeGreaterThan(0);
    expect(whole.provenance['system']).toEqual(expect.any(String));
    if (whole.complete) expect(whole.totalCount).toBeGreaterThanOrEqual(whole.edges.length);
    const codes = whole.edges.map(({ node }) => node['code'] as string);
    expect(codes).toEqual(codes.toSorted((a, b) => (a < b ? -1 : 1)));
    const walked: unknown[] = [];
    for (let after: string | null = null, more = true; more && walked.length < 10;) {
      const next: Page = await page(field, `first: 2, after: ${JSON.stringify(after)}`);
      walked.push(...next.edges.map(({ node }) => node));
      ({ endCursor: after, hasNextPage: more } = next.pageInfo);
    }
    expect(walked).toEqual(whole.edges.slice(0, walked.length).map(({ node }) => node));
  });

  describeEach('finds %s by their codes', async (field) => {
    const [first] = (await page(field, 'first: 1')).edges;
    const code = first!.node['code'];
    const found = await page(field, `codes: [${JSON.stringify(code)}, "no-such-code"]`);
    expect(found.edges.length).toBeGreaterThan(0);
    for (const { node } of found.edges) expect(node['code']).toBe(code);
  });

  describeEach('never shows 0 or an unbelievable number in its %s', async (field) => {
    for (const { node } of (await page(field, 'first: 100')).edges) {
      const { credits, hours = null, creditScheme, flags } = node as Record<string, string | null>;
      if (credits === null)
        expect([creditScheme, flags]).toEqual([null, expect.arrayContaining(['CREDITS_UNKNOWN'])]);
      if (hours === null || credits === null || !creditScheme!.startsWith('CN-')) continue;
      expect(Number(hours) >= 8 * Number(credits) && Number(hours) <= 64 * Number(credits)).toBe(true);
    }
  });

  test('finds a course by a former code, where the system keeps any', async () => {
    const { formerCode } = bench.fixture;
    if (formerCode === undefined) return;
    const found = await page('schoolCourses', `codes: [${JSON.stringify(formerCode.former)}]`);
    expect(found.edges.map(({ node }) => node['code'])).toContain(formerCode.current);
    const course = found.edges.find(({ node }) => node['code'] === formerCode.current)!.node;
    expect((course['formerCodes'] as Row[]).map(({ code }) => code)).toContain(formerCode.former);
  });

  test('counts passing grades of groups of ten and more, best first, or says that it has none to give', async () => {
    const { institution, answer } = await bench.institution(
      'gradeDistributions { referenceGroup total counts { nativeGrade percentage count } provenance { system } }',
    );
    const found = institution['gradeDistributions'] as (Row | null)[] | null;
    if (!bench.supplies('GRADE_DISTRIBUTIONS')) {
      expectRefused(answer, '_entities.0.gradeDistributions', found);
      return;
    }
    expect(Array.isArray(found)).toBe(true);
    for (const [at, distribution] of found!.entries()) {
      if (distribution === null) {
        expectRefused(answer, `_entities.0.gradeDistributions.${at}`, distribution);
        continue;
      }
      const counts = distribution['counts'] as { percentage: string | null; count: number }[];
      const total = counts.reduce((sum, { count }) => sum + count, 0);
      expect(distribution['total']).toBe(total);
      expect(total).toBeGreaterThanOrEqual(10);
      const known = counts.flatMap(({ percentage }) => percentage ?? []);
      expect(known).toEqual(known.toSorted((a, b) => compare(b, a)));
    }
  });

  function describeEach(name: string, run: (field: keyof typeof lists) => Promise<void>): void {
    test.each(Object.keys(lists) as (keyof typeof lists)[])(`${name}, or refuses them`, async (field) => {
      if (bench.supplies(lists[field].capability)) return run(field);
      const { institution, answer } = await bench.institution(`${field} { totalCount }`);
      return expectRefused(answer, `_entities.0.${field}`, institution[field]);
    });
  }
}
