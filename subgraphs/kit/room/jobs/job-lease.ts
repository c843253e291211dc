import type { ErrorParameters } from '../../base/errors/amrlo-error.js';
import type { ErrorCode } from '../../base/errors/catalogue.js';
import type { Json } from '../audit/canonical-json.js';
import type { Sql } from '../database/sql.js';
import { jobColumns, jobOf, type Job, type JobRowError } from './job.js';

/** How a worker's hold on a job ends. */
export type JobOutcome =
  | { readonly state: 'SUCCEEDED'; readonly result: Json }
  | { readonly state: 'FAILED'; readonly code: ErrorCode; readonly parameters: ErrorParameters };

/** Takes the oldest job that is queued or whose worker has let its lease run out. */
export async function claimJob(
  sql: Sql,
  kinds: readonly string[],
  now: Date,
  leaseUntil: Date,
): Promise<Job | undefined> {
  const [row] = await sql.execute<{ record: string }>(
    `with next as (
       select id, state from job
       where kind in (select jsonb_array_elements_text(?::jsonb))
         and (state = 'QUEUED' or (state = 'RUNNING' and lease_until < ?::timestamptz))
       order by created_at, id limit 1 for update skip locked
     )
     update job set state = 'RUNNING', attempts = attempts + 1, lease_until = ?::timestamptz,
       takeovers = takeovers + case next.state when 'RUNNING' then 1 else 0 end,
       started_at = coalesce(started_at, ?::timestamptz)
     from next where job.id = next.id returning ${jobColumns}`,
    [JSON.stringify(kinds), now.toISOString(), leaseUntil.toISOString(), now.toISOString()],
  );
  return row && jobOf(row.record);
}

/** Makes sure, until the transaction ends, that this worker holds the job; a takeover and a cancel wait for it. */
export async function holdsJob(sql: Sql, job: Job): Promise<boolean> {
  const held = await sql.execute(
    `select id from job where id = ? and attempts = ? and state = 'RUNNING' for key share`,
    [job.id, job.attempts],
  );
  return held.length > 0;
}

/** Renews the lease and writes the progress. @returns whether this worker still holds the job */
export async function renewLease(
  sql: Sql,
  job: Job,
  progress: { readonly done: number; readonly total: number | null },
  leaseUntil: Date,
): Promise<boolean> {
  const renewed = await sql.execute(
    `update job set done = ?, total = ?::integer, lease_until = ?::timestamptz
     where id = ? and attempts = ? and state = 'RUNNING' returning id`,
    [progress.done, progress.total, leaseUntil.toISOString(), job.id, job.attempts],
  );
  return renewed.length > 0;
}

/** Ends the job. @returns whether this worker still held it */
export async function finishJob(
  sql: Sql,
  job: Job,
  progress: { readonly done: number; readonly total: number | null },
  outcome: JobOutcome,
  now: Date,
): Promise<boolean> {
  const failed = outcome.state === 'FAILED';
  const finished = await sql.execute(
    `update job set state = ?, result = ?::jsonb, error_code = ?::text, error_params = ?::jsonb, done = ?,
       total = ?::integer, finished_at = ?::timestamptz, lease_until = null
     where id = ? and attempts = ? and state = 'RUNNING' returning id`,
    [
      outcome.state,
      failed ? null : JSON.stringify(outcome.result),
      failed ? outcome.code : null,
      failed ? JSON.stringify(outcome.parameters) : null,
      progress.done,
      progress.total,
      now.toISOString(),
      job.id,
      job.attempts,
    ],
  );
  return finished.length > 0;
}

/** Puts the job back into the queue, for a worker that shuts down. */
export async function releaseJob(sql: Sql, job: Job): Promise<void> {
  await sql.execute(
    `update job set state = 'QUEUED', lease_until = null where id = ? and attempts = ? and state = 'RUNNING'`,
    [job.id, job.attempts],
  );
}

/** Notes where to go on after an interruption. */
export async function writeCheckpoint(sql: Sql, job: Job, state: Json): Promise<void> {
  await sql.execute(`update job set checkpoint = ?::jsonb where id = ? and attempts = ?`, [
    JSON.stringify(state),
    job.id,
    job.attempts,
  ]);
}

/** Writes rejected rows in one statement; a row and field that is there already is replaced. */
export async function writeRowErrors(sql: Sql, job: Job, errors: readonly JobRowError[]): Promise<void> {
  if (errors.length === 0) return;
  const latest = new Map(errors.map((error) => [`${error.row} ${error.field}`, error]));
  await sql.execute(
    `insert into job_row_error (job_id, row, field, code, parameters, content)
     select ?, e.row, e.field, e.code, e.parameters, e.content
     from jsonb_to_recordset(?::jsonb) as e
       (row integer, field text, code text, parameters jsonb, content jsonb)
     on conflict (job_id, row, field) do update set code = excluded.code, parameters = excluded.parameters,
       content = excluded.content`,
    [job.id, JSON.stringify([...latest.values()], storable)],
  );
}

/** A rejected row may hold what PostgreSQL cannot store; its report must not fail for that. */
function storable(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !/[\0\ud800-\udfff]/.test(value)) return value;
  return Buffer.from(value).toString().replaceAll('\0', '\ufffd');
}
