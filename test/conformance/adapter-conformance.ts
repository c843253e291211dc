import { studentSources } from '../../subgraphs/adapters/kit/driver.js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { identityNumberHash } from '../../subgraphs/adapters/kit/holder.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { contractSdl } from '../../subgraphs/records/contract.js';
import { describeCatalogueConformance } from './catalogue-conformance.js';
import { ConformanceBench, entities, type Row } from './conformance-bench.js';
import type { ConformanceFixture } from './conformance-fixture.js';
import { describeRecordConformance } from './record-conformance.js';
import { describeServiceConformance } from './service-conformance.js';

/** Declares the conformance cases of one adapter. */
export function describeConformance(fixture: ConformanceFixture): void {
  if (fixture.absent !== undefined) {
    process.stderr.write(`skipped: conformance of ${fixture.name}: ${fixture.absent}\n`);
    describe.skip(`the adapter of ${fixture.name}`, () => test('conforms', () => undefined));
    return;
  }

  describe(`the adapter of ${fixture.name}`, () => {
    const bench = new ConformanceBench(fixture);
    beforeAll(() => bench.open());
    afterAll(() => bench.close());

    const record = (studentNumber: string) => bench.record(studentNumber);
    const ask: ConformanceBench['ask'] = (...question) => bench.ask(...question);
    const institutionId = () => bench.institutionId;

    test('serves the contract, word for word', async () => {
      const answer = await ask([], { query: '{ _service { sdl } }' });
      expect(answer).toEqual({ data: { _service: { sdl: contractSdl } } });
      expect(bench.opened.adapter.sdl).toBe(contractSdl);
    });

    test('refuses a call without an assertion, for another audience, or in the name of a person', async () => {
      const person: Principal = { kind: 'PERSON', subject: 'somebody', grants: [], scopes: [] };
      await expect(ask([], { audience: 'adapter:another' })).rejects.toMatchObject({
        code: 'ASSERTION_MISSING',
      });
      await expect(ask([], { audience: 'records' })).rejects.toMatchObject({ code: 'ASSERTION_MISSING' });
      await expect(ask([], { principal: person })).rejects.toMatchObject({ code: 'ASSERTION_MISSING' });
      await expect(
        ask([], { audience: 'adapter:another', query: '{ _service { sdl } }' }),
      ).rejects.toMatchObject({
        code: 'ASSERTION_MISSING',
      });
    });

    test('refuses a field that the contract does not have', async () => {
      const query = '{ _entities(representations: []) { ... on StudentRecord { identityNumber } } }';
      await expect(ask([], { query })).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    });

    test('answers known students in the order asked, under their own keys, with provenance', async () => {
      const asked = [...fixture.students].reverse();
      const found = entities(await ask(asked.map(record)));
      expect(found.map((row) => row?.['studentNumber'])).toEqual(asked);
      for (const row of found) {
        expect(row).toMatchObject({ __typename: 'StudentRecord', institutionId: institutionId() });
        bench.expectProvenance(row!);
        for (const field of fixture.unknown) expect([field, row![field]]).toEqual([field, null]);
      }
    });

    test('masks every name', async () => {
      for (const row of entities(await ask(fixture.students.map(record)))) {
        if (row!['name'] !== null) expect(row!['name']).toMatch(/^.\*{1,3}$/u);
      }
    });

    test('does not know unknown students, foreign institutions and malformed keys', async () => {
      const known = fixture.students[0]!;
      const answer = await ask([
        record('no-such-number'),
        { ...record(known), institutionId: 'inst_another' },
        { __typename: 'CourseResult', institutionId: institutionId(), nativeKey: 'no-such-key' },
        { __typename: 'CourseResult', institutionId: institutionId(), nativeKey: `${known}|no-such-key` },
        { __typename: 'Institution', id: 'inst_another' },
      ]);
      const found = entities(answer);
      if (fixture.results) expect(answer.errors).toBeUndefined();
      expect([found[0], found[1], found[2], found[4]]).toEqual([
        null,
        null,
        fixture.results ? null : found[2],
        null,
      ]);
      if (fixture.results) expect(found[3]).toBeNull();
    });

    test('gives results, or says that it has none to give; never an empty list in place of unknown', async () => {
      const answer = await ask(fixture.students.map(record));
      for (const [index, row] of entities(answer).entries()) {
        const failed = answer.errors?.find(({ path }) => path?.join('.') === `_entities.${index}.results`);
        if (fixture.results) {
          expect(failed).toBeUndefined();
          expect(Array.isArray(row!['results'])).toBe(true);
        } else {
          expect(row).toMatchObject({ results: null, complete: false });
          expect(failed).toMatchObject({ extensions: { code: 'RECORD_NOT_SUPPLIED', retryable: false } });
        }
      }
    });

    test('never shows 0 where a grade, credits or hours are unknown', async () => {
      for (const result of await bench.allOf('results')) {
        if (result['percentage'] === '0') expect(result['nativeGrade']).toMatch(/^0+(\.0+)?$/);
        for (const amount of ['credits', 'hours']) expect(result[amount]).not.toBe('0');
        if (result['credits'] === null) expect(result['creditScheme']).toBeNull();
        if ((result['flags'] as string[]).includes('UNKNOWN_GRADE_WORD')) {
          expect(result).toMatchObject({ percentage: null, passed: null });
        }
        for (const field of ['percentage', 'credits', 'hours']) {
          if (result[field] !== null) expect(result[field]).toMatch(/^\d+(\.\d*[1-9])?$/);
        }
        bench.expectProvenance(result);
      }
    });

    test('finds each result again by its own key', async () => {
      // Of rows that share a key nobody knows which one it means; they are flagged and count for nothing.
      const results = (await bench.allOf('results')).filter(
        ({ flags }) => !(flags as string[]).includes('KEY_NOT_UNIQUE'),
      );
      const keys = results.map(({ nativeKey }) => ({
        __typename: 'CourseResult',
        institutionId: institutionId(),
        nativeKey,
      }));
      expect(new Set(keys.map(({ nativeKey }) => nativeKey)).size).toBe(keys.length);
      const found = entities(await ask(keys));
      const timeless = (row: Row) => ({
        ...row,
        __typename: undefined,
        provenance: { ...(row['provenance'] as Row), asOf: null },
      });
      expect(found.map((row) => timeless(row!))).toEqual(results.map(timeless));
    });

    test('gives the same evidence for the same row every time, and another for another row', async () => {
      const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on StudentRecord { provenance { evidenceHash } results { provenance { evidenceHash } } } } }`;
      const hashes = async () =>
        JSON.stringify(await ask(fixture.students.map(record), { query })).match(/sha256:[0-9a-f]{64}/g) ??
        [];
      const first = await hashes();
      expect(first.length).toBeGreaterThanOrEqual(fixture.students.length);
      expect(await hashes()).toEqual(first);
      expect(new Set(first).size).toBe(first.length);
    });

    test('asks its source a bounded number of times, however many students are asked for', async () => {
      if (bench.opened.statements === undefined) return;
      await ask(fixture.students.map(record));
      const cost = async (representations: readonly Row[]) => {
        const before = bench.opened.statements!();
        await ask(representations);
        return bench.opened.statements!() - before;
      };
      const one = await cost([record(fixture.students[0]!)]);
      const many = await cost(
        [...fixture.students, ...Array.from({ length: 100 }, (_, at) => `unknown-${at}`)].map(record),
      );
      expect(many).toBe(one);
      // Once for each source that the selection needs, never once for each student; lists are kept.
      expect(many).toBeLessThanOrEqual(studentSources.length);
    });

    test('tells a service whether a person holds a record, from hashes only', async () => {
      const query = /* GraphQL */ `
        query ($representations: [_Any!]!, $name: String!, $hash: String!, $salt: String!) {
          _entities(representations: $representations) {
            ... on StudentRecord {
              heldBy(name: $name, identityNumberHash: $hash, salt: $salt)
            }
          }
        }
      `;
      const salt = 'a-new-salt-for-every-question';
      const held = async (studentNumber: string, name: string, identityNumber: string, saltUsed = salt) => {
        const variables = { name, hash: identityNumberHash(identityNumber, saltUsed), salt: saltUsed };
        return ask([record(studentNumber)], { query, variables });
      };
      const { holder } = fixture;
      if (holder === undefined) {
        expect(entities(await held(fixture.students[0]!, '陈思远', '640104200105120014'))).toEqual([
          { heldBy: null },
        ]);
        return;
      }
      const { studentNumber, name, identityNumber } = holder;
      expect(entities(await held(studentNumber, name, identityNumber))).toEqual([{ heldBy: true }]);
      expect(entities(await held(studentNumber, '王建国', identityNumber))).toEqual([{ heldBy: false }]);
      expect(entities(await held(studentNumber, name, '640104199901010021'))).toEqual([{ heldBy: false }]);
      expect((await held(studentNumber, name, identityNumber, 'short')).errors).toMatchObject([
        { extensions: { code: 'INPUT_INVALID' } },
      ]);
    });

    test('never lets identity numbers or passwords out', async () => {
      const answer = JSON.stringify(await ask(fixture.students.map(record)));
      // A hash may hold eighteen digits in a row.
      const text = answer.replace(/sha256:[0-9a-f]{64}/g, '');
      // With a day of birth in it: numbers of diplomas have eighteen digits too.
      expect(text).not.toMatch(/\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]/);
      if (fixture.holder !== undefined) expect(text).not.toContain(fixture.holder.identityNumber);
      expect(text).not.toContain('never-select-this');
      expect(text).not.toContain('Password1');
    });

    test('says what it covers', async () => {
      const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on Institution { id recordsSystem { kind name freshness capabilities coverage { supplied missing } } } } }`;
      const [institution] = entities(
        await ask([{ __typename: 'Institution', id: institutionId() }], { query }),
      );
      const system = institution!['recordsSystem'] as Row;
      const coverage = system['coverage'] as { supplied: string[]; missing: string[] };
      expect(system['freshness']).toBe(fixture.freshness);
      expect(coverage.supplied.includes('StudentRecord.results')).toBe(fixture.results);
      expect((system['capabilities'] as string[]).includes('HOLDER_CHECK')).toBe(
        fixture.holder !== undefined,
      );
      for (const field of fixture.unknown) expect(coverage.missing).toContain(`StudentRecord.${field}`);
    });

    test('does nothing for a reader who has left', async () => {
      const before = bench.opened.statements?.();
      await expect(ask(fixture.students.map(record), { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'REQUEST_CANCELLED',
      });
      expect(bench.opened.statements?.()).toBe(before);
    });

    test('reports a dead source: keys, complete false, provenance UNAVAILABLE, an error, and nothing made up', async () => {
      const number = fixture.students[0]!;
      const answer = await ask([record(number)], { adapter: bench.opened.dead });
      const [row] = entities(answer);
      expect(row).toMatchObject({ institutionId: institutionId(), studentNumber: number, complete: false });
      expect(row!['provenance']).toMatchObject({ freshness: 'UNAVAILABLE', asOf: null, evidenceHash: null });
      expect(row!['results']).toBeNull();
      expect(row!['name']).toBeNull();
      expect(answer.errors).toContainEqual({
        message: `The records system of ${bench.opened.dead.school.name} is unavailable; its records were not obtained.`,
        path: ['_entities', 0, 'results'],
        extensions: { code: 'SCHOOL_UNAVAILABLE', retryable: true },
      });
    });

    describeRecordConformance(bench);
    describeCatalogueConformance(bench);
    describeServiceConformance(bench);
  });
}
