import { newId } from '../../base/ids.js';
import type { ErrorCode } from '../../base/errors/catalogue.js';
import type { ErrorParameters } from '../../base/errors/amrlo-error.js';
import type { WakeSignal } from '../../base/wake.js';
import type { Json } from '../audit/canonical-json.js';
import type { Sql } from '../database/sql.js';

/** Where a job stands; the last three are final. */
export type JobState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** Work that outlives the request that asked for it. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly input: Json;
  /** Rows (or whatever the kind counts) that are finished. */
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  /** Where the handler wants to go on after an interruption. */
  readonly checkpoint: Json;
  readonly result: Json;
  readonly errorCode: ErrorCode | null;
  readonly errorParameters: ErrorParameters | null;
  /** The subject of the principal that asked. */
  readonly requestedBy: string;
  readonly institutionId: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** How often a worker took it up; the number of the worker that holds it now. */
  readonly attempts: number;
  /** How often it was taken over from a worker that vanished. */
  readonly takeovers: number;
}

/** A row of a job's input that was not accepted. */
export interface JobRowError {
  /** Counts from 1, as the sheet's reader does. */
  readonly row: number;
  /** The column; empty for the row as a whole. */
  readonly field: string;
  readonly code: ErrorCode;
  readonly parameters: ErrorParameters;
  /** The row as it was read, for the download of rejects. */
  readonly content: Json;
}

/** The columns of a job as one JSON text; to be read by {@link jobOf}. */
export const jobColumns = `json_build_object('id', job.id, 'kind', job.kind, 'state', job.state, 'input', job.input,
  'done', job.done, 'total', job.total, 'checkpoint', job.checkpoint, 'result', job.result,
  'errorCode', job.error_code, 'errorParameters', job.error_params, 'requestedBy', job.requested_by,
  'institutionId', job.institution_id, 'createdAt', job.created_at, 'startedAt', job.started_at,
  'finishedAt', job.finished_at, 'attempts', job.attempts, 'takeovers', job.takeovers)::text as record`;

/** Reads what {@link jobColumns} selected. */
export function jobOf(record: string): Job {
  const job = JSON.parse(record) as Job & Record<'createdAt' | 'startedAt' | 'finishedAt', string | null>;
  const instant = (text: string | null) => (text === null ? null : new Date(text));
  return {
    ...job,
    createdAt: new Date(job.createdAt),
    startedAt: instant(job.startedAt),
    finishedAt: instant(job.finishedAt),
  };
}

/** The signal that a job's readers are woken with; published by whoever changed it, after the commit. */
export function jobChanged(id: string): WakeSignal {
  return { type: 'Job', id };
}

/** Puts a job into the queue, in the caller's transaction. */
export async function enqueueJob(
  sql: Sql,
  job: {
    readonly kind: string;
    readonly input: Json;
    readonly requestedBy: string;
    readonly institutionId?: string | null;
    readonly total?: number | null;
  },
): Promise<Job> {
  const [row] = await sql.execute<{ record: string }>(
    `insert into job (id, kind, input, requested_by, institution_id, total)
     values (?, ?, ?::jsonb, ?, ?::text, ?::integer) returning ${jobColumns}`,
    [
      newId('Job'),
      job.kind,
      JSON.stringify(job.input),
      job.requestedBy,
      job.institutionId ?? null,
      job.total ?? null,
    ],
  );
  if (row === undefined) throw new Error('The new job was not returned.');
  return jobOf(row.record);
}

/** A job by id; who may see it is the caller's question. */
export async function readJob(sql: Sql, id: string): Promise<Job | undefined> {
  const [row] = await sql.execute<{ record: string }>(`select ${jobColumns} from job where id = ?`, [id]);
  return row && jobOf(row.record);
}

/** The rejected rows of a job in the order of its input. `after` is the last one already read. */
export async function readJobRowErrors(
  sql: Sql,
  jobId: string,
  page: { readonly after?: { readonly row: number; readonly field: string }; readonly limit: number },
): Promise<JobRowError[]> {
  const rows = await sql.execute<{ record: string }>(
    `select json_build_object('row', e.row, 'field', e.field, 'code', e.code, 'parameters', e.parameters,
       'content', e.content)::text as record
     from job_row_error e where e.job_id = ? and (e.row, e.field) > (?::integer, ?::text)
     order by e.row, e.field limit ${Math.trunc(page.limit)}`,
    [jobId, page.after?.row ?? -1, page.after?.field ?? ''],
  );
  return rows.map(({ record }) => JSON.parse(record) as JobRowError);
}

/**
 * Cancels a job that is not finished. A running one is stopped at its next sign of life; of its work, what was
 * committed stays, and nothing is committed after this transaction.
 * @returns whether it was still open
 */
export async function cancelJob(sql: Sql, id: string, now: Date): Promise<boolean> {
  // FOR UPDATE waits for a transaction of the handler that is under way; a plain update would overtake it.
  const cancelled = await sql.execute(
    `update job set state = 'CANCELLED', finished_at = ?::timestamptz, lease_until = null
     where id = (select id from job where id = ? and state in ('QUEUED', 'RUNNING') for update)
     returning id`,
    [now.toISOString(), id],
  );
  return cancelled.length > 0;
}

/**
 * Removes jobs that ended before an instant, with their row errors, a thousand at most.
 * @returns how many were removed
 */
export async function pruneJobs(sql: Sql, before: Date): Promise<number> {
  const removed = await sql.execute(
    `delete from job where id in (select id from job where finished_at < ?::timestamptz order by finished_at limit 1000)
     returning id`,
    [before.toISOString()],
  );
  return removed.length;
}
