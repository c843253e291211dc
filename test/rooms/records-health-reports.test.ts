import { expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { createHealthReporter, type SchoolStanding } from '../../subgraphs/records/health-reporter.js';
import { institutionsHealth, type HealthSample } from '../../subgraphs/records/health-sink.js';
import { SchoolGuard, type ObservedCall } from '../../subgraphs/records/school-guard.js';
import type { LinkCall } from '../../subgraphs/kit/base/link/link.js';

const minuteMs = 60_000;

function start(options: { fails?: boolean } = {}) {
  const clock = new FakeClock();
  const reports: (readonly HealthSample[])[] = [];
  const standing: SchoolStanding[] = [
    { institutionId: 'inst_a', health: 'UP', freshness: 'LIVE', lastAnswerAt: clock.now() },
  ];
  const reporter = createHealthReporter({
    clock,
    standing: () => standing,
    sink: {
      async report(samples) {
        reports.push(samples);
        if (options.fails === true) throw new Error('down');
      },
    },
  });
  return { clock, reports, standing, reporter };
}
const call = (milliseconds: number, more: object = {}) => ({
  milliseconds,
  failed: false,
  changed: false,
  ...more,
});

test('what was asked of a school is counted and reported once a minute', async () => {
  const { clock, reports, reporter } = start();
  reporter.observe('inst_a', call(12));
  reporter.observe('inst_a', call(3_000, { failed: true }));
  clock.advance(minuteMs);
  await clock.untilWaiting(minuteMs);
  expect(reports[0]).toMatchObject([{ institutionId: 'inst_a', calls: 2, failures: 1, longestMs: 3_000 }]);
  expect(reports[0]![0]!.responseTimes.reduce((sum, one) => sum + one, 0)).toBe(2);
  clock.advance(minuteMs);
  await clock.untilWaiting(minuteMs);
  expect(reports[1]).toMatchObject([{ calls: 0, failures: 0, longestMs: 0 }]);
});

test('a change of health is reported within five seconds, and a hundred changes in one report', async () => {
  const { clock, reports, reporter } = start();
  clock.advance(1_000);
  for (let one = 0; one < 100; one += 1) reporter.observe('inst_a', call(5, { changed: true }));
  clock.advance(5_000);
  await clock.untilWaiting(minuteMs);
  expect(reports).toHaveLength(1);
  expect(reports[0]![0]!.calls).toBe(100);
});

test('a report that fails is lost, not repeated: the next counts only what came after it', async () => {
  const { clock, reports, reporter } = start({ fails: true });
  reporter.observe('inst_a', call(12));
  clock.advance(minuteMs);
  await clock.untilWaiting(minuteMs);
  reporter.observe('inst_a', call(12));
  clock.advance(minuteMs);
  await clock.untilWaiting(minuteMs);
  expect(reports.map(([sample]) => sample!.calls)).toEqual([1, 1]);
});

test('without a school nothing is sent, and after the end neither', async () => {
  const { clock, reports, standing, reporter } = start();
  standing.pop();
  clock.advance(minuteMs);
  await clock.untilWaiting(minuteMs);
  reporter.stop();
  reporter.observe('inst_a', call(1, { changed: true }));
  clock.advance(10 * minuteMs);
  expect(reports).toEqual([]);
  expect(clock.waiting).toEqual([]);
});

test('a guard tells of what reached the school, and of its health when that becomes another', async () => {
  const clock = new FakeClock();
  const seen: ObservedCall[] = [];
  const school = {
    institutionId: 'inst_a',
    name: 'A',
    kind: 'SQL',
    endpoint: 'local:a',
    enabled: true,
  } as const;
  const guard = new SchoolGuard(school, clock, { failures: 3 }, (one) => seen.push(one));
  const never = new AbortController().signal;
  const answer = async () => clock.advance(40);
  const fail = () => Promise.reject(new Error('down'));
  await guard.run(answer, never);
  await guard.run(answer, never);
  for (let one = 0; one < 4; one += 1) await guard.run(fail, never).catch(() => undefined);
  // The fourth failure is the open breaker's own: the school was not asked.
  expect(seen).toEqual([
    { milliseconds: 40, failed: false, changed: true },
    { milliseconds: 40, failed: false, changed: false },
    { milliseconds: 0, failed: true, changed: true },
    { milliseconds: 0, failed: true, changed: false },
    { milliseconds: 0, failed: true, changed: true },
  ]);
  expect(guard.health().health).toBe('DOWN');
});

test('schools are sent to the institutions room in batches, as the service records, and a refusal is a failure', async () => {
  const calls: LinkCall[] = [];
  let refuses = false;
  const sink = institutionsHealth({
    async call(one) {
      calls.push(one);
      return { data: { recordAdapterHealth: { report: refuses ? null : { recorded: 1 } } } };
    },
    state: () => [],
    close: async () => undefined,
  });
  const sample = (place: number): HealthSample => ({
    institutionId: `inst_${place}`,
    health: 'UP',
    freshness: null,
    lastAnswerAt: null,
    calls: 0,
    failures: 0,
    longestMs: 0,
    responseTimes: [],
  });
  await sink.report(Array.from({ length: 1_001 }, (_, place) => sample(place)));
  expect(calls.map(({ variables }) => (variables!['input'] as { samples: object[] }).samples.length)).toEqual(
    [500, 500, 1],
  );
  expect(
    calls.every(({ isMutation, principal }) => isMutation && principal.subject === 'service:records'),
  ).toBe(true);
  refuses = true;
  await expect(sink.report([sample(1)])).rejects.toThrow();
});
