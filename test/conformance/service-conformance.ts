import { expect, test } from '@jest/globals';
import { identityNumberHash } from '../../subgraphs/adapters/kit/holder.js';
import { entities, expectRefused, type ConformanceBench, type Row } from './conformance-bench.js';
import type { SuppliedCapability } from './conformance-fixture.js';

const optional: readonly SuppliedCapability[] = [
  'GRADE_COMPONENTS',
  'ENROLMENTS',
  'CERTIFICATES',
  'COURSE_CATALOGUE',
  'PROGRAMMES',
  'GRADE_DISTRIBUTIONS',
  'CHANGES',
  'WRITE_BACK',
];

const salt = 'a-new-salt-for-every-question';

interface Changes {
  readonly changes: readonly { readonly studentNumber: string; readonly kind: string; readonly at: string }[];
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly restarted: boolean;
  readonly findsRemovals: boolean;
}

/** What every adapter must keep towards services: what it can do, verification, changes and write-back. */
export function describeServiceConformance(bench: ConformanceBench): void {
  const { fixture } = bench;

  test('declares exactly what it can do', async () => {
    const { institution } = await bench.institution('recordsSystem { capabilities }');
    const { capabilities } = institution['recordsSystem'] as { capabilities: string[] };
    expect(capabilities.filter((one) => (optional as readonly string[]).includes(one)).sort()).toEqual(
      [...(fixture.supplies ?? [])].sort(),
    );
    expect(capabilities.includes('COURSE_RESULTS')).toBe(fixture.results);
    expect(capabilities.includes('LIVE')).toBe(fixture.freshness === 'LIVE');
    const canVerify = fixture.holder !== undefined && (fixture.results || bench.supplies('CERTIFICATES'));
    expect(capabilities.includes('VERIFICATION')).toBe(canVerify);
  });

  async function verify(studentNumber: string, claim: object, holder = fixture.holder) {
    const query = `query ($representations: [_Any!]!, $holder: HolderClaim!, $claim: RecordClaim!) {
      _entities(representations: $representations) { ... on StudentRecord {
        verification(holder: $holder, claim: $claim) {
          holds outcome differs nativeKey askedAt provenance { freshness evidenceHash } } } } }`;
    const { name, identityNumber } = holder ?? { name: '陈思远', identityNumber: '640104200105120014' };
    const variables = {
      claim,
      holder: { name, identityNumberHash: identityNumberHash(identityNumber, salt), salt },
    };
    const answer = await bench.ask([bench.record(studentNumber)], { query, variables });
    return { found: entities(answer)[0]!['verification'] as Row | null, answer };
  }

  test('verifies a record of its holder, and says nothing to anybody else', async () => {
    const { holder } = fixture;
    if (holder === undefined) {
      const { found } = await verify(fixture.students[0]!, { courseCode: 'X' });
      expect(found).toMatchObject({ holds: null, outcome: 'CANNOT_TELL', nativeKey: null });
      return;
    }
    const [student] = entities(await bench.ask([bench.record(holder.studentNumber)]));
    const result = (student!['results'] as Row[] | null)?.find(({ nativeGrade }) => nativeGrade !== null);
    if (result === undefined) return;
    const { nativeKey, nativeGrade, provenance } = result;
    const { found } = await verify(holder.studentNumber, { nativeKey, nativeGrade });
    expect(found).toMatchObject({ holds: true, outcome: 'CONFIRMED', differs: [], nativeKey });
    expect(found!['askedAt']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(found!['provenance']).toEqual({
      freshness: fixture.freshness,
      evidenceHash: (provenance as Row)['evidenceHash'],
    });
    const other = await verify(holder.studentNumber, { nativeKey, nativeGrade: 'no such grade' });
    expect(other.found).toMatchObject({ holds: false, outcome: 'DIFFERS', differs: ['nativeGrade'] });
    expect(JSON.stringify(other.answer)).not.toContain(`"${String(nativeGrade)}"`);
    const foreign = { ...holder, name: '王建国' };
    expect((await verify(holder.studentNumber, { nativeKey }, foreign)).found).toMatchObject({
      holds: false,
      outcome: 'NOT_THE_HOLDER',
      nativeKey: null,
    });
    const absent = (await verify(holder.studentNumber, { nativeKey: 'no-such-key' })).found;
    expect(absent!['holds']).not.toBe(true);
    expect(['NOT_FOUND', 'CANNOT_TELL']).toContain(absent!['outcome']);
  });

  test('tells what changed since a cursor, or says that it cannot', async () => {
    const ask = async (since: string | null) =>
      bench.institution(
        `recordChanges(since: ${JSON.stringify(since)}, first: 1000) {
           changes { studentNumber kind at } cursor hasMore restarted findsRemovals provenance { system } }`,
      );
    if (!bench.supplies('CHANGES')) {
      const { institution, answer } = await ask(null);
      expectRefused(answer, '_entities.0.recordChanges', institution['recordChanges']);
      return;
    }
    const seen = new Set<string>();
    let byComparing = true;
    let cursor: string | null = null;
    for (let more = true; more;) {
      const page: Changes = (await ask(cursor)).institution['recordChanges'] as Changes;
      expect(page.restarted).toBe(false);
      for (const { studentNumber, kind, at } of page.changes) {
        expect(kind).toBe('CHANGED');
        expect(at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
        seen.add(studentNumber);
      }
      ({ cursor, hasMore: more, findsRemovals: byComparing } = page);
    }
    // Systems that keep the time of a change keep it of results; who has none yet has not changed.
    const all = entities(await bench.askAll());
    const expected = all.filter((row) => byComparing || (row!['results'] as Row[]).length > 0);
    expect([...seen]).toEqual(expect.arrayContaining(expected.map((row) => row!['studentNumber'])));
    expect((await ask(cursor)).institution['recordChanges']).toMatchObject({ changes: [], hasMore: false });
    expect((await ask('no-such-cursor')).institution['recordChanges']).toMatchObject({ restarted: true });
  });

  test('writes an exemption once under its certificate, or says that it cannot', async () => {
    const query = `mutation ($input: WriteBackExemptionInput!) { writeBackExemption(input: $input) {
      writeBack { state certificateNumber confirmedAt } userErrors { code } } }`;
    const write = async (change: object = {}) => {
      const input = {
        idempotencyKey: 'conformance-1',
        institutionId: bench.institutionId,
        certificateNumber: 'AMRLO-CONFORMANCE-1',
        kind: 'BOTH',
        ...(fixture.exemption ?? {
          studentNumber: fixture.students[0]!,
          courseCode: 'no-such-course',
          term: '2026-2027-1',
        }),
        ...change,
      };
      return bench.ask([], { query, variables: { input } });
    };
    const first = await write();
    if (!bench.supplies('WRITE_BACK')) {
      expectRefused(first, 'writeBackExemption', first.data?.['writeBackExemption']);
      return;
    }
    expect(first.data?.['writeBackExemption']).toMatchObject({
      writeBack: { state: 'WRITTEN', certificateNumber: 'AMRLO-CONFORMANCE-1' },
      userErrors: [],
    });
    const again = await write({ idempotencyKey: 'conformance-2' });
    expect(again.data?.['writeBackExemption']).toMatchObject({ writeBack: { state: 'ALREADY_WRITTEN' } });
    const other = await write({ idempotencyKey: 'conformance-3', certificateNumber: 'AMRLO-CONFORMANCE-2' });
    expect(other.data?.['writeBackExemption']).toMatchObject({
      writeBack: null,
      userErrors: [{ code: 'WRITE_BACK_REFUSED' }],
    });
    const unknown = await write({ idempotencyKey: 'conformance-4', studentNumber: 'no-such-number' });
    expect(unknown.data?.['writeBackExemption']).toMatchObject({
      writeBack: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
  });
}
