import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import {
  createTestRouter,
  entities,
  full,
  institution,
  live,
  never,
  record,
  stopTime,
  twoSchools,
  unavailable,
} from './records-fixture.js';

const one = { r: [record('inst_a', '1')] };

afterEach(() => {
  jest.useRealTimers();
});

describe('a school that fails', () => {
  test('costs its own records only: keys, complete false, UNAVAILABLE, and one error each at the first missing field', async () => {
    const [a, b] = twoSchools();
    const { ask } = await createTestRouter([a, b]);
    b.respond = () => Promise.reject(new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'http://10.0.0.1' }));
    const answer = await ask(full, {
      r: [record('inst_b', '2'), record('inst_a', '1'), record('inst_b', '1')],
    });
    expect(answer.data).toEqual({ _entities: [unavailable('2'), live('1'), unavailable('1')] });
    const error = (index: number) => ({
      message: 'The records system of School inst_b is unavailable; its records were not obtained.',
      path: ['_entities', index, 'grades'],
      extensions: { code: 'SCHOOL_UNAVAILABLE', retryable: true },
    });
    expect(answer.errors).toEqual([error(0), error(2)]);
  });

  test.each<[string, (usual: SubgraphResponse) => SubgraphResponse, string]>([
    [
      'a reply of the wrong length',
      (usual) => ({ data: { ...usual.data, _entities: [...(usual.data!['_entities'] as unknown[]), null] } }),
      'SCHOOL_CONTRACT_BROKEN',
    ],
    ['a reply without data', () => ({ data: null }), 'SCHOOL_CONTRACT_BROKEN'],
    [
      'an error without a path',
      (usual) => ({ ...usual, errors: [{ message: 'SELECT * FROM secret' }] }),
      'SCHOOL_CONTRACT_BROKEN',
    ],
    [
      'an error about a representation that was not sent',
      (usual) => ({ ...usual, errors: [{ message: 'x', path: ['_entities', 7] }] }),
      'SCHOOL_CONTRACT_BROKEN',
    ],
    [
      'another student',
      (usual) => JSON.parse(JSON.stringify(usual).replaceAll('"1"', '"2"')) as SubgraphResponse,
      'SCHOOL_CONTRACT_BROKEN',
    ],
    [
      'an error with a known code and no data',
      () => ({ errors: [{ message: 'x', extensions: { code: 'SCHOOL_TIMEOUT' } }] }),
      'SCHOOL_TIMEOUT',
    ],
    [
      'an unavailable entity',
      (usual) => ({
        data: { ...usual.data, _entities: [null] },
        errors: [{ message: 'x', path: ['_entities', 0], extensions: { code: 'SCHOOL_UNAVAILABLE' } }],
      }),
      'SCHOOL_UNAVAILABLE',
    ],
  ])('with %s is unavailable', async (_, spoil, code) => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a]);
    a.respond = async (_request, usual) => spoil(await usual());
    const answer = await ask(full, one);
    expect(answer.data).toEqual({ _entities: [unavailable('1')] });
    expect(answer.errors).toMatchObject([{ path: ['_entities', 0, 'grades'], extensions: { code } }]);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test("in time is a timeout with the school's name", async () => {
    const [a] = twoSchools();
    const { ask, clock } = await createTestRouter([a], { lines: { timeoutMs: 20 } });
    a.respond = never;
    const asked = ask(full, one);
    await a.untilAsked();
    clock.advance(20);
    expect(await asked).toMatchObject({
      data: { _entities: [unavailable('1')] },
      errors: [
        {
          message: expect.stringContaining('School inst_a did not answer in time'),
          extensions: { code: 'SCHOOL_TIMEOUT' },
        },
      ],
    });
    expect(a.requests[0]!.signal.aborted).toBe(true);
  });

  test('for a part of an entity keeps the rest, with one error of the school', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a]);
    const failed = (path: (string | number)[]) => ({
      message: 'x',
      path,
      extensions: { code: 'SCHOOL_UNAVAILABLE', retryable: true },
    });
    a.respond = async (_, usual) => {
      const { data } = await usual();
      const [entity] = data!['_entities'] as Record<string, unknown>[];
      return {
        data: { ...data, _entities: [{ ...entity, grades: null, origin: null }] },
        errors: [
          failed(['_entities', 0, 'grades']),
          failed(['_entities', 0, 'origin']),
          { message: 'leak: 10.0.0.1', path: ['_entities', 0, 'name'] },
        ],
      };
    };
    const answer = await ask(full, one);
    expect(answer.data).toMatchObject({ _entities: [{ name: '张*', grades: null }] });
    expect(answer.errors).toEqual([
      {
        message: 'x',
        path: ['_entities', 0, 'grades'],
        extensions: { code: 'SCHOOL_UNAVAILABLE', retryable: true },
      },
      {
        message: expect.stringContaining('broke its contract'),
        path: ['_entities', 0, 'name'],
        extensions: { code: 'SCHOOL_CONTRACT_BROKEN', retryable: false },
      },
    ]);
  });

  test('is not asked when it is switched off or not connected', async () => {
    const [a] = twoSchools();
    const { ask, lines, wakes } = await createTestRouter([a]);
    await ask(full, one);
    lines[0] = { ...lines[0]!, enabled: false };
    wakes.publish({ type: 'RecordsDirectory', id: 'inst_a' });
    const answer = await ask(full, { r: [record('inst_a', '1'), record('inst_z', '1')] });
    expect(answer.data).toEqual({ _entities: [unavailable('1'), unavailable('1')] });
    expect(answer.errors).toMatchObject([
      { path: ['_entities', 0, 'grades'], extensions: { code: 'SCHOOL_UNAVAILABLE' } },
      { path: ['_entities', 1, 'grades'], extensions: { code: 'SCHOOL_NOT_CONNECTED' } },
    ]);
    expect(a.asked).toHaveLength(1);
  });

  test('again and again is left in peace by its breaker, and tried again later', async () => {
    const [a] = twoSchools();
    stopTime();
    const { ask } = await createTestRouter([a], { guard: { failures: 3, halfOpenAfterMs: 5_000 }, ttlMs: 0 });
    a.respond = () => Promise.reject(new Error('down'));
    for (let round = 0; round < 6; round += 1) await ask(full, one);
    expect(a.asked).toHaveLength(3);
    const system = entities('... on Institution { recordsSystem { health freshness lastAnswerAt } }');
    const itself = { r: [institution('inst_a')] };
    expect(await ask(system, itself)).toEqual({
      data: {
        _entities: [{ recordsSystem: { health: 'DOWN', freshness: 'UNAVAILABLE', lastAnswerAt: null } }],
      },
    });
    a.respond = undefined;
    jest.setSystemTime(Date.now() + 5_001);
    expect(await ask(full, one)).toEqual({ data: { _entities: [live('1')] } });
    expect(await ask(system, itself)).toMatchObject({
      data: { _entities: [{ recordsSystem: { health: 'UP' } }] },
    });
  });

  test('does not count readers who leave as its failures, and is told that they left', async () => {
    const [a] = twoSchools();
    const { ask } = await createTestRouter([a], { guard: { failures: 1 } });
    a.respond = never;
    const leaving = new AbortController();
    const asked = ask(full, one, { signal: leaving.signal });
    asked.catch(() => undefined);
    await a.untilAsked();
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(a.requests[0]!.signal.aborted).toBe(true);
    a.respond = undefined;
    expect(await ask(full, one)).toEqual({ data: { _entities: [live('1')] } });
  });
});
