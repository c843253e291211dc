import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/log.js';
import type { Sql, Transact } from './database/sql.js';
import type { FileStore } from './files/file-store.js';
import { pruneIdempotencyKeys } from './idempotency/idempotent.js';
import { pruneJobs } from './jobs/job.js';
import { createWorkLoop, type WorkLoop } from './jobs/work-loop.js';
import { pruneOutbox } from './outbox/outbox.js';

/** For how many days a room remembers what nobody needs any more. The audit trail is not among it: it stays. */
export interface Retention {
  /** Events that every consumer has acknowledged; 30 by default, enough to look into a consumer's mistake. */
  readonly eventDays?: number;
  /** Answers kept for repetitions with the same idempotency key; 30 by default, longer than any client retries. */
  readonly idempotencyKeyDays?: number;
  /** Jobs that have ended, with their rejected rows; 90 by default, a term's time to repair an import. */
  readonly jobDays?: number;
}

/** Removes once a day what a room need not remember; starts with a round, since a process may be younger than a day. */
export function createHousekeeping(options: {
  readonly transact: Transact;
  readonly files: Pick<FileStore, 'sweep'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retention?: Retention;
  /** The room's own work; see `RoomParts.tidy`. */
  readonly tidy?: Readonly<Record<string, (sql: Sql) => Promise<number>>>;
}): WorkLoop {
  const { transact, files, clock, log, retention = {}, tidy = {} } = options;
  const before = (days: number) => new Date(clock.now().getTime() - days * dayMs);

  /** A prune removes a bounded number of rows, so that no transaction is long; it is repeated until none is left. */
  async function all(prune: (sql: Sql, before: Date) => Promise<number>, days: number): Promise<number> {
    let removed = 0;
    for (;;) {
      const round = await transact((sql) => prune(sql, before(days)));
      if (round === 0) return removed;
      removed += round;
    }
  }

  return createWorkLoop({
    clock,
    everyMs: dayMs,
    async work() {
      // One part that fails must not keep the others from being done.
      const parts = await Promise.allSettled([
        all(pruneOutbox, retention.eventDays ?? 30),
        all(pruneIdempotencyKeys, retention.idempotencyKeyDays ?? 30),
        all(pruneJobs, retention.jobDays ?? 90),
        files.sweep(),
        ...Object.values(tidy).map((work) => all(work, 0)),
      ]);
      const [events, idempotencyKeys, jobs, removedFiles, ...tidied] = parts.map((part) =>
        part.status === 'fulfilled' ? part.value : null,
      );
      const own = Object.fromEntries(Object.keys(tidy).map((name, place) => [name, tidied[place]]));
      log.info({ events, idempotencyKeys, jobs, files: removedFiles, ...own }, 'housekeeping done');
      const failures = parts.flatMap((part) => (part.status === 'rejected' ? [part.reason as unknown] : []));
      if (failures.length > 0) throw new AggregateError(failures);
    },
    failed: (error) => log.error({ err: error }, 'housekeeping failed; it is tried again tomorrow'),
  });
}

const dayMs = 24 * 60 * 60 * 1000;
