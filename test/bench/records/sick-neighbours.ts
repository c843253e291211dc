import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../subgraphs/kit/base/clock.js';
import { figuresOf, type Figures } from '../figures.js';
import { routerOver, simulatedAnswer, type SimulatedSchool } from './simulated-schools.js';

/** What sick schools cost: the promises of breaker and bulkhead, in milliseconds. */
export interface SickNeighbours {
  /** Questions about a school whose breaker is open. */
  readonly openBreaker: Figures;
  /** A fast school asked alone. */
  readonly alone: Figures;
  /** The same while hundreds of questions wait for a slow school. */
  readonly besideSlow: Figures;
  readonly waiting: number;
}

const fastMs = 10;
const waiting = 300;
const atOnce = 8;

/** Asks a dead school behind its open breaker, and a fast one alone and beside a slow one, `rounds` times each. */
export async function measureSickNeighbours(rounds: number): Promise<SickNeighbours> {
  const schools: readonly SimulatedSchool[] = [
    { institutionId: 'inst_dead', state: 'DOWN', latencyMs: 0 },
    { institutionId: 'inst_slow', state: 'HANGS', latencyMs: 0 },
    { institutionId: 'inst_fast', state: 'HEALTHY', latencyMs: fastMs },
  ];
  const asOf = new Date().toISOString();
  const { router, ask } = await routerOver(schools, {
    clock: systemClock,
    timeoutMs: 600_000,
    ttlMs: 0,
    async answer({ state, latencyMs }, request) {
      if (state === 'DOWN') throw new Error('ECONNREFUSED');
      await pause(state === 'HANGS' ? 600_000 : latencyMs, undefined, { signal: request.signal });
      return simulatedAnswer(request, asOf);
    },
  });
  let student = 0;
  const askOne = (institutionId: string, signal?: AbortSignal) => {
    student += 1;
    const representations = [{ __typename: 'StudentRecord', institutionId, studentNumber: `${student}` }];
    return ask({ representations }, { budgetMs: 600_000, ...(signal === undefined ? {} : { signal }) });
  };
  const timed = async (institutionId: string): Promise<number> => {
    const started = performance.now();
    await askOne(institutionId);
    return performance.now() - started;
  };
  const rounded = async (institutionId: string): Promise<Figures> => {
    const times: number[] = [];
    const started = performance.now();
    for (let round = 0; round < rounds; round += 1) {
      const together = Array.from({ length: atOnce }, () => timed(institutionId));
      times.push(...(await Promise.all(together)));
    }
    return figuresOf(times, performance.now() - started);
  };

  for (let failure = 0; failure < 10; failure += 1) await askOne('inst_dead');
  const openTimes: number[] = [];
  const started = performance.now();
  for (let round = 0; round < rounds * atOnce; round += 1) openTimes.push(await timed('inst_dead'));
  const openBreaker = figuresOf(openTimes, performance.now() - started);

  await rounded('inst_fast');
  const alone = await rounded('inst_fast');
  const leaving = new AbortController();
  const held = Array.from({ length: waiting }, () =>
    // They leave when the figures are taken, and say so.
    askOne('inst_slow', leaving.signal).catch(() => undefined),
  );
  const besideSlow = await rounded('inst_fast');
  leaving.abort();
  await Promise.all(held);
  await router.stop();
  return { openBreaker, alone, besideSlow, waiting };
}
