import { beforeEach, describe, expect, test } from '@jest/globals';
import { createTestRouter, FakeSchool, names, record } from '../../rooms/records-fixture.js';

const institution = (id: string) => ({ __typename: 'Institution', id });
const entities = (selection: string, variables = '') =>
  `query ($r: [_Any!]!${variables}) { _entities(representations: $r) { ${selection} } }`;

let a: FakeSchool;
beforeEach(() => {
  a = new FakeSchool('inst_a', names());
});

describe('maxAge and waitMs', () => {
  const query = entities(
    '... on Institution { schoolCourses(maxAge: $age, waitMs: $wait) { totalCount } }',
    ', $age: Int = 30, $wait: Int',
  );
  const r = [institution('inst_a')];

  test('of the catalogue: the age goes on to the adapter, the wait does not, and neither divides the copies', async () => {
    const { ask, clock } = await createTestRouter([a]);
    await ask(query, { r, age: 300, wait: 4_000 });
    expect(a.requests[0]!.query).toContain('maxAge: $age');
    expect(a.requests[0]!.query).not.toContain('wait');
    expect(a.requests[0]!.variables).toMatchObject({ age: 300 });
    await ask(query, { r, age: 200 });
    await ask(query.replace('maxAge: $age', 'maxAge: 100').replace('$age: Int = 30, ', ''), { r });
    expect(a.requests).toHaveLength(1);
    clock.advance(60_000);
    await ask(query, { r, age: 60 });
    expect(a.requests).toHaveLength(1);
    await ask(query, { r });
    expect(a.requests[1]!.variables).toMatchObject({ age: 30 });
  });

  test('of a list that the school keeps itself: the age counts from when the school read it', async () => {
    const { ask, clock } = await createTestRouter([a]);
    await ask(query, { r, age: 0 });
    clock.advance(590_000);
    const other = query.replace('totalCount', 'edges { cursor }');
    // The fake school gives what it read at the beginning, as adapters do that keep whole lists.
    await ask(other, { r, age: 3_600 });
    clock.advance(5_000);
    await ask(other, { r, age: 600 });
    expect(a.requests).toHaveLength(2);
    await ask(other, { r, age: 30 });
    expect(a.requests).toHaveLength(3);
    expect(a.requests[2]!.variables).toMatchObject({ age: 30 });
  });

  test('of several lists: the oldest of them decides', async () => {
    const { ask, clock } = await createTestRouter([a]);
    const both = query.replace('{ totalCount }', '{ totalCount } gradeDistributions { total }');
    clock.advance(100_000);
    a.respond = async (_, usual) =>
      JSON.parse(
        JSON.stringify(await usual()).replace(
          /("schoolCourses":.*?"asOf":")[^"]*/,
          `$1${clock.now().toISOString()}`,
        ),
      );
    await ask(both, { r, age: 3_600 });
    await ask(both, { r, age: 100 });
    expect(a.requests).toHaveLength(1);
    await ask(both, { r, age: 99 });
    expect(a.requests).toHaveLength(2);
  });

  test('of a delivery: the age counts from the question, because nothing newer can be had', async () => {
    const { ask, clock } = await createTestRouter([a], { lines: { kind: 'DROP' } });
    clock.advance(590_000);
    await ask(query, { r, age: 30 });
    clock.advance(30_000);
    await ask(query, { r, age: 30 });
    expect(a.requests).toHaveLength(1);
    clock.advance(1);
    await ask(query, { r, age: 30 });
    expect(a.requests).toHaveLength(2);
  });

  test('of a list that does not say how old it is: it answers nobody but for want of better', async () => {
    const { ask } = await createTestRouter([a]);
    const empty = entities('... on Institution { gradeDistributions(maxAge: 3600) { total } }');
    a.respond = async (_, usual) => {
      const { data } = await usual();
      return {
        data: { ...data, _entities: [{ ...(data!['_entities'] as object[])[0], gradeDistributions: [] }] },
      };
    };
    for (const _ of ['asked', 'asked again']) await ask(empty, { r });
    expect(a.requests).toHaveLength(2);
    a.respond = () => Promise.reject(new Error('down'));
    expect(await ask(empty, { r })).toEqual({ data: { _entities: [{ gradeDistributions: [] }] } });
  });

  test('below zero count as zero, in the catalogue as in a record', async () => {
    const { ask, clock } = await createTestRouter([a]);
    for (const [selection, key] of [
      ['... on Institution { schoolCourses(maxAge: -1, waitMs: -1) { totalCount } }', institution('inst_a')],
      ['... on StudentRecord { results(maxAge: -1, waitMs: -1) { nativeKey } }', record('inst_a', '1')],
    ] as const) {
      const asked = a.requests.length;
      for (const _ of ['asked', 'asked again']) {
        const answer = ask(entities(selection), { r: [key] });
        await clock.untilWaiting(0);
        await answer;
      }
      expect(a.requests).toHaveLength(asked + 2);
    }
  });

  test.each(['results { nativeKey }', 'enrolments { programme }', 'certificates { nativeKey }'])(
    'of a record: %s takes both, and the strictest of an entity decides',
    async (field) => {
      const { ask, clock } = await createTestRouter([a]);
      const [name, below] = field.split(' {');
      const asking = (age: number) =>
        entities(
          `... on StudentRecord { x: ${name}(maxAge: 1000) {${below} y: ${name}(maxAge: ${age}) {${below} }`,
        );
      const one = { r: [record('inst_a', '1')] };
      await ask(asking(1000), one);
      clock.advance(10_000);
      await ask(asking(20), one);
      expect(a.asked).toHaveLength(1);
      await ask(asking(9), one);
      expect(a.asked).toHaveLength(2);
      expect(a.asked[1]!.query).not.toContain('maxAge');
    },
  );

  test('the shortest wait of a question decides, and a stale copy says how old it is everywhere', async () => {
    const { ask, clock } = await createTestRouter([a], { lines: { timeoutMs: 5_000 } });
    const own = 'provenance { asOf freshness }';
    const deep = entities(
      `... on StudentRecord { complete ${own} enrolments(waitMs: $wait) { ${own} } certificates { ${own} } results(waitMs: 900) { ${own} } }`,
      ', $wait: Int',
    );
    const one = { r: [record('inst_a', '1')], wait: 50 };
    await ask(deep, one);
    clock.advance(3_600_000);
    a.respond = () => new Promise(() => undefined);
    const asked = ask(deep, one);
    await clock.untilWaiting(50);
    clock.advance(50);
    const stale = { provenance: { asOf: '2026-01-15T08:00:00.000Z', freshness: 'STALE' } };
    expect(await asked).toEqual({
      data: {
        _entities: [
          { complete: false, ...stale, enrolments: [stale], certificates: [stale], results: [stale, stale] },
        ],
      },
    });
  });

  test('a copy whose school told no time says when it was read, and what was not obtained stays so', async () => {
    const { ask, clock } = await createTestRouter([a]);
    const one = { r: [record('inst_a', '1')] };
    const query = entities(
      '... on StudentRecord { provenance { asOf freshness } results { provenance { asOf freshness } } }',
    );
    a.respond = async (_, usual) => {
      const { data } = await usual();
      const [entity] = data!['_entities'] as Record<string, unknown>[];
      entity!['provenance'] = { asOf: null, freshness: 'LIVE' };
      entity!['results'] = [{ provenance: { asOf: null, freshness: 'UNAVAILABLE' } }];
      return { data: data! };
    };
    const readAt = clock.now().toISOString();
    await ask(query, one);
    clock.advance(5_000);
    expect(await ask(query, one)).toEqual({
      data: {
        _entities: [
          {
            provenance: { asOf: readAt, freshness: 'CACHED' },
            results: [{ provenance: { asOf: null, freshness: 'UNAVAILABLE' } }],
          },
        ],
      },
    });
  });
});
