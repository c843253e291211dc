import type { BoundStatement, SqlDialect } from './dialect.js';
import type { Token } from './statement-tokens.js';

/** A column by which a list is read on, page after page. */
export interface PageKey {
  /** As the statement writes it: `k.KCDM`. */
  readonly expression: string;
  /** Its name in the answer, in upper case. */
  readonly column: string;
  /** Whether the database compares it as a number. */
  readonly number: boolean;
}

/** What stands in the holes of a statement. */
export interface Holes {
  readonly keys?: readonly string[] | undefined;
  /** Most rows. */
  readonly limit?: number | undefined;
  /** Where the last page ended, one value for each key; null for the first page. */
  readonly after?: { readonly by: readonly PageKey[]; readonly values: readonly string[] | null } | undefined;
  /** Single values by the name of their hole. */
  readonly values?: Readonly<Record<string, string | null>> | undefined;
}

/**
 * Fills the holes of a checked statement. Only the school's declared schema, a number of rows and conditions on
 * declared keys become text of the statement; everything else becomes a parameter.
 */
export function bindStatement(
  { text, tokens }: { readonly text: string; readonly tokens: readonly Token[] },
  dialect: SqlDialect,
  schema: string,
  holes: Holes,
): BoundStatement {
  const parameters: (string | null)[] = [];
  const parameter = (value: string | null): string => {
    parameters.push(value);
    return dialect.placeholder(parameters.length);
  };
  const filled = (hole: string): string => {
    if (hole === 'schema') return schema;
    if (hole === 'keys' && holes.keys !== undefined) return holes.keys.map(parameter).join(', ');
    if (hole === 'limit' && holes.limit !== undefined) return dialect.limit(holes.limit);
    if ((hole === 'after' || hole === 'since') && holes.after !== undefined) {
      return continuation(holes.after.by, holes.after.values, dialect, parameter);
    }
    const value = holes.values?.[hole];
    if (value === undefined) throw new Error(`Nothing was given for {${hole}}.`);
    return parameter(value);
  };

  let written = '';
  let at = 0;
  for (const token of tokens.filter(({ kind }) => kind === 'hole')) {
    written += text.slice(at, token.start) + filled(token.value);
    at = token.end;
  }
  return { text: written + text.slice(at), parameters };
}

/** `(a > 1 OR (a = 1 AND b > 2))`: no dialect but PostgreSQL and MySQL compares rows of values. */
function continuation(
  by: readonly PageKey[],
  values: readonly string[] | null,
  dialect: SqlDialect,
  parameter: (value: string | null) => string,
): string {
  if (values === null) return '1 = 1';
  const compared = (at: number, sign: string): string => {
    const { expression, number } = by[at]!;
    const placeholder = parameter(values[at] ?? null);
    return `${expression} ${sign} ${number ? dialect.number(placeholder) : placeholder}`;
  };
  const from = (at: number): string => {
    const beyond = compared(at, '>');
    return at === by.length - 1 ? beyond : `${beyond} OR (${compared(at, '=')} AND (${from(at + 1)}))`;
  };
  return `(${from(0)})`;
}
