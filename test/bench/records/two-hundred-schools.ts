import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../subgraphs/kit/base/clock.js';
import { quantile } from '../figures.js';
import { routerOver, seeded, simulatedAnswer, type SimulatedSchool } from './simulated-schools.js';

/** What one query over many schools took. */
export interface ManySchools {
  readonly schools: number;
  /** Latency of the slowest school that answers, in milliseconds. */
  readonly slowestHealthyMs: number;
  /** The same schools, asked by a plain `Promise.all` without a router and without those that are sick. */
  readonly directMs: number;
  /** While nobody knows yet who is sick: bounded by the wait that the reader set. */
  readonly firstMs: number;
  readonly waitMs: number;
  /** Once the breakers of the sick schools are open, median. */
  readonly laterMs: number;
  /** Schools whose records were there, of the healthy ones. */
  readonly answered: number;
  readonly healthy: number;
}

const timeoutMs = 600;
const waitMs = 400;

/** One query over 200 schools, of which 10 hang and 10 are down; the others answer after 5 to 250 ms. */
export async function measureManySchools(rounds: number): Promise<ManySchools> {
  const random = seeded(20_260_115);
  const schools = Array.from({ length: 200 }, (_, at): SimulatedSchool => ({
    institutionId: `inst_${at}`,
    state: at % 20 === 7 ? 'HANGS' : at % 20 === 13 ? 'DOWN' : 'HEALTHY',
    // Most schools are fast and a few are slow.
    latencyMs: Math.round(5 + 245 * random() ** 3),
  }));
  const healthy = schools.filter(({ state }) => state === 'HEALTHY');
  const asOf = new Date().toISOString();
  const { router, ask } = await routerOver(schools, {
    clock: systemClock,
    timeoutMs,
    ttlMs: 0,
    async answer({ state, latencyMs }, request) {
      if (state === 'DOWN') throw new Error('ECONNREFUSED');
      await pause(state === 'HANGS' ? 60_000 : latencyMs, undefined, { signal: request.signal });
      return simulatedAnswer(request, asOf);
    },
  });
  let student = 0;
  const timed = async (): Promise<{ ms: number; answered: number }> => {
    student += 1;
    const representations = schools.map(({ institutionId }) => ({
      __typename: 'StudentRecord',
      institutionId,
      studentNumber: `${student}`,
    }));
    const started = performance.now();
    const { data } = await ask({ representations, maxAge: 0, waitMs });
    const ms = performance.now() - started;
    const records = data?.['_entities'] as readonly { complete: boolean }[];
    return { ms, answered: records.filter(({ complete }) => complete).length };
  };
  const first = await timed();
  // Five failures in a row open a breaker; a question that the reader has left still runs to its end.
  for (let round = 0; round < 5; round += 1) {
    await timed();
    await pause(timeoutMs);
  }
  const later: number[] = [];
  let answered = first.answered;
  for (let round = 0; round < rounds; round += 1) {
    const one = await timed();
    later.push(one.ms);
    answered = Math.min(answered, one.answered);
  }
  const direct: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await Promise.all(healthy.map(({ latencyMs }) => pause(latencyMs)));
    direct.push(performance.now() - started);
  }
  await router.stop();
  return {
    schools: schools.length,
    slowestHealthyMs: Math.max(...healthy.map(({ latencyMs }) => latencyMs)),
    directMs: quantile(direct, 0.5),
    firstMs: first.ms,
    waitMs,
    laterMs: quantile(later, 0.5),
    answered,
    healthy: healthy.length,
  };
}
