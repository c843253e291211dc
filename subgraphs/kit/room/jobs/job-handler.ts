import type { Json } from '../audit/canonical-json.js';
import type { Sql, Transact } from '../database/sql.js';
import type { Job, JobRowError } from './job.js';

/** What a handler works with. */
export interface JobContext {
  /** As it was when this worker took it up; `checkpoint` says where an earlier one stopped. */
  readonly job: Job;
  /** Aborted when the job was cancelled, taken over, or the worker is shutting down: stop soon. */
  readonly signal: AbortSignal;
  /**
   * A transaction that exists only while this worker holds the job: after a cancel or a takeover it is refused with
   * `REQUEST_CANCELLED`, and neither can happen before it ends. So no row is written twice by two workers.
   */
  readonly transact: Transact;
  /** Reports progress; cheap to call for every row, written about once a second. */
  readonly progress: (done: number, total?: number) => Promise<void>;
  /**
   * Notes, in the transaction that did a part of the work, where to go on after an interruption. The part and the
   * note are committed together, with the row errors reported so far.
   */
  readonly checkpoint: (sql: Sql, state: Json) => Promise<void>;
  /** Reports a row that was not accepted; a row and field reported again replaces the earlier report. */
  readonly rowError: (error: JobRowError) => Promise<void>;
}

/**
 * Does the work of one kind of job. What it returns becomes the job's result; an `AmrloError` becomes the job's
 * error, anything else `INTERNAL` with an id that the log explains. It may be called again for the same job after its
 * worker vanished: either each part can be repeated, or it goes on from the checkpoint.
 */
export type JobHandler = (context: JobContext) => Promise<Json | void>;
