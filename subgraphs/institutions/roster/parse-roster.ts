import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { readJsonRows, type JsonRow } from '../../kit/room/files/read-json-rows.js';
import { cellFault, textFault, type RowFault } from '../../kit/room/files/row-faults.js';

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
export interface RejectedRow extends RowFault {
  /** The row in the file, from 1, header rows included, as a person counts them in the sheet. */
  readonly row: number;
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

const titleExample = '全国普通高等学校名单（截至2025年6月20日）';
const provinceExample = '北京市（92所）';

const levels = new Map<string, RosterRow['level']>([
  ['本科', 'UNDERGRADUATE'],
  ['专科', 'JUNIOR_COLLEGE'],
]);

/**
 * Reads the Ministry's list as its sheet exports it: a title with the date, a header row, and per province a row
 * `北京市（92所）` followed by its institutions. Rows that do not fit are rejected with a reason, never repaired;
 * a province whose count differs from its rows is reported as well.
 * @throws AmrloError `FILE_NOT_JSON`, `FILE_NOT_A_LIST`, `ROSTER_DATE_MISSING` or `FILE_COLUMNS_MISSING` when the file is
 *   not such a list at all
 */
export function parseRoster(text: string): Roster {
  const sheet = readJsonRows(text);
  const asOf = readTitle(sheet[0]);
  const key = columnKeys(sheet[1]);
  const rows: RosterRow[] = [];
  const rejected: RejectedRow[] = [];
  const seen = new Map<string, number>();
  let province: { name: string; expected: number; found: number; row: number } | undefined;

  const closeProvince = () => {
    if (province !== undefined && province.found !== province.expected) {
      rejected.push({
        row: province.row,
        field: null,
        code: 'ROSTER_COUNT_DIFFERS',
        parameters: {
          row: province.row,
          province: province.name,
          expected: province.expected,
          found: province.found,
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
    const result = readRow(row, cells, key, province?.name);
    if ('field' in result) {
      rejected.push({ row, ...result });
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

function readTitle(cells: JsonRow | undefined): string {
  const title = Object.values(cells ?? {}).join(' ');
  const date = /截至\s*(\d{4})年(\d{1,2})月(\d{1,2})日/.exec(title);
  if (date === null) throw refuse('ROSTER_DATE_MISSING', { example: titleExample });
  return `${date[1]}-${date[2]!.padStart(2, '0')}-${date[3]!.padStart(2, '0')}`;
}

function columnKeys(header: JsonRow = {}): Record<Column, string> {
  const byTitle = new Map(Object.entries(header).map(([key, title]) => [String(title).trim(), key]));
  const missing = Object.values(columns).filter((title) => !byTitle.has(title));
  if (missing.length > 0) throw refuse('FILE_COLUMNS_MISSING', { row: 2, columns: missing.join('、') });
  return Object.fromEntries(
    Object.entries(columns).map(([column, title]) => [column, byTitle.get(title)]),
  ) as Record<Column, string>;
}

function provinceHeading(
  cells: JsonRow,
  key: Record<Column, string>,
): { name: string; expected: number } | undefined {
  const filled = Object.values(cells).filter((cell) => cell !== null && cell !== '');
  if (filled.length !== 1) return undefined;
  const heading = /^(.+?)（(\d+)所）$/.exec(textOf(cells[key.number]));
  return heading === null ? undefined : { name: heading[1]!, expected: Number(heading[2]) };
}

function readRow(
  row: number,
  cells: JsonRow,
  key: Record<Column, string>,
  province: string | undefined,
): RosterRow | RowFault {
  const text = (column: Column) => textOf(cells[key[column]]);
  const fault = (column: Column, example: string) =>
    cellFault({ row, column: columns[column] }, text(column), example);
  if (province === undefined) {
    const parameters = { row, example: provinceExample };
    return { field: columns.number, code: 'ROSTER_PROVINCE_MISSING', parameters };
  }
  if (!/^\d+$/.test(text('number'))) return fault('number', '1');
  for (const column of Object.keys(columns) as Column[]) {
    const spoilt = textFault({ row, column: columns[column] }, text(column));
    if (spoilt !== undefined) return spoilt;
  }
  if (text('name') === '') return fault('name', '北京大学');
  if (!/^\d{10}$/.test(text('code'))) return fault('code', '4111010001');
  if (text('authority') === '') return fault('authority', '教育部');
  if (text('city') === '') return fault('city', '北京市');
  const level = levels.get(text('level'));
  if (level === undefined) return fault('level', [...levels.keys()].join('、'));
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
