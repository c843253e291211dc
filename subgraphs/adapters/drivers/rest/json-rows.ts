import type { NativeRow } from '../../kit/native-row.js';
import { scalarText, valueAt, type ExactJson } from './exact-json.js';
import type { DeclaredShape } from './rest-declaration.js';
import { fillText, type Values } from './template.js';

/** Most columns of one row, and how deeply they may be nested; an item beyond that is none of records. */
const mostColumns = 1_000;
const deepest = 12;

/** Columns under construction. */
type Columns = Record<string, string | null>;

/** The rows of one item; null when it cannot be read as rows at all. */
export function rowsOf(item: ExactJson, shape: Pick<DeclaredShape, 'explode' | 'keyed'>): NativeRow[] | null {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return null;
  const { explode, keyed } = shape;
  if (explode === undefined) {
    const row = flat(item, keyed, undefined, '');
    return row === null ? null : [row];
  }
  const elements = valueAt(item, explode) ?? null;
  if (elements === null) return [];
  if (!Array.isArray(elements)) return null;
  const outer = flat(item, keyed, explode, '');
  const rows = elements.map((element: ExactJson) => flat(element, keyed, undefined, explode));
  if (outer === null || rows.includes(null)) return null;
  return rows.map((row) => ({ ...outer, ...row }));
}

function flat(
  value: ExactJson,
  keyed: DeclaredShape['keyed'],
  without: string | undefined,
  prefix: string,
): Columns | null {
  const columns: Columns = {};
  let count = 0;
  const walk = (part: ExactJson, path: string, depth: number): boolean => {
    if (path === without) return true;
    if (depth > deepest) return false;
    const rule = Object.hasOwn(keyed, path) ? keyed[path] : undefined;
    if (rule !== undefined && typeof part === 'object' && part !== null) {
      const entries: readonly ExactJson[] = Array.isArray(part) ? part : [part];
      return entries.every((entry) => {
        const name = scalarText(valueAt(entry, rule.by));
        const held = valueAt(entry, rule.value);
        // Of two entries under one name the first counts, as it does for people who read the document.
        if (name === null || held === undefined || Object.hasOwn(columns, `${path}.${name}`)) return true;
        return walk(held, `${path}.${name}`, depth + 1);
      });
    }
    if (typeof part === 'object' && part !== null) {
      return Object.entries(part).every(([name, inner]) =>
        walk(inner, path === '' ? name : `${path}.${name}`, depth + 1),
      );
    }
    count += 1;
    Object.defineProperty(columns, path, {
      value: part === null ? null : scalarText(part),
      enumerable: true,
      writable: true,
      configurable: true,
    });
    return count <= mostColumns;
  };
  return walk(value, prefix, 0) ? columns : null;
}

/** Whether a row has the values that its source asks for; '' asks for no value. */
export function fits(row: NativeRow, where: Readonly<Record<string, string>>, values: Values): boolean {
  return Object.entries(where).every(([column, template]) => {
    const value = row[column]?.trim() ?? '';
    if (template === '') return value === '';
    const wanted = fillText(template, values);
    return wanted !== null && value === wanted;
  });
}

/** The row with the columns that are kept and no others. */
export function onlyColumns(row: NativeRow, columns: readonly string[]): NativeRow {
  return Object.fromEntries(
    columns.filter((column) => Object.hasOwn(row, column)).map((column) => [column, row[column] ?? null]),
  );
}
