import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { Clock } from '../../kit/base/clock.js';
import { createUpload } from '../../kit/room/files/create-upload.js';
import type { FileStore } from '../../kit/room/files/file-store.js';
import { readUtf8 } from '../../kit/room/files/read-text.js';
import type { Upload, UploadInput } from '../../kit/room/files/upload.types.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { enqueueJob, readJobRowErrors, type Job } from '../../kit/room/jobs/job.js';
import type { JobHandler } from '../../kit/room/jobs/job-handler.js';
import { showJob, showRowError, visibleJob } from '../../kit/room/jobs/show-job.js';
import { mutate, type Payload } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { parseRoster } from './parse-roster.js';
import { comparisonByImport } from './roster-comparison.loader.js';
import type { RosterComparison } from './roster-comparison.types.js';
import type { ImportRosterInput, RosterImport } from './roster-import.types.js';
import { takeList, type TakenList } from './take-list.js';

/** The kind of the job that imports the roster. */
export const rosterImportKind = 'ROSTER_IMPORT';
const purpose = 'roster';
const maxBytes = 16 * 1024 * 1024;

interface RosterImportInput {
  readonly uploadId: string;
  readonly owner: string;
}

type RosterImportResult = TakenList & { readonly asOf: string; readonly rejected: number };

/** Imports of the Ministry's list. */
export class RosterImportService {
  readonly #files: FileStore;
  readonly #clock: Clock;

  constructor(files: FileStore, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
  }

  /** Opens an upload for a list. */
  createUpload(scope: RequestScope, input: UploadInput): Promise<Payload<{ upload: Upload }>> {
    const allowed = mayImport(scope);
    return createUpload(
      scope,
      this.#files,
      { operation: 'createRosterUpload', purpose, maxBytes, allowed },
      input,
    );
  }

  /** Queues the import of an uploaded list. */
  async start(
    scope: RequestScope,
    input: ImportRosterInput,
  ): Promise<Payload<{ rosterImport: RosterImport }>> {
    return mutate(
      scope,
      { operation: 'importRoster', action: 'IMPORT_ROSTER', subjectType: 'RosterImport', input },
      async (transaction) => {
        if (!mayImport(scope)) throw refuse('ACTION_FORBIDDEN', { action: 'importRoster' });
        const owner = scope.principal.subject;
        const file = await this.#files.open(input.uploadId, owner, purpose);
        file.stream.destroy();
        const work: RosterImportInput = { uploadId: input.uploadId, owner };
        const job = await enqueueJob(transaction.sql, {
          kind: rosterImportKind,
          input: { ...work },
          requestedBy: owner,
        });
        transaction.audited({ subjectId: job.id, detail: { sha256: file.sha256 } });
        transaction.wake('Job', job.id);
        return { rosterImport: this.#show(job, scope) };
      },
    );
  }

  /** An import, for the one who asked for it and the secretariat. */
  async byId(scope: RequestScope, id: string): Promise<RosterImport | null> {
    const job = await visibleJob(scope, rosterImportKind, id);
    return job === null ? null : this.#show(job, scope);
  }

  /** The rows that an import did not take. */
  async rejected(scope: RequestScope, id: string): Promise<RosterImport['rejected']> {
    const { sql } = await scope.unit();
    const rows = await readJobRowErrors(sql, id, { limit: 1_000 });
    return rows.map((row) => showRowError(row, scope.locale));
  }

  /** What an import compared; null where nothing had to be. */
  comparison(scope: RequestScope, id: string): Promise<RosterComparison | null> {
    return scope.load(comparisonByImport, id);
  }

  /** The job: the rows that fit are taken or compared in one transaction, the others are reported one by one. */
  readonly handler: JobHandler = async ({ job, transact, progress, rowError }) => {
    const { uploadId, owner } = job.input as unknown as RosterImportInput;
    const file = await this.#files.open(uploadId, owner, purpose);
    const roster = parseRoster(await readUtf8(file, maxBytes));
    const total = roster.rows.length + roster.rejected.length;
    for (const { row, field, code, parameters } of roster.rejected) {
      await rowError({ row, field: field ?? '', code, parameters, content: null });
    }
    await progress(roster.rejected.length, total);
    // Only now, so that the rows are reported that say why none could be taken.
    if (roster.rows.length === 0) throw refuse('FILE_HAS_NO_ROWS');
    const taken = await transact((sql) => takeList(sql, roster, { jobId: job.id, now: this.#clock.now() }));
    await progress(total, total);
    const result: RosterImportResult = { ...taken, asOf: roster.asOf, rejected: roster.rejected.length };
    return { ...result };
  };

  #show(job: Job, scope: RequestScope): RosterImport {
    const result = (job.state === 'SUCCEEDED' ? job.result : null) as unknown as RosterImportResult | null;
    const changes = result !== null && 'added' in result ? result : null;
    return {
      id: job.id,
      job: showJob(job, scope.locale),
      asOf: result?.asOf ?? null,
      added: changes?.added ?? null,
      changed: changes?.changed ?? null,
      unchanged: result?.unchanged ?? null,
      rejectedCount: result?.rejected ?? null,
      rejected: [],
    };
  }
}

/** The roster is the alliance's: the secretariat keeps it, and the room does not rely on the gateway for that. */
function mayImport(scope: RequestScope): boolean {
  return hasRole(scope.principal, 'SECRETARIAT');
}
