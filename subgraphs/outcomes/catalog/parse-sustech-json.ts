import { parseDecimal } from '../../kit/base/decimal.js';
import {
  isAmount,
  isReadable,
  shownCell,
  sortRows,
  unreadable,
  type Catalog,
  type CatalogRow,
} from './catalog.js';

type Cells = Readonly<Record<string, unknown>>;

/**
 * Reads the list of courses that Southern University of Science and Technology publishes: a JSON array of
 * `{ id, name, credit, classHour, grading }`. It names no term, so it has courses without classes and dates.
 * @throws AmrloError `FILE_UNREADABLE` when it is no JSON, or no such array
 */
export function parseSustechJson(text: string): Catalog {
  const list = readList(text);
  return sortRows(
    list.map((cells, index) => {
      const row = index + 1;
      const result = readRow(row, cells);
      const content = Object.fromEntries(
        Object.entries(cells).map(([key, cell]) => [shownCell(key), shownCell(cell)]),
      );
      return { row, content, result, key: 'detail' in result ? null : result.code, keyField: 'id' };
    }),
  );
}

function readList(text: string): Cells[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable((error as Error).message, error);
  }
  const isRow = (row: unknown) => typeof row === 'object' && row !== null && !Array.isArray(row);
  if (!Array.isArray(value) || !value.every(isRow))
    throw unreadable('JSON: [{id, name, credit, classHour}, …]');
  return value as Cells[];
}

function readRow(row: number, cells: Cells): CatalogRow | { field: string; detail: string } {
  const fault = (field: string) => ({
    field,
    detail: `${field}: ${shownCell(cells[field] ?? '', 60) || '∅'}`,
  });
  const text = (field: string) => (typeof cells[field] === 'string' ? cells[field].trim() : '');
  // Integers and halves survive the detour through JSON's numbers; what does not is refused by the pattern.
  const amount = (field: string) => (typeof cells[field] === 'number' ? String(cells[field]) : text(field));
  if (!/^[0-9A-Za-z][0-9A-Za-z-]{1,19}$/.test(text('id'))) return fault('id');
  if (!isReadable(text('name'))) return fault('name');
  if (!isAmount(amount('credit'))) return fault('credit');
  if (!isAmount(amount('classHour'))) return fault('classHour');
  if (cells['grading'] != null && !/^[A-Z][A-Z_]{1,40}$/.test(text('grading'))) return fault('grading');
  return {
    row,
    code: text('id'),
    name: text('name'),
    unit: null,
    hours: parseDecimal(amount('classHour')),
    credits: parseDecimal(amount('credit')),
    grading: text('grading') || null,
    validFrom: null,
    offering: null,
  };
}
