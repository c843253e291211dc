import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Clock } from '../../kit/base/clock.js';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import type { Locale } from '../../kit/base/locale.js';
import type { Sql } from '../../kit/room/database/sql.js';
import { csvLine, csvStart } from '../../kit/room/figures/csv.js';
import type { FileStore } from '../../kit/room/files/file-store.js';
import type { JobHandler } from '../../kit/room/jobs/job-handler.js';
import { enqueueJob, type Job } from '../../kit/room/jobs/job.js';
import { showJob, visibleJob } from '../../kit/room/jobs/show-job.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { FigureGate } from '../supervision/figure-gate.js';
import type { SupervisionVisitService } from '../supervision/supervision-visit.service.js';
import { headerOf, rowsOf } from './export-columns.js';
import { exportedMembers } from './export-rows.js';
import type {
  ExportFiguresInput,
  FigureExport,
  FigureExportPayload,
  FigureGroup,
} from './figure-export.types.js';

/** The kind of the job that writes an export. */
export const figureExportKind = 'FIGURE_EXPORT';

/** What is kept of the question while the job waits; the members are those that the asker might see when asking. */
interface ExportWork {
  readonly institutionIds: readonly string[] | null;
  readonly groups: readonly FigureGroup[];
  readonly year: number;
  readonly locale: Locale;
  readonly visitId: string | null;
}

const dayMs = 86_400_000;
const asked = z.object({
  groups: z
    .array(z.string())
    .min(1, 'groups')
    .refine((groups) => new Set(groups).size === groups.length, 'groups'),
  year: z.number().int().min(2000).max(2199).nullish(),
});

/** Exports of figures: a job that writes a file, and links to it that expire. */
export class FigureExportService {
  readonly #gate: FigureGate;
  readonly #visits: SupervisionVisitService;
  readonly #files: FileStore;
  readonly #clock: Clock;

  constructor(parts: { gate: FigureGate; visits: SupervisionVisitService; files: FileStore; clock: Clock }) {
    this.#gate = parts.gate;
    this.#visits = parts.visits;
    this.#files = parts.files;
    this.#clock = parts.clock;
  }

  /** Queues an export of what the caller may see now. */
  start(scope: RequestScope, input: ExportFiguresInput): Promise<FigureExportPayload> {
    return mutate(
      scope,
      { operation: 'exportFigures', action: 'ENQUEUE_JOB', subjectType: 'FigureExport', input },
      async (transaction) => {
        checkInput(asked, input);
        const access = await this.#gate.pass(scope, {
          action: 'EXPORT_FIGURES',
          subjectType: 'FigureExport',
          filter: input.filter ?? {},
          purpose: input.purpose ?? null,
        });
        const work: ExportWork = {
          ...access,
          groups: input.groups,
          year: input.year ?? Number(legalDate(scope.clock.now()).slice(0, 4)) - 1,
          locale: scope.locale,
        };
        const job = await enqueueJob(transaction.sql, {
          kind: figureExportKind,
          input: { ...work },
          requestedBy: scope.principal.subject,
        });
        transaction.audited({ subjectId: job.id, detail: { visitId: access.visitId, groups: input.groups } });
        transaction.wake('Job', job.id);
        return { figureExport: showFigureExport(job, scope) };
      },
    );
  }

  /**
   * An export, for the one who asked for it and the secretariat; null for others.
   * @throws AmrloError `FIGURES_NEED_A_VISIT` for a supervisor whose visit it was asked for in is over
   */
  async byId(scope: RequestScope, id: string): Promise<FigureExport | null> {
    const job = await visibleJob(scope, figureExportKind, id);
    if (job === null) return null;
    if (!hasRole(scope.principal, 'SECRETARIAT')) {
      const current = await this.#visits.underWay(scope);
      if (current === null || current.visit.id !== workOf(job).visitId) throw refuse('FIGURES_NEED_A_VISIT');
    }
    return showFigureExport(job, scope);
  }

  /** A link to the file, for the one who asked for the export; null while there is none, and after a day. */
  async downloadUrl(scope: RequestScope, id: string): Promise<string | null> {
    const job = await visibleJob(scope, figureExportKind, id);
    const { subject } = scope.principal;
    if (job === null || job.requestedBy !== subject || !isKept(job, scope.clock.now())) return null;
    scope.audit({
      action: 'EXPORT_FIGURES',
      outcome: 'ALLOWED',
      subjectType: 'FigureExport',
      subjectId: id,
      detail: { visitId: workOf(job).visitId },
    });
    const fileName = `amrlo-figures-${legalDate(job.createdAt)}.csv`;
    return this.#files.download({
      key: keyOf(id),
      fileName,
      contentType: 'text/csv; charset=utf-8',
      subject,
    });
  }

  /** The job: writes the file row by row. Done again from the start after an interruption; a key names whole files only. */
  readonly handler: JobHandler = async ({ job, transact, progress }) => {
    const { groups, year, locale, institutionIds } = workOf(job);
    const asOf = this.#clock.now();
    for (const id of await transact((sql) => expiredExports(sql, asOf))) await this.#files.remove(keyOf(id));
    let rows = 0;
    async function* lines(): AsyncGenerator<string> {
      yield csvStart + csvLine(headerOf(groups, locale));
      for await (const member of exportedMembers(transact, { institutionIds, year, asOf })) {
        yield rowsOf(member, groups).map(csvLine).join('');
        rows += groups.length;
        await progress(rows);
      }
    }
    const { sha256 } = await this.#files.put(keyOf(job.id), Readable.from(lines(), { objectMode: false }));
    return { rows, sha256 };
  };
}

function workOf(job: Job): ExportWork {
  return job.input as unknown as ExportWork;
}

function keyOf(jobId: string): string {
  return `figures-${jobId}`;
}

function isKept(job: Job, now: Date): boolean {
  return job.state === 'SUCCEEDED' && keptUntil(job)! > now;
}

function keptUntil({ finishedAt }: Job): Date | null {
  return finishedAt === null ? null : new Date(finishedAt.getTime() + dayMs);
}

/** The last hundred exports whose files are older than a day; each export clears away what earlier ones left. */
async function expiredExports(sql: Sql, now: Date): Promise<string[]> {
  const rows = await sql.execute<{ id: string }>(
    `select id from job where kind = ? and finished_at < ?::timestamptz order by finished_at desc limit 100`,
    [figureExportKind, new Date(now.getTime() - dayMs).toISOString()],
  );
  return rows.map(({ id }) => id);
}

function showFigureExport(job: Job, scope: RequestScope): FigureExport {
  const result = job.result as { readonly rows: number } | null;
  return {
    id: job.id,
    job: showJob(job, scope.locale),
    rows: result?.rows ?? null,
    keptUntil: job.state === 'SUCCEEDED' ? keptUntil(job) : null,
    downloadUrl: null,
  };
}
