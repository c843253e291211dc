import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import {
  createSigner,
  createVerifier,
  type AssertionSigner,
} from '../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import type { SubgraphRequest, SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { everything, type ConformanceFixture, type OpenFixture } from './conformance-fixture.js';
import { identityNumberHash } from '../../subgraphs/adapters/kit/holder.js';
import { adapterAudience, contractSdl } from '../../subgraphs/records/contract.js';

type Row = Record<string, unknown>;

/** Declares the conformance cases of one adapter. */
export function describeConformance(fixture: ConformanceFixture): void {
  if (fixture.absent !== undefined) {
    process.stderr.write(`skipped: conformance of ${fixture.name}: ${fixture.absent}\n`);
    describe.skip(`the adapter of ${fixture.name}`, () => test('conforms', () => undefined));
    return;
  }

  describe(`the adapter of ${fixture.name}`, () => {
    let signer: AssertionSigner;
    let opened: OpenFixture;

    beforeAll(async () => {
      const made = await createSigner(undefined);
      signer = made.signer;
      opened = await fixture.open(await createVerifier([made.publicKeyPem!]));
    });
    afterAll(async () => {
      await Promise.all([opened.adapter.stop(), opened.dead.stop()]);
      await opened.close();
    });

    const institutionId = () => opened.adapter.school.institutionId;
    const record = (studentNumber: string) => ({
      __typename: 'StudentRecord',
      institutionId: institutionId(),
      studentNumber,
    });

    async function ask(
      representations: readonly Row[],
      options: {
        adapter?: Adapter;
        query?: string;
        variables?: Row;
        principal?: Principal;
        audience?: string;
        signal?: AbortSignal;
      } = {},
    ): Promise<SubgraphResponse> {
      const principal = options.principal ?? servicePrincipal('records');
      const request: SubgraphRequest = {
        query: options.query ?? everything,
        variables: { representations, ...options.variables },
        assertion: await signer.sign(principal, options.audience ?? adapterAudience(institutionId())),
        requestId: 'conformance',
        locale: 'en',
        deadline: Date.now() + 10_000,
        signal: options.signal ?? new AbortController().signal,
      };
      return (options.adapter ?? opened.adapter).handle(request);
    }
    const entities = (answer: SubgraphResponse) => answer.data?.['_entities'] as (Row | null)[];

    test('serves the contract, word for word', async () => {
      const answer = await ask([], { query: '{ _service { sdl } }' });
      expect(answer).toEqual({ data: { _service: { sdl: contractSdl } } });
      expect(opened.adapter.sdl).toBe(contractSdl);
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
        expectProvenance(row!);
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
      for (const result of await allResults()) {
        if (result['percentage'] === '0') expect(result['nativeGrade']).toMatch(/^0+(\.0+)?$/);
        for (const amount of ['credits', 'hours']) expect(result[amount]).not.toBe('0');
        if (result['credits'] === null) expect(result['creditScheme']).toBeNull();
        if ((result['flags'] as string[]).includes('UNKNOWN_GRADE_WORD')) {
          expect(result).toMatchObject({ percentage: null, passed: null });
        }
        for (const field of ['percentage', 'credits', 'hours']) {
          if (result[field] !== null) expect(result[field]).toMatch(/^\d+(\.\d*[1-9])?$/);
        }
        expectProvenance(result);
      }
    });

    test('finds each result again by its own key', async () => {
      const results = await allResults();
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

    test('gives the same evidence for the same row every time', async () => {
      const hashes = async () =>
        JSON.stringify(await ask(fixture.students.map(record))).match(/sha256:[0-9a-f]{64}/g) ?? [];
      const first = await hashes();
      expect(first.length).toBeGreaterThanOrEqual(fixture.students.length);
      expect(await hashes()).toEqual(first);
      expect(new Set(first).size).toBe(first.length);
    });

    test('asks its source a bounded number of times, however many students are asked for', async () => {
      if (opened.statements === undefined) return;
      await ask(fixture.students.map(record));
      const cost = async (representations: readonly Row[]) => {
        const before = opened.statements!();
        await ask(representations);
        return opened.statements!() - before;
      };
      const one = await cost([record(fixture.students[0]!)]);
      const many = await cost(
        [...fixture.students, ...Array.from({ length: 100 }, (_, at) => `unknown-${at}`)].map(record),
      );
      expect(many).toBe(one);
      expect(many).toBeLessThanOrEqual(3);
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
      const text = JSON.stringify(await ask(fixture.students.map(record)));
      expect(text).not.toMatch(/\d{17}[\dXx]/);
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
      const before = opened.statements?.();
      await expect(ask(fixture.students.map(record), { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'REQUEST_CANCELLED',
      });
      expect(opened.statements?.()).toBe(before);
    });

    test('reports a dead source: keys, complete false, provenance UNAVAILABLE, an error, and nothing made up', async () => {
      const number = fixture.students[0]!;
      const answer = await ask([record(number)], { adapter: opened.dead });
      const [row] = entities(answer);
      expect(row).toMatchObject({ institutionId: institutionId(), studentNumber: number, complete: false });
      expect(row!['provenance']).toMatchObject({ freshness: 'UNAVAILABLE', asOf: null, evidenceHash: null });
      expect(row!['results']).toBeNull();
      expect(row!['name']).toBeNull();
      expect(answer.errors).toContainEqual({
        message: `The records system of ${opened.dead.school.name} is unavailable; its records were not obtained.`,
        path: ['_entities', 0, 'results'],
        extensions: { code: 'SCHOOL_UNAVAILABLE', retryable: true },
      });
    });

    async function allResults(): Promise<Row[]> {
      const found = entities(await ask(fixture.students.map(record)));
      return found.flatMap((row) => (row!['results'] as Row[] | null) ?? []);
    }

    function expectProvenance(row: Row): void {
      const provenance = row['provenance'] as Row;
      expect(provenance).toMatchObject({ freshness: fixture.freshness });
      expect(provenance['evidenceHash']).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(provenance['asOf']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      expect(provenance['system']).toEqual(expect.any(String));
    }
  });
}
