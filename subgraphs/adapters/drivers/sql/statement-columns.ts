import type { Scope, StatementTables } from './statement-tables.js';
import { StatementFault, type Token } from './statement-tokens.js';

/** A column of a table of the school's, as tokens of its statement. */
export interface ColumnReference {
  readonly schema: Token;
  readonly table: Token;
  readonly column: Token;
}

/**
 * The columns of tables that a statement names as `alias.COLUMN`. PostgreSQL reads `x.f`, where x has no column f, as
 * `f(x)`: a call with the whole row, of any function that somebody installed (`x.hstore`). For a question of the
 * statement itself its own text tells the columns; for a table only the database can (column-check.ts).
 * @throws StatementFault for an alias that is not there, or a name that its question does not give
 */
export function columnsOf(tokens: readonly Token[], { named, scopes }: StatementTables): ColumnReference[] {
  const columns: ColumnReference[] = [];
  tokens.forEach((dot, at) => {
    if (dot.kind !== 'sign' || dot.value !== '.' || named.has(at - 1)) return;
    const [alias, column] = [tokens[at - 1], tokens[at + 1]];
    if (alias?.kind !== 'word' || column?.kind !== 'word' || tokens[at - 2]?.value === '.') {
      throw new StatementFault('must name each column as alias.COLUMN');
    }
    const meaning = meaningOf(scopes[at]!, alias.value);
    const written = `${alias.value}.${column.value}`;
    if (meaning === undefined) throw new StatementFault(`names ${written} and reads no table ${alias.value}`);
    if (meaning.kind === 'TABLE') columns.push({ schema: meaning.schema, table: meaning.table, column });
    else {
      const { from, to } = meaning.question;
      const gives = tokens
        .slice(from, to)
        .some(({ kind, value }) => kind === 'word' && value === column.value);
      if (!gives) throw new StatementFault(`names ${written}, which its question does not give`);
    }
  });
  return columns;
}

function meaningOf(scope: Scope | null, alias: string) {
  for (let one = scope; one !== null; one = one.around) {
    const meaning = one.aliases.get(alias);
    if (meaning !== undefined) return meaning;
  }
  return undefined;
}
