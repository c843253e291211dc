import { parseDecimal } from '../../kit/base/decimal.js';
import { readJsonRows, type JsonRow } from '../../kit/room/files/read-json-rows.js';
import { cellFault, shownCell, textFault, type RowFault } from '../../kit/room/files/row-faults.js';
import { isAmount, isFault, sortRows, type Catalog, type CatalogRow } from './catalog.js';

/** What each field looks like, for the message about one that does not. */
const examples = {
  id: 'MA101B',
  name: '高等数学',
  credit: '3.5',
  classHour: '64',
  grading: 'HUNDRED_MARK_SCORE',
} as const;
type Field = keyof typeof examples;

/**
 * Reads the list of courses that Southern University of Science and Technology publishes: a JSON array of
 * `{ id, name, credit, classHour, grading }`. It names no term, so it has courses without classes and dates.
 * @throws AmrloError `FILE_NOT_JSON`, or `FILE_NOT_A_LIST` when it is no such array
 */
export function parseSustechJson(text: string): Catalog {
  return sortRows(
    readJsonRows(text).map((cells, index) => {
      const row = index + 1;
      const result = readRow(row, cells);
      const content = Object.fromEntries(
        Object.entries(cells).map(([key, cell]) => [shownCell(key), shownCell(cell)]),
      );
      return { row, content, result, key: isFault(result) ? null : result.code, keyField: 'id' };
    }),
  );
}

function readRow(row: number, cells: JsonRow): CatalogRow | RowFault {
  const fault = (field: Field) => cellFault({ row, column: field }, cells[field] ?? '', examples[field]);
  const text = (field: Field) => (typeof cells[field] === 'string' ? cells[field].trim() : '');
  // Integers and halves survive the detour through JSON's numbers; what does not is refused by the pattern.
  const amount = (field: Field) => (typeof cells[field] === 'number' ? String(cells[field]) : text(field));
  if (!/^[0-9A-Za-z][0-9A-Za-z-]{1,19}$/.test(text('id'))) return fault('id');
  if (text('name') === '') return fault('name');
  const spoilt = textFault({ row, column: 'name' }, text('name'));
  if (spoilt !== undefined) return spoilt;
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
