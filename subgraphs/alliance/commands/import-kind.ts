import type { ImportResult, ReportedRow } from './import-report.js';

/** The job of an import as it is polled. */
export interface ImportState {
  readonly job: {
    readonly state: string;
    readonly done: number;
    readonly total: number | null;
    readonly errorMessage: string | null;
    readonly finishedAt: string | null;
  };
}

/** Asks the graph; refuses by throwing. */
export type Ask = <T>(query: string, variables?: Record<string, unknown>) => Promise<T>;

/** How a kind of file is imported through the graph. */
export interface ImportKind {
  /** For example `roster`. */
  readonly name: string;
  readonly uploadMutation: string;
  readonly uploadInput: string;
  readonly importMutation: string;
  readonly importInput: string;
  /** The root field, and the payload's field, of the import. */
  readonly field: string;
  /** Reads what a finished import did. */
  result(ask: Ask, id: string): Promise<ImportResult>;
}

interface Problem {
  readonly row: number;
  readonly field?: string | null;
  readonly code: string;
  readonly message: string;
}

const rejectedOf = (rows: readonly Problem[]): ReportedRow[] =>
  rows.map(({ row, field, code, message }) => ({
    status: 'REJECTED',
    row,
    field: field ?? null,
    code,
    message,
  }));

/** The Ministry's list of institutions. */
export const rosterImport: ImportKind = {
  name: 'roster',
  uploadMutation: 'createRosterUpload',
  uploadInput: 'CreateRosterUploadInput',
  importMutation: 'importRoster',
  importInput: 'ImportRosterInput',
  field: 'rosterImport',
  async result(ask, id) {
    const { rosterImport: found } = await ask<{
      rosterImport: {
        /** Null where the list was only compared. */
        added: number | null;
        changed: number | null;
        unchanged: number;
        rejectedCount: number;
        rejected: Problem[];
        job: { total: number };
      };
    }>(
      `query ImportResult($id: ID!) {
         rosterImport(id: $id) {
           added changed unchanged rejectedCount rejected { row field code message } job { total }
         }
       }`,
      { id },
    );
    const { added, changed, unchanged, rejectedCount } = found;
    const taken: [string, number][] =
      added === null || changed === null
        ? []
        : [
            ['added', added],
            ['changed', changed],
          ];
    return {
      figures: [...taken, ['unchanged', unchanged]],
      rejected: rejectedCount,
      quarantined: 0,
      rows: found.job.total,
      problems: rejectedOf(found.rejected),
    };
  },
};

interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

interface QuarantinePage {
  readonly edges: readonly { readonly node: Problem }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** An institution's catalog of courses. */
export const catalogImport: ImportKind = {
  name: 'catalog',
  uploadMutation: 'createCatalogUpload',
  uploadInput: 'CreateCatalogUploadInput',
  importMutation: 'importCatalog',
  importInput: 'ImportCatalogInput',
  field: 'catalogImport',
  async result(ask, id) {
    const { catalogImport: found } = await ask<{
      catalogImport: {
        job: { total: number | null };
        courses: Counts;
        offerings: Counts;
        quarantinedCount: number;
        rejectedCount: number;
        rejected: Problem[];
      };
    }>(
      `query ImportResult($id: ID!) {
         catalogImport(id: $id) {
           job { total }
           courses { added changed unchanged }
           offerings { added changed unchanged }
           quarantinedCount rejectedCount rejected { row field code message }
         }
       }`,
      { id },
    );
    const { courses, offerings, quarantinedCount, rejectedCount } = found;
    const taken = ({ added, changed, unchanged }: Counts) => added + changed + unchanged;
    const rows = found.job.total ?? taken(offerings) + quarantinedCount + rejectedCount;
    return {
      figures: [
        ['accepted', rows - quarantinedCount - rejectedCount],
        ['courses added', courses.added],
        ['courses changed', courses.changed],
        ['courses unchanged', courses.unchanged],
        ['classes added', offerings.added],
        ['classes changed', offerings.changed],
        ['classes unchanged', offerings.unchanged],
        ['quarantined', quarantinedCount],
      ],
      rejected: rejectedCount,
      quarantined: quarantinedCount,
      rows,
      problems: [...rejectedOf(found.rejected), ...(await quarantined(ask, id))].toSorted(
        (a, b) => a.row - b.row,
      ),
    };
  },
};

async function quarantined(ask: Ask, id: string): Promise<ReportedRow[]> {
  const rows: ReportedRow[] = [];
  let after: string | null = null;
  do {
    const page: { catalogImport: { quarantined: QuarantinePage } } = await ask(
      `query QuarantinedRows($id: ID!, $after: String) {
         catalogImport(id: $id) {
           quarantined(first: 100, after: $after) {
             edges { node { row code message } }
             pageInfo { hasNextPage endCursor }
           }
         }
       }`,
      { id, after },
    );
    const { edges, pageInfo } = page.catalogImport.quarantined;
    for (const { node } of edges) rows.push({ ...node, status: 'QUARANTINED', field: null });
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return rows;
}
