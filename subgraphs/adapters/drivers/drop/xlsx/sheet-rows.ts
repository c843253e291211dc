import { refuse } from '../../../../kit/base/errors/amrlo-error.js';
import type { FormatContext } from '../delivery-format.js';
import type { FaultCode } from '../fault-codes.js';
import type { RawRow } from '../raw-table.js';
import { numberText, type NumberForm } from './number-forms.js';
import { unescapedText, type SheetPlace, type Workbook } from './workbook.js';
import { readXml } from './xml-events.js';

interface Cell {
  column: number;
  type: string;
  form: NumberForm;
  value: string | null;
  inline: string;
  hasFormula: boolean;
}

interface Range {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/**
 * The rows of a sheet with the text of each cell: numbers as typed, dates as ISO, formulas as the value that was stored
 * with them. Rows without anything are left out and still counted. In the rows of the header a merged cell stands in each
 * of its columns; elsewhere only in its first, because nobody knows whether it was meant for each row.
 * @throws AmrloError `FILE_UNREADABLE`, `FILE_WRONG_ENCODING` or `REQUEST_CANCELLED`
 */
export async function readSheetRows(
  workbook: Workbook,
  sheet: SheetPlace,
  header: readonly number[],
  context: FormatContext,
): Promise<RawRow[]> {
  const place = `${workbook.file}, ${sheet.name}`;
  const content = workbook.parts.get(sheet.part);
  if (content === undefined) throw refuse('FILE_UNREADABLE', { detail: `${place}: absent` });
  const { maxRows, maxColumns } = context.limits;
  const rows: RawRow[] = [];
  const merged: Range[] = [];
  let row = 0;
  let cells: (string | null)[] = [];
  let faults = new Map<number, FaultCode>();
  let nextColumn = 0;
  let cell: Cell | undefined;
  let into: 'value' | 'inline' | undefined;
  let phonetic = 0;

  function keep({ column, ...read }: Cell): void {
    const { text, fault } = cellText(read, workbook);
    if (text === null && fault === undefined) return;
    if (column >= maxColumns)
      throw refuse('FILE_UNREADABLE', { detail: `${place}, row ${row}: > ${maxColumns} columns` });
    while (cells.length < column) cells.push(null);
    cells[column] = text;
    if (fault !== undefined) faults.set(column, fault);
  }

  await readXml(
    place,
    content,
    {
      open(name, attribute) {
        if (name === 'row') {
          const said = Number(attribute('r') ?? row + 1);
          // Rows stand in their order; one that goes back would overwrite what was read.
          if (!Number.isSafeInteger(said) || said <= row)
            throw refuse('FILE_UNREADABLE', { detail: `${place}: rows` });
          row = said;
          cells = [];
          faults = new Map();
          nextColumn = 0;
        } else if (name === 'c') {
          const column = columnOf(attribute('r')) ?? nextColumn;
          nextColumn = column + 1;
          const form = workbook.forms[Number(attribute('s') ?? -1)] ?? { kind: 'PLAIN' };
          cell = { column, type: attribute('t') ?? 'n', form, value: null, inline: '', hasFormula: false };
        } else if (name === 'f' && cell) cell.hasFormula = true;
        else if (name === 'v' && cell) {
          cell.value = '';
          into = 'value';
        } else if (name === 'rPh') phonetic += 1;
        else if (name === 't' && cell && phonetic === 0) into = 'inline';
        else if (name === 'mergeCell') {
          const range = rangeOf(attribute('ref') ?? '', maxColumns);
          if (range !== undefined && header.some((line) => line >= range.top && line <= range.bottom))
            merged.push(range);
        }
      },
      close(name) {
        if (name === 'c' && cell) {
          keep(cell);
          cell = undefined;
        } else if (name === 'v' || name === 't') into = undefined;
        else if (name === 'rPh') phonetic -= 1;
        else if (
          name === 'row' &&
          (cells.some((text) => text !== null && text.trim() !== '') || faults.size > 0)
        ) {
          if (rows.length >= maxRows)
            throw refuse('FILE_UNREADABLE', { detail: `${place}: > ${maxRows} rows` });
          rows.push(faults.size > 0 ? { row, cells, faults } : { row, cells });
        }
      },
      text(text) {
        if (cell === undefined || into === undefined) return;
        if (into === 'value') cell.value = (cell.value ?? '') + text;
        else cell.inline += text;
      },
    },
    context,
  );
  return withMergedHeader(rows, merged, header);
}

function cellText(
  { type, value, inline, form, hasFormula }: Omit<Cell, 'column'>,
  { strings, from1904 }: Workbook,
): { text: string | null; fault?: FaultCode } {
  if (type === 'inlineStr') return { text: orNull(unescapedText(inline)) };
  if (value === null) return hasFormula ? { text: null, fault: 'FORMULA_WITHOUT_VALUE' } : { text: null };
  switch (type) {
    case 's': {
      const text = strings[Number(value)];
      return text === undefined ? { text: null, fault: 'CELL_ERROR' } : { text: orNull(text) };
    }
    case 'str':
      return { text: orNull(unescapedText(value)) };
    case 'b':
      return { text: value.trim() === '1' ? 'TRUE' : 'FALSE' };
    case 'd':
      return { text: orNull(value) };
    case 'n':
      return value === '' ? { text: null } : numberText(value, form, from1904);
    default:
      return { text: null, fault: 'CELL_ERROR' };
  }
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

/** The column from 0 of an address such as `AB12`. */
function columnOf(address: string | undefined): number | undefined {
  const letters = /^([A-Z]{1,3})\d*$/i.exec(address ?? '')?.[1];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function rangeOf(ref: string, maxColumns: number): Range | undefined {
  const parts = /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/i.exec(ref);
  if (!parts) return undefined;
  const right = Math.min(columnOf(parts[3]) ?? 0, maxColumns - 1);
  return { left: columnOf(parts[1]) ?? 0, top: Number(parts[2]), right, bottom: Number(parts[4]) };
}

function withMergedHeader(rows: RawRow[], merged: readonly Range[], header: readonly number[]): RawRow[] {
  if (merged.length === 0) return rows;
  const byRow = new Map(rows.map((one) => [one.row, one]));
  const filled = new Map<number, (string | null)[]>();
  const cellsOf = (row: number): (string | null)[] => {
    const cells = filled.get(row) ?? [...(byRow.get(row)?.cells ?? [])];
    filled.set(row, cells);
    return cells;
  };
  for (const { top, left, bottom, right } of merged) {
    const text = byRow.get(top)?.cells[left] ?? null;
    for (const row of header) {
      if (row < top || row > bottom) continue;
      const cells = cellsOf(row);
      for (let column = left; column <= right; column += 1) {
        while (cells.length < column) cells.push(null);
        cells[column] = text;
      }
    }
  }
  const kept = rows.filter(({ row }) => !filled.has(row));
  return [...kept, ...[...filled].map(([row, cells]) => ({ row, cells }))].sort((a, b) => a.row - b.row);
}
