import { afterEach, describe, expect, jest, test } from '@jest/globals';
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
} from '../../rooms/records-fixture.js';

const one = (institutionId: string, studentNumber = '1') => ({ r: [record(institutionId, studentNumber)] });
const system = entities('... on Institution { recordsSystem { health } }');

afterEach(() => {
  jest.useRealTimers();
});

describe('a school that hangs', () => {
  test('costs a question its time at most, also the questions that wait for a place', async () => {
    const [a] = twoSchools();
    const { ask, clock } = await createTestRouter([a], {
      ttlMs: 0,
      lines: { timeoutMs: 200, maxConcurrent: 2 },
    });
    a.respond = never;
    const started = clock.now().getTime();
    const ended: number[] = [];
    const asked = Array.from({ length: 6 }, async (_, at) => {
      const answer = await ask(full, one('inst_a', `${at}`));
      ended.push(clock.now().getTime() - started);
      return answer;
    });
    await a.untilAsked(2);
    await clock.untilWaiting(200);
    clock.advance(100);
    const late = ask(full, one('inst_a', 'late'));
    while (clock.waiting.filter((pause) => pause === 200).length < 7) await new Promise(setImmediate);
    clock.advance(100);
    const answers = await Promise.all(asked);
    expect(ended).toEqual([200, 200, 200, 200, 200, 200]);
    for (const answer of answers)
      expect(answer.data).toMatchObject({ _entities: [{ name: null, whole: false }] });
    clock.advance(100);
    expect(JSON.stringify((await late).errors)).toMatch(/SCHOOL_(TIMEOUT|UNAVAILABLE)/);
    expect(clock.now().getTime() - started).toBe(300);
  });

  test('is not blamed for questions that waited most of their time for a place', async () => {
    const [a] = twoSchools();
    const { ask, clock } = await createTestRouter([a], {
      ttlMs: 0,
      guard: { failures: 2 },
      lines: { timeoutMs: 200, maxConcurrent: 1 },
    });
    a.respond = never;
    const asked = ['1', '2', 'x', 'y'].map((number) => ask(full, one('inst_a', number)));
    await a.untilAsked(1);
    while (clock.waiting.filter((pause) => pause === 200).length < 4) await new Promise(setImmediate);
    clock.advance(200);
    await Promise.all(asked);
    a.respond = undefined;
    expect(await ask(full, one('inst_a'))).toEqual({ data: { _entities: [live('1')] } });
  });

  test('costs a reader no more than the reader’s own budget', async () => {
    const [a] = twoSchools();
    const { ask, clock } = await createTestRouter([a], { lines: { timeoutMs: 5_000 } });
    a.respond = never;
    const asked = ask(full, one('inst_a'), { budgetMs: 40 });
    await a.untilAsked();
    clock.advance(40);
    expect((await asked).errors).toMatchObject([{ extensions: { code: 'SCHOOL_TIMEOUT' } }]);
    expect(a.requests[0]!.signal.aborted).toBe(true);
  });
});

describe('a dead school', () => {
  test('costs only its own fields, in one question as in many', async () => {
    const [a, b] = twoSchools();
    const { ask } = await createTestRouter([a, b], { ttlMs: 0 });
    a.respond = () => Promise.reject(new Error('ECONNREFUSED 10.0.0.1'));
    const r = {
      r: [record('inst_a', '1'), record('inst_b', '1'), record('inst_b', '2'), record('inst_a', '2')],
    };
    for (let round = 0; round < 8; round += 1) {
      const answer = await ask(full, r);
      expect(answer.data).toEqual({ _entities: [unavailable('1'), live('1'), live('2'), unavailable('2')] });
      expect(answer.errors).toMatchObject(
        [0, 3].map((index) => ({
          path: ['_entities', index, 'grades'],
          extensions: { code: 'SCHOOL_UNAVAILABLE', retryable: true },
        })),
      );
      expect(JSON.stringify(answer)).not.toContain('10.0.0.1');
    }
    expect([a.requests.length, b.requests.length]).toEqual([5, 8]);
  });
});

describe('an open breaker', () => {
  const openAfterThree = { ttlMs: 0, guard: { failures: 3, halfOpenAfterMs: 5_000 } };

  test('answers at once, without a call and without a timer', async () => {
    const [a] = twoSchools();
    const { ask, clock } = await createTestRouter([a], openAfterThree);
    a.respond = () => Promise.reject(new Error('down'));
    for (let round = 0; round < 3; round += 1) await ask(full, one('inst_a'));
    // The clock stands still: an answer that waited for anything would never come. What it costs, the bench measures.
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, round) => ask(full, one('inst_a', `${round}`))),
    );
    for (const { errors } of answers)
      expect(errors).toMatchObject([{ extensions: { code: 'SCHOOL_UNAVAILABLE' } }]);
    expect(a.requests).toHaveLength(3);
    expect(clock.waiting).toEqual([]);
  });

  test('lets one question through to try, and answers the others meanwhile', async () => {
    const [a] = twoSchools();
    stopTime();
    const { ask, clock } = await createTestRouter([a], openAfterThree);
    a.respond = () => Promise.reject(new Error('down'));
    for (let round = 0; round < 3; round += 1) await ask(full, one('inst_a'));
    a.respond = never;
    jest.setSystemTime(Date.now() + 5_001);
    const probe = ask(full, one('inst_a'));
    await a.untilAsked(4);
    const others = await Promise.all(['2', 'x', 'y'].map((number) => ask(full, one('inst_a', number))));
    for (const { errors } of others)
      expect(errors).toMatchObject([{ extensions: { code: 'SCHOOL_UNAVAILABLE' } }]);
    expect(a.requests).toHaveLength(4);
    clock.advance(200);
    await probe;
    await ask(full, one('inst_a'));
    expect(a.requests).toHaveLength(4);

    a.respond = undefined;
    jest.setSystemTime(Date.now() + 5_001);
    expect(await ask(full, one('inst_a'))).toEqual({ data: { _entities: [live('1')] } });
    await Promise.all(['2', 'x', 'y'].map((number) => ask(full, one('inst_a', number))));
    expect(a.requests).toHaveLength(8);
  });

  test('is not closed by a trial question whose reader has left', async () => {
    const [a] = twoSchools();
    stopTime();
    const { ask } = await createTestRouter([a], openAfterThree);
    a.respond = () => Promise.reject(new Error('down'));
    for (let round = 0; round < 3; round += 1) await ask(full, one('inst_a'));
    a.respond = never;
    jest.setSystemTime(Date.now() + 5_001);
    const leaving = new AbortController();
    const probe = ask(full, one('inst_a'), { signal: leaving.signal });
    await a.untilAsked(4);
    leaving.abort();
    await expect(probe).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    await ask(full, one('inst_a'));
    expect(a.requests).toHaveLength(4);
    expect(await ask(system, { r: [institution('inst_a')] })).toMatchObject({
      data: { _entities: [{ recordsSystem: { health: 'DOWN' } }] },
    });
  });
});

describe('a slow school', () => {
  test('takes its own places only: the others answer while hundreds wait for it', async () => {
    const [a, b] = twoSchools();
    const { ask, clock } = await createTestRouter([a, b], { ttlMs: 0, lines: { timeoutMs: 3_000 } });
    a.respond = never;
    const waiting = Array.from({ length: 300 }, (_, at) => ask(full, one('inst_a', `${at}`)));
    await a.untilAsked(16);
    b.respond = (_, usual) => new Promise((resolve) => clock.after(10, () => resolve(usual())));
    const beside = Array.from({ length: 16 }, (_, at) => ask(full, one('inst_b', `s${at}`)));
    await b.untilAsked(16);
    // The fast school's questions are all with it, and take its own ten milliseconds and not the slow one's.
    expect(clock.waiting.filter((pause) => pause === 10)).toHaveLength(16);
    clock.advance(10);
    for (const { errors } of await Promise.all(beside)) expect(errors).toBeUndefined();
    expect(a.requests).toHaveLength(16);
    expect(a.requests.some(({ signal }) => signal.aborted)).toBe(false);
    clock.advance(2_990);
    for (const { errors } of await Promise.all(waiting)) expect(errors).toHaveLength(1);
    expect(a.requests).toHaveLength(16);
  });
});

describe('what the router keeps', () => {
  test('is bounded: copies by their bytes, one answer by its share, connections by the directory', async () => {
    const [a, b] = twoSchools();
    const closed: string[] = [];
    const cacheBytes = 200_000;
    const { ask, lines, wakes } = await createTestRouter([a, b], {
      cacheBytes,
      connect: ({ institutionId, endpoint }) =>
        Object.assign((institutionId === 'inst_a' ? a : b).handle, {
          close: async () => void closed.push(`${institutionId} ${endpoint}`),
        }),
    });
    for (let at = 0; at < 500; at += 1) a.names.set(`s${at}`, '名'.repeat(500));
    for (let at = 0; at < 500; at += 1) await ask(full, one('inst_a', `s${at}`));
    const before = a.asked.length;
    await ask(full, one('inst_a', 's499'));
    expect(a.asked).toHaveLength(before);
    await ask(full, one('inst_a', 's0'));
    expect(a.asked).toHaveLength(before + 1);

    a.names.set('big', '名'.repeat(cacheBytes));
    for (const _ of ['asked', 'asked again']) await ask(full, one('inst_a', 'big'));
    expect(a.asked).toHaveLength(before + 3);
    await ask(full, one('inst_a', 's499'));
    expect(a.asked).toHaveLength(before + 3);

    await ask(full, one('inst_b'));
    lines[0] = { ...lines[0]!, endpoint: 'local:moved' };
    lines.pop();
    wakes.publish({ type: 'RecordsDirectory', id: 'inst_b' });
    await ask(full, { ...one('inst_a', 's1'), age: 0 });
    expect(closed.sort()).toEqual(['inst_a local:inst_a', 'inst_b local:inst_b']);
    expect((await ask(full, one('inst_b'))).errors).toMatchObject([
      { extensions: { code: 'SCHOOL_NOT_CONNECTED' } },
    ]);
  });
});
