import type { Clock } from '../../base/clock.js';
import { AmrloError } from '../../base/errors/amrlo-error.js';
import { newId } from '../../base/ids.js';
import type { Logger } from '../../base/log.js';
import type { Transact } from '../database/sql.js';
import type { Job, JobRowError } from './job.js';
import type { JobHandler } from './job-handler.js';
import {
  finishJob,
  holdsJob,
  releaseJob,
  renewLease,
  writeCheckpoint,
  writeRowErrors,
  type JobOutcome,
} from './job-lease.js';

/** What a run needs besides its job. */
export interface JobRunSurroundings {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Logger;
  readonly leaseMs: number;
  readonly progressMs: number;
  /** Called after a change of the job was committed. */
  readonly changed: () => void;
}

/** One worker's hold on one job, from the claim to the end. */
export interface JobRun {
  /** Resolves when the handler has ended and the outcome is written; rejects only when it could not be written. */
  readonly ended: Promise<void>;
  /** Asks the handler to stop and puts the job back into the queue. */
  interrupt(): void;
}

const rowErrorsPerWrite = 200;

/** Starts the handler of a claimed job. */
export function runJob(job: Job, handler: JobHandler, surroundings: JobRunSurroundings): JobRun {
  const { transact, clock, log, leaseMs, progressMs, changed } = surroundings;
  const controller = new AbortController();
  const progress = { done: job.done, total: job.total };
  let rowErrors: JobRowError[] = [];
  /** Written in a transaction that may still fail; writing them twice does no harm. */
  let writtenRowErrors: JobRowError[] = [];
  let lost = false;
  let interrupted = false;
  /** The transaction that holds the job's row since its checkpoint; a second one must not wait for it. */
  let checkpointOpen = false;
  let writtenAt = clock.now().getTime();
  let cancelHeartbeat: (() => void) | undefined;

  function lose(): AmrloError {
    lost = true;
    const reason = new AmrloError('REQUEST_CANCELLED');
    controller.abort(reason);
    return reason;
  }

  const held: Transact = async (work) => {
    try {
      const result = await transact(async (sql) => {
        if (!(await holdsJob(sql, job))) throw lose();
        return work(sql);
      });
      writtenRowErrors = [];
      return result;
    } catch (error) {
      rowErrors.unshift(...writtenRowErrors);
      writtenRowErrors = [];
      throw error;
    } finally {
      checkpointOpen = false;
    }
  };

  async function signOfLife(): Promise<void> {
    const now = clock.now().getTime();
    writtenAt = now;
    const kept = await transact((sql) => renewLease(sql, job, progress, new Date(now + leaseMs)));
    if (!kept) throw lose();
    changed();
  }

  function heartbeat(): void {
    cancelHeartbeat = clock.after(leaseMs / 3, () => {
      signOfLife()
        .catch(unlessLost)
        .catch(() => undefined)
        .finally(() => {
          if (cancelHeartbeat !== undefined && !lost) heartbeat();
        });
    });
  }

  /** A missed sign of life is only logged: the next may succeed, and after a takeover `transact` refuses. */
  function unlessLost(error: unknown): void {
    if (lost) throw error;
    log.warn({ err: error, job: job.id }, 'the lease of a job could not be renewed');
  }

  async function flushRowErrors(sql: Parameters<typeof writeRowErrors>[0]): Promise<void> {
    const batch = rowErrors;
    rowErrors = [];
    writtenRowErrors.push(...batch);
    await writeRowErrors(sql, job, batch);
  }

  const context: Parameters<JobHandler>[0] = {
    job,
    signal: controller.signal,
    transact: held,
    async progress(done, total) {
      progress.done = done;
      if (total !== undefined) progress.total = total;
      if (checkpointOpen || clock.now().getTime() - writtenAt < progressMs) return;
      await signOfLife().catch(unlessLost);
    },
    async checkpoint(sql, state) {
      checkpointOpen = true;
      await flushRowErrors(sql);
      await writeCheckpoint(sql, job, state);
    },
    async rowError(error) {
      rowErrors.push(error);
      if (rowErrors.length >= rowErrorsPerWrite) await held(flushRowErrors);
    },
  };

  async function outcomeOf(): Promise<JobOutcome> {
    try {
      return { state: 'SUCCEEDED', result: (await handler(context)) ?? null };
    } catch (error) {
      if (error instanceof AmrloError && error.code !== 'INTERNAL') {
        return { state: 'FAILED', code: error.code, parameters: error.parameters };
      }
      const id = newId('Event');
      if (!lost && !interrupted) log.error({ err: error, id, job: job.id, kind: job.kind }, 'a job failed');
      return { state: 'FAILED', code: 'INTERNAL', parameters: { id } };
    }
  }

  async function run(): Promise<void> {
    heartbeat();
    const outcome = await outcomeOf();
    cancelHeartbeat?.();
    cancelHeartbeat = undefined;
    if (lost) return;
    if (interrupted && outcome.state === 'FAILED') {
      await transact((sql) => releaseJob(sql, job));
    } else {
      await transact(async (sql) => {
        if (!(await holdsJob(sql, job))) return;
        await flushRowErrors(sql);
        await finishJob(sql, job, progress, outcome, clock.now());
      });
    }
    changed();
  }

  return {
    ended: run(),
    interrupt() {
      interrupted = true;
      controller.abort(new AmrloError('REQUEST_CANCELLED'));
    },
  };
}
