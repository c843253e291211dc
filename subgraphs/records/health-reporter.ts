import type { Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { Logger } from '../kit/base/log.js';
import { responseTimeBounds, responseTimeClass } from '../kit/room/figures/response-times.js';
import type { HealthSample, HealthSink } from './health-sink.js';
import type { ObservedCall } from './school-guard.js';

/** How a school stands, as the router knows it at a moment. */
export type SchoolStanding = Pick<HealthSample, 'institutionId' | 'health' | 'freshness' | 'lastAnswerAt'>;

/** Says to the institutions room how the schools are doing. */
export interface HealthReporter {
  /** Counts a question that reached a school; a change of its health is reported soon. */
  observe(institutionId: string, call: ObservedCall): void;
  stop(): void;
}

/** Usually a minute passes between two reports. */
const usualMs = 60_000;
/** A change waits so long for others, so that a school that comes and goes does not cost a report each time. */
const afterChangeMs = 5_000;

interface Counts {
  calls: number;
  failures: number;
  longestMs: number;
  readonly responseTimes: number[];
}

/**
 * Reports every minute, and within five seconds of a change of health, in one batch. A report that fails is not repeated:
 * nobody knows whether it arrived, and figures that miss a minute are better than figures that count it twice. How a
 * school stands now is in the next report anyway.
 * @param options.standing the schools that were asked since the router's start; others are left out
 */
export function createHealthReporter(options: {
  readonly sink: HealthSink;
  readonly standing: () => readonly SchoolStanding[];
  readonly clock: Clock;
  readonly log?: Logger | undefined;
}): HealthReporter {
  const { sink, standing, clock, log } = options;
  const counted = new Map<string, Counts>();
  let callOff: () => void = () => undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let reporting = false;
  let changedMeanwhile = false;
  let stopped = false;

  function plan(milliseconds: number): void {
    const at = clock.now().getTime() + milliseconds;
    if (stopped || reporting || dueAt <= at) return;
    callOff();
    dueAt = at;
    callOff = clock.after(milliseconds, () => void report());
  }

  async function report(): Promise<void> {
    dueAt = Number.POSITIVE_INFINITY;
    reporting = true;
    changedMeanwhile = false;
    const samples = standing().map((school) => ({
      ...school,
      ...(counted.get(school.institutionId) ?? noCalls()),
    }));
    counted.clear();
    try {
      if (samples.length > 0) await sink.report(samples);
    } catch (error) {
      const code = error instanceof AmrloError ? error.code : undefined;
      log?.warn({ code, schools: samples.length }, 'the health of schools could not be reported');
    } finally {
      reporting = false;
      plan(changedMeanwhile ? afterChangeMs : usualMs);
    }
  }

  plan(usualMs);
  return {
    observe(institutionId, { milliseconds, failed, changed }) {
      const counts = counted.get(institutionId) ?? noCalls();
      counted.set(institutionId, counts);
      counts.calls += 1;
      if (failed) counts.failures += 1;
      counts.longestMs = Math.max(counts.longestMs, milliseconds);
      counts.responseTimes[responseTimeClass(milliseconds)]! += 1;
      if (!changed) return;
      changedMeanwhile = true;
      plan(afterChangeMs);
    },
    stop() {
      stopped = true;
      callOff();
    },
  };
}

function noCalls(): Counts {
  return {
    calls: 0,
    failures: 0,
    longestMs: 0,
    responseTimes: Array.from({ length: responseTimeBounds.length + 1 }, () => 0),
  };
}
