import type { Clock } from '../../base/clock.js';
import type { Logger } from '../../base/log.js';
import type { WakeBus, WakeSignal } from '../../base/wake.js';
import type { Transact } from '../database/sql.js';
import { jobChanged, type Job } from './job.js';
import type { JobHandler } from './job-handler.js';
import { claimJob, finishJob } from './job-lease.js';
import { runJob, type JobRun } from './job-run.js';
import { createWorkLoop } from './work-loop.js';

/** How a room's worker works. */
export interface JobRunnerOptions {
  readonly transact: Transact;
  readonly handlers: Readonly<Record<string, JobHandler>>;
  /** By kind, the graph's type that shows such a job under its own id; its live queries wake with the job. */
  readonly shownAs?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of every change of a job; asked for work by the signals of others. */
  readonly wakeBus: WakeBus;
  /** Published with every change of a job: what it has committed may be events, which nobody else announces. */
  readonly signal?: WakeSignal;
  /** Jobs at the same time in this process; 1 by default. */
  readonly concurrency?: number;
  /** 2 seconds by default. */
  readonly pollMs?: number;
  /** How long a silent worker keeps its job; more than clocks differ by. 30 seconds by default. */
  readonly leaseMs?: number;
  /** The least time between two writes of a job's progress; 1 second by default. */
  readonly progressMs?: number;
  /** How many workers may vanish over a job before it is given up; 3 by default. */
  readonly maxTakeovers?: number;
}

/** Does a room's jobs; any number of processes may run one each. */
export interface JobRunner {
  start(): void;
  /** Asks running handlers to stop, puts their jobs back into the queue and resolves when they have ended. */
  stop(): Promise<void>;
  /** Does one job from claim to end. @returns false when there was none to do */
  runNext(): Promise<boolean>;
}

/** Builds a worker; nothing happens before `start` or `runNext`. */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { transact, handlers, shownAs = {}, clock, log, wakeBus } = options;
  const leaseMs = options.leaseMs ?? 30_000;
  const concurrency = options.concurrency ?? 1;
  const kinds = Object.keys(handlers);
  const running = new Map<string, JobRun>();
  const changed = ({ id, kind }: Job) => {
    wakeBus.publish(jobChanged(id));
    const type = shownAs[kind];
    if (type !== undefined) wakeBus.publish({ type, id });
    if (options.signal !== undefined) wakeBus.publish(options.signal);
  };
  let stopping = false;
  let unsubscribe: (() => void) | undefined;

  /** Claims one job; one that has outlived too many workers is given up instead. */
  async function claim(): Promise<Job | undefined> {
    for (;;) {
      const now = clock.now();
      const job = await transact((sql) => claimJob(sql, kinds, now, new Date(now.getTime() + leaseMs)));
      if (job === undefined || job.takeovers <= (options.maxTakeovers ?? 3)) return job;
      const parameters = { takeovers: job.takeovers };
      await transact((sql) =>
        finishJob(sql, job, job, { state: 'FAILED', code: 'JOB_ABANDONED', parameters }, clock.now()),
      );
      changed(job);
    }
  }

  function begin(job: Job): Promise<void> {
    const handler = handlers[job.kind];
    if (handler === undefined) throw new Error(`No handler for jobs of the kind ${job.kind}.`);
    const run = runJob(job, handler, {
      transact,
      clock,
      log,
      leaseMs,
      progressMs: options.progressMs ?? 1000,
      changed: () => changed(job),
    });
    running.set(job.id, run);
    changed(job);
    return run.ended
      .catch((error: unknown) =>
        log.error({ err: error, job: job.id }, 'the end of a job could not be written'),
      )
      .finally(() => running.delete(job.id));
  }

  async function fill(): Promise<void> {
    while (!stopping && running.size < concurrency) {
      const job = await claim();
      if (job === undefined) return;
      void begin(job).then(() => loop.poke());
    }
  }

  const loop = createWorkLoop({
    clock,
    everyMs: options.pollMs ?? 2000,
    work: fill,
    failed: (error) => log.warn({ err: error }, 'jobs could not be claimed'),
  });

  return {
    start() {
      if (kinds.length === 0) return;
      stopping = false;
      unsubscribe ??= wakeBus.subscribe((signal) => {
        if (signal.type === 'Job' && !running.has(signal.id) && running.size < concurrency) loop.poke();
      });
      loop.start();
    },
    async stop() {
      stopping = true;
      unsubscribe?.();
      unsubscribe = undefined;
      await loop.stop();
      const runs = [...running.values()];
      for (const run of runs) run.interrupt();
      await Promise.allSettled(runs.map((run) => run.ended));
    },
    async runNext() {
      const job = await claim();
      if (job === undefined) return false;
      await begin(job);
      return true;
    },
  };
}
