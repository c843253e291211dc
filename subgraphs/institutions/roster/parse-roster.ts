import { AmrloError, refuse, type ErrorParameters } from '../../kit/base/errors/amrlo-error.js';
import type { ErrorCode } from '../../kit/base/errors/catalogue.js';

/** One institution as the Ministry's list states it. */
export interface RosterRow {
  readonly moeCode: string;
  readonly name: string;
  readonly authority: string;
  readonly province: string;
  readonly city: string;
  readonly level: 'UNDERGRADUATE' | 'JUNIOR_COLLEGE';
  readonly note: string | null;
}

/** A row that was not taken. */
export interface RejectedRow {
  /** The row in the file, from 1, header rows included, as a person counts them in the sheet. */
  readonly row: number;
  readonly field: string | null;
  readonly code: ErrorCode;
  readonly parameters: ErrorParameters;
}

/** What a roster file holds. */
export interface Roster {
  /** The date of the list, `YYYY-MM-DD`, from its title. */
  readonly asOf: string;
  readonly rows: readonly RosterRow[];
  readonly rejected: readonly RejectedRow[];
}

const columns = {
  number: '序号',
  name: '学校名称',
  code: '学校标识码',
  authority: '主管部门',
  city: '所在地',
  level: '办学层次',
  note: '备注',
} as const;
type Column = keyof typeof columns;
type Cells = Readonly<Record<string, unknown>>;

const levels = new Map<string, RosterRow['level']>([
  ['本科', 'UNDERGRADUATE'],
  ['专科', 'JUNIOR_COLLEGE'],
]);

/** A replacement character is text that was lost before it came here; control characters cannot be stored or shown. */
// oxlint-disable-next-line no-control-regex
const corrupt = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd\ud800-\udfff]/u;

/**
 * Reads the Ministry's list as its sheet exports it: a title with the date, a header row, and per province a row
 * `北京市（92所）` followed by its institutions. Rows that do not fit are rejected with a reason, never repaired;
 * a province whose count differs from its rows is reported as well.
 * @throws AmrloError `FILE_UNREADABLE` when the file is not such a list at all
 */
export function parseRoster(text: string): Roster {
  const sheet = readSheet(text);
  const asOf = readTitle(sheet[0]);
  const header = sheet[1];
  const key = header === undefined ? undefined : columnKeys(header);
  if (key === undefined) {
    throw refuse('FILE_UNREADABLE', { detail: `row 2: ${Object.values(columns).join(' ')}` });
  }
  const rows: RosterRow[] = [];
  const rejected: RejectedRow[] = [];
  const seen = new Map<string, number>();
  let province: { name: string; expected: number; found: number; row: number } | undefined;

  const closeProvince = () => {
    if (province !== undefined && province.found !== province.expected) {
      rejected.push({
        row: province.row,
        field: null,
        code: 'ROW_REJECTED',
        parameters: {
          row: province.row,
          detail: `${province.name}: ${province.expected} ≠ ${province.found}`,
        },
      });
    }
  };

  sheet.slice(2).forEach((cells, index) => {
    const row = index + 3;
    const heading = provinceHeading(cells, key);
    if (heading !== undefined) {
      closeProvince();
      province = { ...heading, found: 0, row };
      return;
    }
    if (province !== undefined) province.found += 1;
    const result = readRow(cells, key, province?.name);
    if ('field' in result) {
      const parameters = { row, detail: result.detail };
      rejected.push({ row, field: result.field, code: 'ROW_REJECTED', parameters });
      return;
    }
    const other = seen.get(result.moeCode);
    if (other !== undefined) {
      const parameters = { row, other, key: result.moeCode };
      rejected.push({ row, field: columns.code, code: 'ROW_DUPLICATE', parameters });
      return;
    }
    seen.set(result.moeCode, row);
    rows.push(result);
  });
  closeProvince();
  return { asOf, rows, rejected };
}

function readSheet(text: string): Cells[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AmrloError('FILE_UNREADABLE', { detail: (error as Error).message });
  }
  const isRow = (row: unknown) => typeof row === 'object' && row !== null && !Array.isArray(row);
  if (!Array.isArray(value) || !value.every(isRow)) {
    throw refuse('FILE_UNREADABLE', { detail: 'JSON: [{…}, …]' });
  }
  return value as Cells[];
}

function readTitle(cells: Cells | undefined): string {
  const title = Object.values(cells ?? {}).join(' ');
  const date = /截至\s*(\d{4})年(\d{1,2})月(\d{1,2})日/.exec(title);
  if (date === null) throw refuse('FILE_UNREADABLE', { detail: '（截至YYYY年M月D日）' });
  return `${date[1]}-${date[2]!.padStart(2, '0')}-${date[3]!.padStart(2, '0')}`;
}

function columnKeys(header: Cells): Record<Column, string> | undefined {
  const byTitle = new Map(Object.entries(header).map(([key, title]) => [String(title).trim(), key]));
  const keys = Object.entries(columns).map(([column, title]) => [column, byTitle.get(title)] as const);
  return keys.some(([, key]) => key === undefined)
    ? undefined
    : (Object.fromEntries(keys) as Record<Column, string>);
}

function provinceHeading(
  cells: Cells,
  key: Record<Column, string>,
): { name: string; expected: number } | undefined {
  const filled = Object.values(cells).filter((cell) => cell !== null && cell !== '');
  if (filled.length !== 1) return undefined;
  const heading = /^(.+?)（(\d+)所）$/.exec(textOf(cells[key.number]));
  return heading === null ? undefined : { name: heading[1]!, expected: Number(heading[2]) };
}

function readRow(
  cells: Cells,
  key: Record<Column, string>,
  province: string | undefined,
): RosterRow | { field: string; detail: string } {
  const text = (column: Column) => textOf(cells[key[column]]);
  const fault = (column: Column, detail: string) => ({
    field: columns[column],
    detail: `${columns[column]}: ${detail}`,
  });
  if (province === undefined) return fault('number', '（…所）?');
  if (!/^\d+$/.test(text('number'))) return fault('number', text('number').slice(0, 40) || '∅');
  const spoilt = (Object.keys(columns) as Column[]).find((column) => corrupt.test(text(column)));
  if (spoilt !== undefined) return fault(spoilt, '\uFFFD');
  if (text('name') === '') return fault('name', text('name').slice(0, 40) || '∅');
  if (!/^\d{10}$/.test(text('code'))) return fault('code', text('code').slice(0, 40) || '∅');
  if (text('authority') === '') return fault('authority', '∅');
  if (text('city') === '') return fault('city', '∅');
  const level = levels.get(text('level'));
  if (level === undefined) return fault('level', text('level').slice(0, 40) || '∅');
  return {
    moeCode: text('code'),
    name: text('name'),
    authority: text('authority'),
    province,
    city: text('city'),
    level,
    note: text('note') || null,
  };
}

/** A cell as text; the sheet gives numbers for some codes and texts for others. Anything else is no cell. */
function textOf(cell: unknown): string {
  return typeof cell === 'string' || typeof cell === 'number' ? String(cell).trim() : '';
}
