import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FakeClock } from '../../../subgraphs/kit/base/clock.js';
import { routerOver, seeded, simulatedAnswer, type SimulatedSchool } from './simulated-schools.js';

/** Memory of the router over as many calls as an hour brings. */
export interface SteadyHour {
  readonly calls: number;
  readonly perSecond: number;
  /** Live heap after a full collection, in MiB: after the first tenth (everything is full by then) and at the end. */
  readonly startMiB: number;
  readonly endMiB: number;
  /** Resident set at the same moments, in MiB. */
  readonly startResidentMiB: number;
  readonly endResidentMiB: number;
  /** Least squares over the samples between, in KiB of live heap for every 10,000 calls. */
  readonly slopeKiB: number;
  readonly milliseconds: number;
}

const samples = 20;
const cacheBytes = 16 * 1024 ** 2;
const mebi = 1024 ** 2;

/**
 * An hour's calls, one after the other, on a clock that is moved by the pause between two: copies age, assertions are
 * signed anew, breakers open and close, readers leave, students are more than the copies that are kept.
 */
export async function measureSteadyHour(perSecond: number, seconds = 3_600): Promise<SteadyHour> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const random = seeded(7);
  const clock = new FakeClock();
  const schools = Array.from({ length: 100 }, (_, at): SimulatedSchool => ({
    institutionId: `inst_${at}`,
    state: at % 20 === 7 ? 'DOWN' : 'HEALTHY',
    latencyMs: 0,
  }));
  const { router, ask } = await routerOver(schools, {
    clock,
    timeoutMs: 3_000,
    ttlMs: 60_000,
    cacheBytes,
    async answer({ state }, request) {
      if (state === 'DOWN') throw new Error('ECONNREFUSED');
      // A school breaks down now and then, so that failures of all kinds come by.
      if (random() < 0.01) return { data: null, errors: [{ message: 'broken' }] };
      return simulatedAnswer(request, clock.now().toISOString());
    },
  });
  const calls = Math.round(perSecond * seconds);
  const settled = Math.round(calls / 10);
  const every = Math.floor((calls - settled) / samples);
  const points: { call: number; heap: number; resident: number }[] = [];
  const started = performance.now();
  for (let call = 0; call <= calls; call += 1) {
    if (call >= settled && (call - settled) % every === 0) {
      await new Promise(setImmediate);
      collect();
      const { heapUsed, rss } = process.memoryUsage();
      points.push({ call, heap: heapUsed, resident: rss });
    }
    const leaving = new AbortController();
    const representations = Array.from({ length: 3 }, () => ({
      __typename: 'StudentRecord',
      institutionId: `inst_${Math.floor(random() * schools.length)}`,
      studentNumber: `${Math.floor(random() * 50_000)}`,
    }));
    const asked = ask(
      { representations, ...(random() < 0.2 ? { maxAge: 0, waitMs: 500 } : {}) },
      { signal: leaving.signal },
    );
    if (random() < 0.02) leaving.abort();
    await asked.catch(() => undefined);
    clock.advance(1_000 / perSecond);
  }
  const milliseconds = performance.now() - started;
  await router.stop();
  const [first, last] = [points[0], points.at(-1)] as [(typeof points)[0], (typeof points)[0]];
  return {
    calls,
    perSecond,
    startMiB: first.heap / mebi,
    endMiB: last.heap / mebi,
    startResidentMiB: first.resident / mebi,
    endResidentMiB: last.resident / mebi,
    slopeKiB: (slopeOf(points.map(({ call, heap }) => [call, heap])) * 10_000) / 1024,
    milliseconds,
  };
}

/** The slope of the least-squares line through points. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const above = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return above / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}
