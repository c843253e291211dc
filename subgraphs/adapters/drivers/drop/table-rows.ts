import { orderShownBy, parseNativeDate, type DayOrder } from '../../kit/dates.js';
import { isCorruptText, type NativeRow } from '../../kit/native-row.js';
import { refuse } from '../../../kit/base/errors/amrlo-error.js';
import type { FormatContext } from './delivery-format.js';
import type { FaultCode } from './fault-codes.js';
import { inTurns } from './in-turns.js';
import type { FaultList } from './fault-list.js';
import type { RawRow, RawTable } from './raw-table.js';
import { hasText, isShifted, textsAround, type Header } from './shifted-rows.js';

/** How the columns of a table are named and which of them hold dates. */
export interface TableForm {
  /** The rows of the header, from 1; two rows make one name of two parts, joined by a dot. */
  readonly header: readonly number[];
  /** The right name of a column that is known to be misspelt. */
  readonly spelling?: Readonly<Record<string, string>>;
  readonly isDate: (column: string) => boolean;
  /** Whether spaces around a value are left out; otherwise the text stays as it stands there. */
  readonly trims: boolean;
  /**
   * Whether a row must have the fields of the header. The fields of CSV are told apart by separators alone, so that one too
   * many or too few moves all that follow; the cells of a sheet say themselves in which column they stand.
   */
  readonly countsFields: boolean;
}

/** A row with its place in the file. */
export interface PlacedRow {
  readonly file: string;
  readonly row: number;
  readonly values: NativeRow;
  /** Whether a field of it was too long to be kept. */
  readonly spoilt: boolean;
  /**
   * Present where the row has other fields than the header, so that no value of it can be believed. Gives the texts of
   * which one is what the row says in a column; null where that cannot be known.
   */
  readonly shifted?: (column: string) => readonly string[] | null;
}

/** A table with named columns. */
export interface NamedTable {
  readonly columns: ReadonlySet<string>;
  readonly rows: readonly PlacedRow[];
}

/**
 * Gives the fields of a table their names. Empty fields are absent; dates are brought to `YYYY-MM-DD`, where the order
 * of day and month in `1/05/2023` is what another date of the same table proves, and unknown where none does.
 */
export async function nameColumns(
  table: RawTable,
  form: TableForm,
  faults: FaultList,
  context: FormatContext,
): Promise<NamedTable> {
  const last = Math.max(...form.header);
  const header = headerOf(table, form, faults);
  const { columns } = header;
  const body = table.rows.filter(({ row }) => row > last);
  const order = await provenOrder(body, header, form, context);
  const rows: PlacedRow[] = [];
  const { maxFieldLength } = context.limits;
  await inTurns(body, context, (raw) => {
    rows.push(namedRow(table.name, raw, header, order, form, faults, maxFieldLength));
  });
  return { columns: new Set(columns.filter((name) => name !== '')), rows };
}

function headerOf(table: RawTable, form: TableForm, faults: FaultList): Header {
  const lines = form.header.map((row) => table.rows.find((one) => one.row === row)?.cells ?? []);
  const width = Math.max(0, ...lines.map((cells) => cells.length));
  const row = Math.max(...form.header);
  const names = Array.from({ length: width }, (_, column) => {
    const parts = lines.map((cells) => (cells[column] ?? '').replace(/\s+/g, ' ').trim());
    const name = parts.filter((part, at) => part !== '' && part !== parts[at - 1]).join('.');
    const spelt = form.spelling?.[name];
    if (spelt !== undefined) faults.note(table.name, row, name, 'HEADER_MISSPELT');
    return spelt ?? name;
  });
  if (names.every((name) => name === ''))
    throw refuse('FILE_COLUMNS_MISSING', { row, columns: `${table.name}: *` });
  const repeated = new Set(names.filter((name, at) => name !== '' && names.indexOf(name) !== at));
  for (const name of repeated) faults.note(table.name, row, name, 'HEADER_REPEATED');
  return {
    columns: names.map((name) => (repeated.has(name) ? '' : name)),
    width: names.findLastIndex((name) => name !== '') + 1,
  };
}

function namedRow(
  file: string,
  raw: RawRow,
  header: Header,
  order: DayOrder,
  form: TableForm,
  faults: FaultList,
  maxFieldLength: number,
): PlacedRow {
  const { row, cells } = raw;
  const { columns, width } = header;
  if (form.countsFields && isShifted(cells, width)) {
    const values = Object.fromEntries(columns.map((name, column) => [name, cells[column] ?? null]));
    return { file, row, values, spoilt: true, shifted: (column) => textsAround(cells, header, column) };
  }
  const values: Record<string, string | null> = {};
  let spoilt = false;
  const beyond = cells.slice(width).some(hasText);
  if (beyond || (form.countsFields && cells.length !== columns.length))
    faults.note(file, row, null, 'FIELD_COUNT');
  columns.forEach((name, column) => {
    if (name === '') return;
    const told = raw.faults?.get(column);
    if (told !== undefined) faults.note(file, row, name, told);
    const text = form.trims ? cells[column]?.trim() : cells[column];
    values[name] = null;
    if (text === undefined || text === null || text.trim() === '') return;
    if (text.length > maxFieldLength) {
      spoilt = true;
      faults.reject(file, row, name, 'FIELD_TOO_LONG');
      return;
    }
    const code = textFault(text);
    if (code !== undefined) faults.note(file, row, name, code);
    values[name] = text;
    if (!form.isDate(name)) return;
    values[name] = parseNativeDate(text, order).date;
    if (values[name] === null) faults.note(file, row, name, 'DATE_UNREADABLE');
  });
  return { file, row, values, spoilt };
}

function textFault(text: string): FaultCode | undefined {
  if (isCorruptText(text)) return 'TEXT_CORRUPT';
  return isFormulaLike(text) ? 'FORMULA_TEXT' : undefined;
}

/**
 * Whether a spreadsheet program would take the text for a formula when it is opened there (OWASP, CSV injection). A sign
 * before a number (`-1`, `+3.5`, `-0.5%`), a telephone number and a lone dash are what people write, and no formula.
 */
export function isFormulaLike(text: string): boolean {
  if (/^[=@\t\r\n＝＠]/.test(text)) return true;
  return /^[+\-＋－]/.test(text) && !/^[+\-＋－]?[\d\s.,()\-/:%]*$/.test(text);
}

async function provenOrder(
  rows: readonly RawRow[],
  { columns, width }: Header,
  form: TableForm,
  context: FormatContext,
): Promise<DayOrder> {
  const dated = columns.flatMap((name, column) => (name !== '' && form.isDate(name) ? [column] : []));
  const shown = new Set<DayOrder>();
  if (dated.length === 0) return undefined;
  await inTurns(rows, context, ({ cells }) => {
    if (form.countsFields && isShifted(cells, width)) return;
    for (const column of dated) shown.add(orderShownBy(cells[column] ?? ''));
  });
  shown.delete(undefined);
  return shown.size === 1 ? [...shown][0] : undefined;
}
