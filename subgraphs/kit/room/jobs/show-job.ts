import { messageOf } from '../../base/errors/amrlo-error.js';
import { hasRole } from '../../base/identity/principal.js';
import type { Locale } from '../../base/locale.js';
import type { Job as JobView, JobRowError as JobRowErrorView, JobState } from '../schema/shared-types.js';
import type { RequestScope } from '../scope/request-scope.js';
import { readJob, type Job, type JobRowError } from './job.js';

/** A job of a kind, for the one who asked for it, the officials of its institution and the secretariat; else null. */
export async function visibleJob(scope: RequestScope, kind: string, id: string): Promise<Job | null> {
  const { principal } = scope;
  const { sql } = await scope.unit();
  const job = await readJob(sql, id);
  if (job === undefined || job.kind !== kind) return null;
  const own = principal.subject !== '' && job.requestedBy === principal.subject;
  const official =
    job.institutionId !== null && hasRole(principal, ['REGISTRAR', 'INSTITUTION_ADMIN'], job.institutionId);
  return own || official || hasRole(principal, ['SECRETARIAT', 'SERVICE']) ? job : null;
}

/** What the graph shows of a job. */
export function showJob(job: Job, locale: Locale): JobView {
  return {
    id: job.id,
    state: job.state as JobState,
    done: job.done,
    total: job.total,
    errorCode: job.errorCode,
    errorMessage: job.errorCode === null ? null : messageOf(job.errorCode, job.errorParameters ?? {}, locale),
    createdAt: job.createdAt,
    finishedAt: job.finishedAt,
  };
}

/** What the graph shows of a row that was not taken. */
export function showRowError(error: JobRowError, locale: Locale): JobRowErrorView {
  return {
    row: error.row,
    field: error.field === '' ? null : error.field,
    code: error.code,
    message: messageOf(error.code, error.parameters, locale),
  };
}
