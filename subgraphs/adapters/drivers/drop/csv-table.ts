import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { orderShownBy, parseNativeDate, type DayOrder } from '../../kit/dates.js';
import { isCorruptText, type NativeRow } from '../../kit/native-row.js';
import { refuse } from '../../../kit/base/errors/amrlo-error.js';

/** What is wrong with a row or a file of a delivery. Rows count from 1, the header's row included. */
export interface DropFault {
  readonly file: string;
  readonly row: number;
  readonly field: string | null;
  readonly code:
    | 'HEADER_MISSPELT'
    | 'FIELD_COUNT'
    | 'FIELD_MISSING'
    | 'TEXT_CORRUPT'
    | 'DATE_UNREADABLE'
    | 'DUPLICATE'
    | 'REFERENCE_UNKNOWN'
    | 'FILE_NOT_ANNOUNCED';
  /** Whether the row was left out for it; otherwise only the field is unknown. */
  readonly rowRejected: boolean;
}

/** A row with its place in the file. */
export interface PlacedRow {
  readonly row: number;
  readonly values: NativeRow;
}

/** One file of a delivery, read. */
export interface CsvTable {
  readonly columns: ReadonlySet<string>;
  readonly rows: readonly PlacedRow[];
  readonly faults: readonly DropFault[];
}

/** Misspelt headers seen in real deliveries. */
const headerSpelling: Readonly<Record<string, string>> = {
  dataLastModified: 'dateLastModified',
  prefferedGivenName: 'preferredGivenName',
  prefferedMiddleName: 'preferredMiddleName',
  prefferedFamilyName: 'preferredFamilyName',
};

/**
 * The text of a file in UTF-8 or, where it is not valid UTF-8, in GB18030 (which holds GBK and GB2312).
 * @throws AmrloError `FILE_WRONG_ENCODING` when it is neither
 */
export function decodeText(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    const text = iconv.decode(content, 'gb18030');
    const bad = text.indexOf('\uFFFD');
    if (bad >= 0) {
      throw refuse('FILE_WRONG_ENCODING', {
        expected: 'UTF-8 / GBK',
        line: text.slice(0, bad).split('\n').length,
      });
    }
    return text;
  }
}

/**
 * Reads one CSV file. Empty fields are absent; dates are brought to `YYYY-MM-DD`, where the order of day and month in
 * `1/05/2023` is what another date of the same file proves, and the date is unknown where none does.
 * @throws AmrloError `FILE_UNREADABLE` or `FILE_WRONG_ENCODING` when the file as a whole cannot be read
 */
export function readCsvTable(file: string, content: Buffer): CsvTable {
  const lines = parsedLines(file, decodeText(content));
  const faults: DropFault[] = [];
  const note = (row: number, field: string | null, code: DropFault['code']): void => {
    faults.push({ file, row, field, code, rowRejected: false });
  };
  const header = (lines[0] ?? []).map((name) => {
    const spelt = headerSpelling[name.trim()];
    if (spelt !== undefined) note(1, name.trim(), 'HEADER_MISSPELT');
    return spelt ?? name.trim();
  });
  const order = provenOrder(lines.slice(1), header);
  const rows = lines.slice(1).map((line, at) => {
    const row = at + 2;
    if (line.length !== header.length) note(row, null, 'FIELD_COUNT');
    const values: Record<string, string | null> = {};
    header.forEach((name, column) => {
      const text = line[column]?.trim() ?? '';
      if (name === '') return;
      values[name] = text === '' ? null : text;
      if (text === '') return;
      if (isCorruptText(text)) note(row, name, 'TEXT_CORRUPT');
      if (!isDateColumn(name)) return;
      values[name] = parseNativeDate(text, order).date;
      if (values[name] === null) note(row, name, 'DATE_UNREADABLE');
    });
    return { row, values };
  });
  return { columns: new Set(header.filter((name) => name !== '')), rows, faults };
}

function parsedLines(file: string, text: string): string[][] {
  try {
    return parse(text, {
      bom: true,
      relaxColumnCount: true,
      skipEmptyLines: true,
      maxRecordSize: 1_000_000,
    });
  } catch (error) {
    const { lines } = error as { lines?: number };
    throw refuse('FILE_UNREADABLE', {
      detail: `${file}.csv, ${lines === undefined ? 'CSV' : `line ${lines}`}`,
    });
  }
}

function isDateColumn(name: string): boolean {
  return name.endsWith('Date') || name === 'dateLastModified';
}

function provenOrder(lines: readonly string[][], header: readonly string[]): DayOrder {
  const shown = new Set<DayOrder>();
  for (const line of lines) {
    header.forEach((name, column) => {
      if (isDateColumn(name)) shown.add(orderShownBy(line[column] ?? ''));
    });
  }
  shown.delete(undefined);
  return shown.size === 1 ? [...shown][0] : undefined;
}
