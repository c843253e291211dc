import { z } from 'zod';
import { legalDate, type Clock } from '../../kit/base/clock.js';
import { messageOf, refuse } from '../../kit/base/errors/amrlo-error.js';
import type { ErrorCode } from '../../kit/base/errors/catalogue.js';
import { hasRole, type Principal } from '../../kit/base/identity/principal.js';
import { isIdOf } from '../../kit/base/ids.js';
import type { Locale } from '../../kit/base/locale.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { createUpload } from '../../kit/room/files/create-upload.js';
import type { FileStore } from '../../kit/room/files/file-store.js';
import { readUtf8 } from '../../kit/room/files/read-text.js';
import type { Upload, UploadInput } from '../../kit/room/files/upload.types.js';
import { enqueueJob, readJobRowErrors, type Job } from '../../kit/room/jobs/job.js';
import type { JobHandler } from '../../kit/room/jobs/job-handler.js';
import { showJob, showRowError, visibleJob } from '../../kit/room/jobs/show-job.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type Payload } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { applyCatalog, type CatalogChanges } from './apply-catalog.js';
import type { Catalog } from './catalog.js';
import type {
  CatalogFormat,
  CatalogImport,
  ImportCatalogInput,
  QuarantinedRow,
} from './catalog-import.types.js';
import { parseSjtuCsv } from './parse-sjtu-csv.js';
import { parseSustechJson } from './parse-sustech-json.js';
import { QuarantinedRowEntity, type QuarantinedRowRow } from './quarantined-row.entity.js';

/** The kind of the job that imports a catalog. */
export const catalogImportKind = 'CATALOG_IMPORT';
/** Who may hand over a catalog; officials only that of their own institution. */
export const catalogOfficials = ['REGISTRAR', 'INSTITUTION_ADMIN', 'SECRETARIAT', 'SERVICE'] as const;
const purpose = 'catalog';
const maxBytes = 32 * 1024 * 1024;

const parsers: Record<CatalogFormat, (text: string) => Catalog> = {
  SJTU_CSV: parseSjtuCsv,
  SUSTECH_JSON: parseSustechJson,
};

/** What the job needs to know. */
interface CatalogWork {
  readonly uploadId: string;
  readonly owner: string;
  readonly institutionId: string;
  readonly format: CatalogFormat;
  readonly creditScheme: string;
  readonly validFrom: string;
}

interface CatalogResult extends CatalogChanges {
  readonly quarantined: number;
  readonly rejected: number;
}

const wanted = z.object({
  institutionId: z.string().refine((id) => isIdOf('Institution', id), 'institutionId: inst_…'),
  creditScheme: z.string().regex(/^[A-Z][A-Z0-9]{1,7}(-[A-Z0-9]{1,7})?$/, 'creditScheme: CN-16, ECTS, …'),
});

/** Imports of catalogs. */
export class CatalogImportService {
  readonly #files: FileStore;
  readonly #clock: Clock;

  constructor(files: FileStore, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
  }

  /** Opens an upload for a catalog. */
  createUpload(scope: RequestScope, input: UploadInput): Promise<Payload<{ upload: Upload }>> {
    const allowed = hasRole(scope.principal, catalogOfficials);
    return createUpload(
      scope,
      this.#files,
      { operation: 'createCatalogUpload', purpose, maxBytes, allowed },
      input,
    );
  }

  /** Queues the import of an uploaded catalog. */
  start(scope: RequestScope, input: ImportCatalogInput): Promise<Payload<{ catalogImport: CatalogImport }>> {
    return mutate(
      scope,
      { operation: 'importCatalog', action: 'IMPORT_CATALOG', subjectType: 'CatalogImport', input },
      async (transaction) => {
        const { institutionId, creditScheme } = checkInput(wanted, input);
        if (!mayImport(scope.principal, institutionId))
          throw refuse('ACTION_FORBIDDEN', { action: 'importCatalog' });
        const owner = scope.principal.subject;
        const file = await this.#files.open(input.uploadId, owner, purpose);
        file.stream.destroy();
        const work: CatalogWork = {
          uploadId: input.uploadId,
          owner,
          institutionId,
          format: input.format,
          creditScheme,
          validFrom: input.validFrom ?? legalDate(scope.clock.now()),
        };
        const job = await enqueueJob(transaction.sql, {
          kind: catalogImportKind,
          input: { ...work },
          requestedBy: owner,
          institutionId,
        });
        transaction.audited({
          subjectId: job.id,
          detail: { sha256: file.sha256, institutionId, format: input.format },
        });
        transaction.wake('Job', job.id);
        return { catalogImport: this.#show(job, scope.locale) };
      },
    );
  }

  /** An import, for the one who asked for it, the officials of its institution and the secretariat. */
  async byId(scope: RequestScope, id: string): Promise<CatalogImport | null> {
    const job = await visibleJob(scope, catalogImportKind, id);
    return job === null ? null : this.#show(job, scope.locale);
  }

  /** The rows that an import did not take. */
  async rejected(scope: RequestScope, id: string): Promise<CatalogImport['rejected']> {
    const { sql } = await scope.unit();
    const rows = await readJobRowErrors(sql, id, { limit: 1_000 });
    return rows.map((row) => showRowError(row, scope.locale));
  }

  /** The rows that an import set aside. */
  async quarantined(
    scope: RequestScope,
    id: string,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<QuarantinedRow>> {
    const options = { where: { importId: id }, orderBy: [{ row: 'asc' as const }], withTotal };
    const page = await scope.page(QuarantinedRowEntity, args, options);
    return connectionOf(page, (row) => showQuarantined(row, scope.locale));
  }

  /** The job: everything that can be taken is taken in one transaction, the rest is reported row by row. */
  readonly handler: JobHandler = async ({ job, transact, ...run }) => {
    const work = job.input as unknown as CatalogWork;
    const file = await this.#files.open(work.uploadId, work.owner, purpose);
    const catalog = parsers[work.format](await readUtf8(file, maxBytes));
    const { accepted, quarantined, rejected } = catalog;
    const total = accepted.length + quarantined.length + rejected.length;
    if (total === 0) throw refuse('FILE_HAS_NO_ROWS');
    for (const { row, field, code, parameters, content } of rejected) {
      await run.rowError({ row, field: field ?? '', code, parameters, content: { ...content } });
    }
    await run.progress(rejected.length, total);
    const target = {
      importId: job.id,
      institutionId: work.institutionId,
      creditScheme: work.creditScheme,
      validFrom: work.validFrom,
      source: `${work.format} ${file.fileName ?? ''}`.trim(),
      now: this.#clock.now(),
    };
    const changes = await transact((sql) => applyCatalog(sql, catalog, target));
    await run.progress(total, total);
    const { courses, offerings } = changes;
    const counts = { quarantined: quarantined.length, rejected: rejected.length };
    return { courses: { ...courses }, offerings: { ...offerings }, ...counts };
  };

  #show(job: Job, locale: Locale): CatalogImport {
    const work = job.input as unknown as CatalogWork;
    const result = (job.state === 'SUCCEEDED' ? job.result : null) as unknown as CatalogResult | null;
    return {
      id: job.id,
      job: showJob(job, locale),
      institution: { id: work.institutionId },
      format: work.format,
      courses: result?.courses ?? null,
      offerings: result?.offerings ?? null,
      quarantinedCount: result?.quarantined ?? null,
      rejectedCount: result?.rejected ?? null,
      rejected: [],
    };
  }
}

function mayImport(principal: Principal, institutionId: string): boolean {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return true;
  return hasRole(principal, ['REGISTRAR', 'INSTITUTION_ADMIN'], institutionId);
}

function showQuarantined(row: QuarantinedRowRow, locale: Locale): QuarantinedRow {
  return {
    row: row.row,
    code: row.code,
    message: messageOf(row.code as ErrorCode, row.parameters, locale),
    content: Object.entries(row.content).map(([column, value]) => ({ column, value })),
  };
}
