import { describe, expect, test } from '@jest/globals';
import type { SubgraphResponse } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import {
  createTestRouter,
  entities,
  type FakeSchool,
  full,
  institution,
  live,
  record,
  twoSchools,
  unavailable,
} from '../../rooms/records-fixture.js';

type Row = Record<string, unknown>;
const health = entities('... on Institution { recordsSystem { health } }');
const error = (code: string | undefined, ...path: (string | number)[]) => ({
  message: 'secret',
  path: ['_entities', ...path],
  ...(code === undefined ? {} : { extensions: { code } }),
});
/** The usual answer with its first entity changed and errors beside it. */
const spoiled =
  (change: (entity: Row) => Row | null, ...errors: ReturnType<typeof error>[]) =>
  async (_: unknown, usual: () => Promise<SubgraphResponse>): Promise<SubgraphResponse> => {
    const { data } = await usual();
    const [first, ...rest] = data!['_entities'] as Row[];
    return { data: { ...data, _entities: [change(first!), ...rest] }, errors };
  };

describe('an address that cannot be connected to', () => {
  test('costs its own school: its records and its recordsSystem say so, the others are there', async () => {
    const [a, b] = twoSchools();
    const { ask } = await createTestRouter([a, b], {
      connect: ({ institutionId, endpoint }) => {
        if (institutionId === 'inst_a') throw new TypeError(`Invalid URL: ${endpoint}`);
        return b.handle;
      },
    });
    const answer = await ask(full, { r: [record('inst_a', '1'), record('inst_b', '1')] });
    expect(answer.data).toEqual({ _entities: [unavailable('1'), live('1')] });
    expect(answer.errors).toMatchObject([
      {
        message: expect.stringContaining('School inst_a'),
        path: ['_entities', 0, 'grades'],
        extensions: { code: 'SCHOOL_UNAVAILABLE' },
      },
    ]);
    expect(await ask(health, { r: [institution('inst_a'), institution('inst_b')] })).toEqual({
      data: {
        _entities: [{ recordsSystem: { health: 'DEGRADED' } }, { recordsSystem: { health: 'UP' } }],
      },
    });
  });
});

describe('the breaker', () => {
  const guard = { failures: 2 };

  test.each<[string, FakeSchool['respond']]>([
    [
      'a part of a record',
      spoiled((entity) => ({ ...entity, grades: null }), error('SCHOOL_UNAVAILABLE', 0, 'grades')),
    ],
    ['one record of several', spoiled(() => null, error('SCHOOL_TIMEOUT', 0))],
  ])('does not open for a school that lacks %s', async (_, respond) => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a], { guard, ttlMs: 0 });
    a.respond = respond;
    const r = [record('inst_a', '1'), record('inst_a', '2')];
    for (let round = 1; round <= 6; round += 1) {
      expect((await ask(full, { r })).data).toMatchObject({ _entities: [{}, live('2')] });
      expect(a.asked).toHaveLength(round);
    }
    expect(await ask(health, { r: [institution('inst_a')] })).toMatchObject({
      data: { _entities: [{ recordsSystem: { health: 'UP' } }] },
    });
  });

  test('opens for one of which nothing is obtained, whatever it calls that', async () => {
    for (const code of ['SCHOOL_UNAVAILABLE', 'INTERNAL', 'NO_SUCH_CODE', undefined]) {
      const [a] = twoSchools();
      const { ask } = await createTestRouter([a], { guard, ttlMs: 0 });
      a.respond = spoiled(() => null, error(code, 0));
      for (let round = 0; round < 4; round += 1) await ask(full, { r: [record('inst_a', '1')] });
      expect(a.asked).toHaveLength(2);
      expect(await ask(health, { r: [institution('inst_a')] })).toMatchObject({
        data: { _entities: [{ recordsSystem: { health: 'DOWN' } }] },
      });
    }
  });

  test.each([
    ['NUL', 'a\u0000b'],
    ['a line feed', 'a\nb'],
    ['half a character', '\ud800'],
    ['more than 64 characters', '1'.repeat(65)],
    ['nothing', ''],
  ])('is not moved by keys with %s in them: they are not found, and nobody is asked', async (_, number) => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a], { guard: { failures: 1 }, ttlMs: 0 });
    const r = [
      record('inst_a', number),
      { __typename: 'CourseResult', institutionId: 'inst_a', nativeKey: number.repeat(6) },
      { __typename: 'SchoolCertificate', institutionId: 'inst_a', nativeKey: number.repeat(6) },
    ];
    const query = entities(
      '... on StudentRecord { name } ... on CourseResult { courseName } ... on SchoolCertificate { name }',
    );
    expect(await ask(query, { r })).toEqual({ data: { _entities: [null, null, null] } });
    expect(a.requests).toEqual([]);
  });
});

describe('a fault inside an adapter', () => {
  test('at an entity makes it UNAVAILABLE, or gives the last copy, and is not kept', async () => {
    const [a] = twoSchools();
    const { ask, clock } = await createTestRouter([a]);
    const r = [record('inst_a', '1')];
    a.respond = spoiled(() => null, error('INTERNAL', 0));
    const failed = await ask(full, { r });
    expect(failed.data).toEqual({ _entities: [unavailable('1')] });
    expect(failed.errors).toMatchObject([
      { path: ['_entities', 0, 'grades'], extensions: { code: 'SCHOOL_CONTRACT_BROKEN' } },
    ]);
    expect(JSON.stringify(failed)).not.toContain('secret');
    a.respond = undefined;
    expect(await ask(full, { r })).toEqual({ data: { _entities: [live('1')] } });
    clock.advance(100_000);
    a.respond = spoiled(() => null, error('INTERNAL', 0));
    expect((await ask(full, { r })).data).toEqual({ _entities: [live('1', 'STALE', false)] });
  });

  test('at a field is not kept', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a]);
    const r = [record('inst_a', '1')];
    a.respond = spoiled((entity) => ({ ...entity, name: null }), error('INTERNAL', 0, 'name'));
    expect((await ask(full, { r })).data).toMatchObject({ _entities: [{ name: null }] });
    a.respond = undefined;
    expect(await ask(full, { r })).toEqual({ data: { _entities: [live('1')] } });
  });
});

describe('the errors of a record', () => {
  const claim =
    'holder: { name: "x", identityNumberHash: "y", salt: "1234567890123456" }, claim: { nativeKey: "1|a" }';
  const query = entities(`... on StudentRecord {
    results { nativeKey } enrolments { programme } certificates { name }
    held: heldBy(name: "x", identityNumberHash: "y", salt: "1234567890123456")
    proof: verification(${claim}) { holds }
  }`);
  const r = [record('inst_a', '1')];
  const told = (answer: SubgraphResponse) =>
    answer.errors!.map(({ path, extensions }) => [path!.slice(2).join('.'), extensions!['code']].join(' '));
  const nothing = { results: null, enrolments: null, certificates: null, held: null, proof: null };

  test('are one at its first missing field and one wherever null would be an answer', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a], { ttlMs: 0 });
    const all = ['results', 'held', 'proof'].map((field) => `${field} SCHOOL_UNAVAILABLE`);
    a.respond = spoiled(
      (entity) => ({ ...entity, ...nothing }),
      // In the order in which things failed, which is not that of the selection.
      ...['proof', 'enrolments', 'held', 'results', 'certificates'].map((field) =>
        error('SCHOOL_UNAVAILABLE', 0, field),
      ),
    );
    expect(told(await ask(query, { r })).sort()).toEqual([...all].sort());
    a.respond = () => Promise.reject(new Error('down'));
    const dead = await ask(query, { r });
    expect(dead.data).toEqual({ _entities: [nothing] });
    expect(told(dead)).toEqual(all);
  });

  test('are one for each way in which the school failed', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a], { ttlMs: 0 });
    a.respond = spoiled(
      (entity) => ({ ...entity, ...nothing, held: true, proof: { holds: true } }),
      error('INTERNAL', 0, 'certificates'),
      error('SCHOOL_TIMEOUT', 0, 'enrolments'),
      error('SCHOOL_TIMEOUT', 0, 'results'),
    );
    expect(told(await ask(query, { r }))).toEqual([
      'certificates SCHOOL_CONTRACT_BROKEN',
      'results SCHOOL_TIMEOUT',
    ]);
  });
});
