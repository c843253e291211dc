import type { NativeRow } from '../../kit/native-row.js';
import { nearestName } from '../../kit/nearest-name.js';
import { secretOf } from '../../kit/secret-columns.js';
import type { BoundStatement } from './dialect.js';
import type { ColumnReference } from './statement-columns.js';
import { spellingOf } from './statement-tokens.js';

/**
 * Asks PostgreSQL's catalogue whether what a statement takes for columns are columns. `x.f` without a column f is a call
 * of the function f with the whole row, passwords included, and extensions bring functions that no list can know.
 * @throws Error that names the first one that is none
 */
export async function checkColumns(
  columns: readonly ColumnReference[],
  schema: string,
  ask: (statement: BoundStatement) => Promise<readonly NativeRow[]>,
): Promise<void> {
  const wanted = new Map(
    columns.map((reference) => {
      const inSchema = reference.schema.kind === 'hole' ? schema : reference.schema.written;
      const path = [inSchema.toLowerCase(), spellingOf(reference.table), spellingOf(reference.column)];
      return [JSON.stringify(path), path];
    }),
  );
  if (wanted.size === 0) return;
  const paths = [...wanted.values()];
  const rows = await ask({
    text: `SELECT n.nspname AS s, c.relname AS t, a.attname AS c
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT a.attisdropped AND (n.nspname, c.relname, a.attname)
        IN (${paths.map((_, at) => `($${at * 3 + 1}, $${at * 3 + 2}, $${at * 3 + 3})`).join(', ')})`,
    parameters: paths.flat(),
  });
  const there = new Set(rows.map((row) => JSON.stringify([row['S'], row['T'], row['C']])));
  const missing = paths.find((path) => !there.has(JSON.stringify(path)));
  if (missing !== undefined) {
    const [inSchema = '', table = '', column = ''] = missing;
    const meant = await nearestColumn(inSchema, table, column, ask);
    const offer = meant === undefined ? '' : `; did you mean ${meant}`;
    throw new Error(`The table ${inSchema}.${table} has no column ${column}${offer}.`);
  }
}

/** The column of the table whose name differs least, where one is near enough to be a slip. */
async function nearestColumn(
  schema: string,
  table: string,
  column: string,
  ask: (statement: BoundStatement) => Promise<readonly NativeRow[]>,
): Promise<string | undefined> {
  const rows = await ask({
    text: `SELECT a.attname AS c
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped`,
    parameters: [schema, table],
  });
  return nearestName(
    column,
    rows.flatMap(({ C: name }) => (typeof name === 'string' && secretOf(name) === null ? [name] : [])),
  );
}
