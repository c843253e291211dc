import type { LoaderDefinition, RequestScope } from '../scope/request-scope.js';

/** The institutions that figures are about, as a dashboard names them; null: all. */
export type Selected = readonly string[] | null;

/** What a dashboard tells the rooms: whom its figures are about. */
export interface AboutInstitutions {
  readonly institutionIds: Selected;
}

/** A figure, or a group of figures, as a part of the one statement for everything that a dashboard is asked for. */
export interface FigurePart extends AboutInstitutions {
  /** A select of one JSON value in one row. It may read `given (ids)`: the institutions as a jsonb array, null for all. */
  readonly statement: string;
  /** The values of its question marks. */
  readonly parameters: readonly unknown[];
}

/**
 * Reads a figure. Whatever a request asks of this room about the same institutions goes to the database in one
 * statement, whichever fields ask for it.
 */
export function readFigure<T>(scope: RequestScope, part: FigurePart): Promise<T> {
  return scope.load(figureParts, part) as Promise<T>;
}

const figureParts: LoaderDefinition<FigurePart, unknown> = {
  name: 'figureParts',
  cacheKey: ({ institutionIds, statement, parameters }) =>
    JSON.stringify([institutionIds, statement, parameters]),
  async batch(scope, parts) {
    const { sql } = await scope.unit();
    const found = new Map<FigurePart, unknown>();
    for (const [ids, own] of Map.groupBy(parts, ({ institutionIds }) => idsOf(institutionIds))) {
      const columns = own.map(({ statement }, place) => `(${statement})::text as part${place}`);
      const [row] = await sql.execute<Record<string, string>>(
        `with given as (select ?::jsonb as ids) select ${columns.join(',\n')}`,
        [ids, ...own.flatMap(({ parameters }) => parameters)],
      );
      own.forEach((part, place) => found.set(part, JSON.parse(row?.[`part${place}`] ?? 'null')));
    }
    return parts.map((part) => found.get(part));
  },
};

function idsOf(institutionIds: Selected): string | null {
  return institutionIds === null ? null : JSON.stringify(institutionIds);
}
