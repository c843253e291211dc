import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { createTestRouter, FakeSchool, full, live, names, record, unavailable } from './records-fixture.js';

const one = { r: [record('inst_a', '1')] };
const never = () => new Promise<SubgraphResponse>(() => undefined);

let a: FakeSchool;
beforeEach(() => {
  a = new FakeSchool('inst_a', names());
});
describe('a kept copy', () => {
  test('answers for its time as CACHED, under whatever names, and is asked anew afterwards', async () => {
    const { ask, clock } = await createTestRouter([a]);
    await ask(full, one);
    clock.advance(59_000);
    expect(await ask(full, one)).toEqual({ data: { _entities: [live('1', 'CACHED')] } });
    clock.advance(2_000);
    expect(await ask(full, one)).toEqual({ data: { _entities: [live('1')] } });
    expect(a.asked).toHaveLength(2);
  });

  test('is asked for only where it is missing', async () => {
    const { ask } = await createTestRouter([a]);
    await ask(full, one);
    const answer = await ask(full, { r: [record('inst_a', '2'), record('inst_a', '1')] });
    expect(answer).toEqual({ data: { _entities: [live('2'), live('1', 'CACHED')] } });
    expect(a.askedFor[1]).toEqual([record('inst_a', '2')]);
  });

  test('is as old as the reader accepts, by literal or variable', async () => {
    const { ask, clock } = await createTestRouter([a]);
    await ask(full, one);
    clock.advance(10_000);
    expect(await ask(full, { ...one, age: 9 })).toEqual({ data: { _entities: [live('1')] } });
    expect(await ask(full, { ...one, age: 0 })).toEqual({ data: { _entities: [live('1')] } });
    clock.advance(600_000);
    expect(await ask(full, { ...one, age: 900 })).toEqual({ data: { _entities: [live('1', 'CACHED')] } });
    expect(await ask(full.replace('$age,', '5,').replace('$age: Int, ', ''), one)).toEqual({
      data: { _entities: [live('1')] },
    });
  });

  test('is given as STALE and incomplete when the school fails, however old', async () => {
    const { ask, clock } = await createTestRouter([a]);
    await ask(full, one);
    clock.advance(3_600_000);
    a.respond = () => Promise.reject(new Error('down'));
    const answer = await ask(full, { r: [record('inst_a', '1'), record('inst_a', '2')] });
    expect(answer.data).toEqual({ _entities: [live('1', 'STALE', false), unavailable('2')] });
    expect(answer.errors).toMatchObject([
      { path: ['_entities', 1, 'grades'], extensions: { code: 'SCHOOL_UNAVAILABLE' } },
    ]);
  });

  test('is not made of a failure', async () => {
    const { ask } = await createTestRouter([a]);
    a.respond = () => Promise.reject(new Error('down'));
    await ask(full, one);
    a.respond = undefined;
    expect(await ask(full, one)).toEqual({ data: { _entities: [live('1')] } });
  });

  test('cannot be changed by who reads it', async () => {
    const { ask } = await createTestRouter([a]);
    const first = await ask(full, one);
    (first.data!['_entities'] as Record<string, unknown>[])[0]!['name'] = 'changed';
    expect(await ask(full, one)).toEqual({ data: { _entities: [live('1', 'CACHED')] } });
  });
});

describe('a reader with little patience', () => {
  test('gets UNAVAILABLE after waitMs, and the answer the next time without a new question', async () => {
    const { ask, clock } = await createTestRouter([a], { lines: { timeoutMs: 5_000 } });
    let release = () => undefined as void;
    a.respond = (_, usual) => new Promise((resolve) => (release = () => resolve(usual())));
    const first = ask(full, { ...one, wait: 10 });
    await a.untilAsked();
    clock.advance(10);
    expect(await first).toMatchObject({
      data: { _entities: [unavailable('1')] },
      errors: [{ path: ['_entities', 0, 'grades'], extensions: { code: 'SCHOOL_TIMEOUT' } }],
    });
    expect(a.requests[0]!.signal.aborted).toBe(false);
    const second = ask(full, one);
    release();
    expect(await second).toEqual({ data: { _entities: [live('1')] } });
    expect(await ask(full, { ...one, wait: 10 })).toEqual({ data: { _entities: [live('1', 'CACHED')] } });
    expect(a.asked).toHaveLength(1);
  });

  test('gets the old copy as STALE instead where there is one', async () => {
    const { ask, clock } = await createTestRouter([a]);
    await ask(full, one);
    clock.advance(100_000);
    a.respond = never;
    const asked = ask(full, { ...one, wait: 0 });
    await clock.untilWaiting(0);
    clock.advance(0);
    expect(await asked).toEqual({
      data: { _entities: [live('1', 'STALE', false)] },
    });
  });

  test('shares a question with others who ask the same, each with an answer of its own', async () => {
    const { ask } = await createTestRouter([a]);
    const answers = await Promise.all([ask(full, one), ask(full, one), ask(full, one)]);
    expect(a.asked).toHaveLength(1);
    for (const answer of answers) expect(answer).toEqual({ data: { _entities: [live('1')] } });
    expect(answers[0].data!['_entities']).not.toBe(answers[1].data!['_entities']);
    const entity = (at: number) => (answers[at]!.data!['_entities'] as unknown[])[0];
    expect(entity(0)).not.toBe(entity(1));
    expect(entity(1)).not.toBe(entity(2));
  });

  test('does not join a question that ends because its last reader has left', async () => {
    const { ask } = await createTestRouter([a]);
    a.respond = never;
    const leaving = new AbortController();
    const left = ask(full, one, { signal: leaving.signal });
    left.catch(() => undefined);
    while (a.requests.length === 0) await new Promise(setImmediate);
    a.respond = undefined;
    leaving.abort();
    expect(await ask(full, one)).toEqual({ data: { _entities: [live('1')] } });
    await expect(left).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
  });
});

describe('Institution.recordsSystem', () => {
  const query =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Institution { id it: recordsSystem { kind name state: health freshness capabilities coverage { supplied } } } } }';
  const both = {
    r: [
      { __typename: 'Institution', id: 'inst_a' },
      { __typename: 'Institution', id: 'inst_z' },
    ],
  };

  test('is answered by the router, with what the adapter said about its system', async () => {
    const { ask } = await createTestRouter([a]);
    const answer = await ask(query, both);
    expect(answer).toEqual({
      data: {
        _entities: [
          {
            id: 'inst_a',
            it: {
              kind: 'SQL',
              name: 'Fake 1.0',
              state: 'UP',
              freshness: 'LIVE',
              capabilities: ['LIVE'],
              coverage: { supplied: ['StudentRecord.name'] },
            },
          },
          { id: 'inst_z', it: null },
        ],
      },
    });
    await ask(query, both);
    expect(a.requests).toHaveLength(1);
  });

  test.each([
    ['UNAVAILABLE where no copy is kept', false, 'UNAVAILABLE'],
    ['STALE where one is', true, 'STALE'],
  ])(
    'of a dead system says so without an error, %s, and keeps what was known',
    async (_, copied, freshness) => {
      const { ask, clock } = await createTestRouter([a]);
      if (copied) await ask(full, one);
      await ask(query, both);
      clock.advance(400_000);
      a.respond = () => Promise.reject(new Error('down'));
      expect(await ask(query, both)).toMatchObject({
        data: { _entities: [{ it: { name: 'Fake 1.0', state: 'DEGRADED', freshness } }, { it: null }] },
      });
    },
  );

  test('of a system that answers without saying how fresh it is leaves that open', async () => {
    const { ask } = await createTestRouter([a]);
    a.respond = async (_, usual) => {
      const { data } = await usual();
      return { data: { ...data, amrloSystem: [null] } };
    };
    expect(await ask(query, both)).toMatchObject({
      data: { _entities: [{ it: { name: null, state: 'UP', freshness: null } }, { it: null }] },
    });
  });
});
