import { AmrloError } from '../../kit/base/errors/amrlo-error.js';

/** What a database said of a column that it does not have. */
export interface StatementColumn {
  /** As the statement names it, without its alias. */
  readonly column: string;
  /** The column that the database takes for the one that was meant, where it says so. */
  readonly meant: string | undefined;
}

/** How a column that is not there is named: by the driver, PostgreSQL, MySQL and MariaDB, Oracle, SQL Server. */
const sayings: readonly RegExp[] = [
  /^The table .+ has no column (?<name>.+?)(?:; did you mean (?<meant>.+))?\.$/,
  /^column (?<name>.+) does not exist/,
  /^Unknown column '(?<name>[^']+)'/,
  /ORA-00904: (?<name>.+): invalid identifier/,
  /^Invalid column name '(?<name>[^']+)'/,
];

/** The column of a statement that the database does not have; undefined where the error says something else. */
export function unknownColumnOf(error: unknown): StatementColumn | undefined {
  const cause = error instanceof AmrloError ? error.cause : error;
  if (!(cause instanceof Error)) return undefined;
  for (const saying of sayings) {
    const said = saying.exec(cause.message)?.groups;
    if (said?.['name'] === undefined) continue;
    const { hint } = cause as { readonly hint?: unknown };
    const hinted = typeof hint === 'string' ? /the column "([^"]+)"/.exec(hint)?.[1] : undefined;
    return { column: lastPart(said['name']), meant: said['meant'] ?? hinted };
  }
  return undefined;
}

/** `"C"."XFF"`, `c.xff` and `XFF` all end in the column. */
function lastPart(name: string): string {
  return name.split('.').at(-1)!.replace(/["`]/g, '');
}
