import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { servicePrincipal, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { responseTimeBounds, responseTimeClass } from '../../subgraphs/kit/room/figures/response-times.js';
import { secretariat, send, startFigures } from './institutions-figures.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

const router = servicePrincipal('records');
const minuteMs = 60_000;
const members = ['inst_a', 'inst_b', 'inst_c', 'inst_d'];

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startFigures();
  for (const id of members) {
    await room.sql.query(
      `insert into school (id, kind, endpoint, enabled, created_at) values ($1, 'SQL', 'http://x', true, now())`,
      [id],
    );
  }
});
afterAll(async () => room[Symbol.asyncDispose]());
beforeEach(async () => {
  room.clock.advance(24 * 60 * minuteMs);
  await room.sql.query('truncate adapter_health, adapter_health_hour, adapter_health_day');
});

/** A sample of a school whose questions took these milliseconds. */
function sample(institutionId: string, times: readonly number[], more: object = {}) {
  const counts = Array.from({ length: responseTimeBounds.length + 1 }, () => 0);
  for (const time of times) counts[responseTimeClass(time)]! += 1;
  return {
    institutionId,
    health: 'UP',
    freshness: 'LIVE',
    lastAnswerAt: room.clock.now(),
    calls: times.length,
    failures: 0,
    longestMs: Math.max(0, ...times),
    responseTimes: counts,
    ...more,
  };
}
const report = (samples: object[], by: Principal = router) =>
  send(room, by, 'recordAdapterHealth', 'report { recorded }', { samples });
const ask = async (selection: string) => {
  const { data, errors } = await room.ask(secretariat, `{ dashboard { ${selection} } }`);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.dashboard;
};
const ranking = async (by: string, more = '') =>
  (
    await ask(`adapterRanking(by: ${by} ${more}) { edges { cursor node { rank value institution { id name } } }
    pageInfo { hasNextPage endCursor } totalCount }`)
  ).adapterRanking;
const order = (found: { edges: { node: { rank: number; value: number; institution: { id: string } } }[] }) =>
  found.edges.map(({ node }) => [node.rank, node.institution.id, node.value]);

test('the adapters are counted by how they are doing; what nobody has heard of for five minutes is silent', async () => {
  await report([
    sample('inst_a', [20, 30]),
    sample('inst_b', [900], { health: 'DEGRADED', failures: 1, freshness: 'STALE' }),
    sample('inst_c', [], { health: 'DOWN', freshness: 'UNAVAILABLE', lastAnswerAt: null }),
  ]);
  const selection = `adapters { connected up degraded down silent byFreshness { freshness adapters } calls failures
    responseP50Ms responseP95Ms longestMs slowest { institution { id } value } stalest { institution { id } value } }`;
  expect((await ask(selection)).adapters).toEqual({
    connected: 4,
    up: 1,
    degraded: 1,
    down: 1,
    silent: 1,
    byFreshness: [
      { freshness: 'LIVE', adapters: 1 },
      { freshness: 'STALE', adapters: 1 },
      { freshness: 'UNAVAILABLE', adapters: 1 },
    ],
    calls: 3,
    failures: 1,
    responseP50Ms: 33,
    responseP95Ms: 900,
    longestMs: 900,
    slowest: { institution: { id: 'inst_b' }, value: 900 },
    stalest: { institution: { id: 'inst_a' }, value: 0 },
  });
  room.clock.advance(5 * minuteMs);
  expect((await ask('adapters { up silent }')).adapters).toEqual({ up: 0, silent: 4 });
});

test('reports of an hour add up, and an hour without a question leaves no row', async () => {
  await report([sample('inst_a', [20]), sample('inst_b', [])]);
  room.clock.advance(minuteMs);
  await report([sample('inst_a', [500, 40], { failures: 1 })]);
  const { rows } = await room.sql.query(
    'select institution_id, calls, failures, longest_ms, (select sum(one) from unnest(response_times) one)::integer as counted from adapter_health_hour',
  );
  expect(rows).toEqual([{ institution_id: 'inst_a', calls: 3, failures: 1, longest_ms: 500, counted: 3 }]);
});

test('a school is down for the time between two reports, however many routers report it', async () => {
  const down = [sample('inst_a', [], { health: 'DOWN' })];
  await report(down);
  for (let minute = 0; minute < 3; minute += 1) {
    room.clock.advance(minuteMs);
    await Promise.all([report(down), report(down)]);
  }
  // No router runs for an hour: of that nobody knows anything.
  room.clock.advance(60 * minuteMs);
  await report([sample('inst_a', [])]);
  room.clock.advance(minuteMs);
  await report([sample('inst_a', [])]);
  expect(order(await ranking('UNAVAILABLE', 'first: 1'))).toEqual([[1, 'inst_a', 3 * 60 + 120]]);
});

test('two routers that report the same schools in other orders do not stop each other', async () => {
  const samples = members.map((id) => sample(id, [50]));
  const reports = Array.from({ length: 12 }, (_, place) =>
    place % 2 === 0 ? samples : samples.toReversed(),
  );
  const answers = await Promise.all(reports.map((one) => report(one)));
  expect(answers.every(({ userErrors }) => userErrors.length === 0)).toBe(true);
  expect(order(await ranking('FAILURES')).length).toBe(4);
  const { rows } = await room.sql.query('select sum(calls)::integer as calls from adapter_health_hour');
  expect(rows).toEqual([{ calls: 48 }]);
});

describe('a ranking', () => {
  test('goes by the 95th percentile over all hours of the period, and is paged without loss at equal values', async () => {
    await report([sample('inst_a', [20]), sample('inst_b', [700]), sample('inst_c', [700])]);
    room.clock.advance(60 * minuteMs);
    await report([sample('inst_a', [2_000, 20, 20, 20, 20, 20, 20, 20, 20])]);
    expect(order(await ranking('RESPONSE_P95'))).toEqual([
      [1, 'inst_a', 2_000],
      [2, 'inst_b', 700],
      [2, 'inst_c', 700],
    ]);
    const first = await ranking('RESPONSE_P95', 'first: 2');
    expect([order(first).length, first.pageInfo.hasNextPage, first.totalCount]).toEqual([2, true, 3]);
    const next = await ranking('RESPONSE_P95', `first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(order(next)).toEqual([[2, 'inst_c', 700]]);
    expect(order(await ranking('RESPONSE_P95', 'order: LOWEST, first: 1'))).toEqual([[1, 'inst_b', 700]]);
    await expect(ranking('FAILURES', `after: "${first.pageInfo.endCursor}"`)).rejects.toThrow(
      'CURSOR_INVALID',
    );
    await expect(ranking('FAILURES', 'after: "nonsense"')).rejects.toThrow('CURSOR_INVALID');
    await expect(ranking('FAILURES', 'first: 101')).rejects.toThrow('PAGE_SIZE_INVALID');
  });

  test('counts the hours of its period only, whose days are those of Asia/Shanghai', async () => {
    await report([sample('inst_a', [20], { failures: 1 })]);
    const [day, next] = [0, 1].map((offset) =>
      new Date(room.clock.now().getTime() + offset * 1_440 * minuteMs + 8 * 60 * minuteMs)
        .toISOString()
        .slice(0, 10),
    );
    const failures = async (from: string, to: string) =>
      order(await ranking('FAILURES', `period: { from: "${from}", to: "${to}" }, first: 1`))[0]?.[2];
    expect(await failures(day!, next!)).toBe(1);
    expect(await failures(next!, '2030-01-01')).toBe(0);
  });

  test('of staleness goes by the last answer', async () => {
    await report([sample('inst_a', [20])]);
    room.clock.advance(10_000);
    await report([sample('inst_b', [20])]);
    expect(order(await ranking('STALENESS'))).toEqual([
      [1, 'inst_a', 10],
      [2, 'inst_b', 0],
    ]);
  });
});

test('what the database reads from the classes is at most a quarter above the percentile, and never below it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 10, max: 40_000 }), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(50, 95),
      async (times, percent) => {
        const { responseTimes, longestMs } = sample('inst_a', times);
        const { rows } = await room.sql.query<{ found: number }>(
          'select response_time($1, $2, $3) as found',
          [responseTimes, percent, longestMs],
        );
        const exact = times.toSorted((a, b) => a - b)[Math.ceil((times.length * percent) / 100) - 1]!;
        expect(rows[0]!.found).toBeGreaterThanOrEqual(exact);
        expect(rows[0]!.found * 4).toBeLessThanOrEqual(exact * 5);
      },
    ),
    { numRuns: 60 },
  );
});

test('hours and days are kept for 400 days', async () => {
  await report([sample('inst_a', [20])]);
  room.clock.advance(399 * 1_440 * minuteMs);
  await report([sample('inst_b', [20])]);
  expect((await room.sql.query('select from adapter_health_hour')).rowCount).toBe(2);
  room.clock.advance(2 * 1_440 * minuteMs);
  await report([sample('inst_b', [20])]);
  for (const table of ['adapter_health_hour', 'adapter_health_day']) {
    const { rows } = await room.sql.query(`select distinct institution_id from ${table}`);
    expect(rows).toEqual([{ institution_id: 'inst_b' }]);
  }
});

test('what routers report all day is not in the trail, what is refused is', async () => {
  const kept = async () =>
    (await room.sql.query(`select outcome from audit_event where action = 'REPORT_FIGURES'`)).rows.length;
  const before = await kept();
  await report([sample('inst_a', [20])]);
  expect(await kept()).toBe(before);
  await report([sample('inst_a', [20], { calls: 2 })]);
  expect(await kept()).toBe(before + 1);
});

test('a report is a service’s, it must add up, and schools that nobody knows are left out', async () => {
  expect((await report([sample('inst_a', [])], person('x', 'SERVICE'))).userErrors).toEqual([
    { code: 'ACTION_FORBIDDEN' },
  ]);
  const faults = [
    { failures: 2 },
    { calls: 2 },
    { calls: -1 },
    { responseTimes: Array.from({ length: 45 }, () => 0) },
  ];
  for (const fault of faults)
    expect((await report([sample('inst_a', [20], fault)])).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  expect((await report([sample('inst_a', []), sample('inst_a', [])])).userErrors).toEqual([
    { code: 'INPUT_INVALID' },
  ]);
  expect((await report([sample('inst_a', []), sample('inst_nowhere', [])])).report).toEqual({ recorded: 1 });
});
