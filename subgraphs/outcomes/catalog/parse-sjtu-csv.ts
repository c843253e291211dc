import { CsvError, parse } from 'csv-parse/sync';
import { parseDecimal } from '../../kit/base/decimal.js';
import { AmrloError, refuse } from '../../kit/base/errors/amrlo-error.js';
import { cellFault, shownCell, textFault, type RowFault } from '../../kit/room/files/row-faults.js';
import {
  isAmount,
  isFault,
  sortRows,
  type Catalog,
  type CatalogRow,
  type OfferedClass,
  type RowContent,
  type RowReading,
} from './catalog.js';

/** The columns of the export, by what they mean. */
const columns = {
  unit: 'yxmc',
  name: 'kcmc',
  classNumber: 'kcbm',
  hours: 'xqxs',
  credits: 'xqxf',
  cohort: 'nj',
  year: 'xn',
  term: 'xq',
  capacity: 'yqdrs',
} as const;
type Column = keyof typeof columns;

/** What a cell of each column looks like, for the message about one that does not. */
const examples: Record<Column, string> = {
  unit: '数学科学学院',
  name: '高等数学',
  classNumber: '002-(2018-2019-1)NA327(教学班)',
  hours: '48',
  credits: '3.5',
  cohort: '2018',
  year: '2018-2019',
  term: '1, 2, 3',
  capacity: '60',
};

/**
 * `002-(2018-2019-1)NA327(教学班)`: class, term, course code, kind of class. The term in it is part of a name: two real
 * rows carry the number of an older class, so when a class is held is what the columns of year and term say.
 */
const classNumberPattern = /^\d{1,4}-\(\d{4}-\d{4}-[123]\)([0-9A-Za-z]{2,20})\([^()]{1,20}\)$/;

/** The day on which a term begins for the law of this house: a term's real first day differs from year to year. */
const termStart: Readonly<Record<string, string>> = { '1': '09-01', '2': '03-01', '3': '07-01' };

/**
 * Reads the list of offerings that Shanghai Jiao Tong University's teaching system exports: one row per class.
 * Rows that do not fit are rejected with the column to blame, never repaired. Cells are data: one that begins like a
 * spreadsheet formula is kept as it stands and is evaluated by nobody here.
 * @throws AmrloError `FILE_NOT_CSV`, or `FILE_COLUMNS_MISSING` when it has other columns
 */
export function parseSjtuCsv(text: string): Catalog {
  const [header = [], ...records] = readRecords(text);
  const place = columnPlaces(header);
  const width = header.length;
  const readings: RowReading[] = [];
  records.forEach((cells, index) => {
    if (cells.length === 1 && cells[0] === '') return;
    const row = index + 2;
    const content = contentOf(header, cells);
    const result =
      cells.length === width
        ? readRow(row, (column) => (cells[place[column]] ?? '').trim())
        : widthFault(row, cells.length, width);
    const key = isFault(result) ? null : offeringKey(result.offering!);
    readings.push({ row, content, result, key, keyField: columns.classNumber });
  });
  return sortRows(readings);
}

function offeringKey({ academicYear, term, classKey }: OfferedClass): string {
  return `${academicYear}-${term} ${classKey}`;
}

function readRecords(text: string): string[][] {
  try {
    return parse(text, { relax_column_count: true, skip_empty_lines: false });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as { lines?: number };
    throw new AmrloError('FILE_NOT_CSV', { line: lines ?? 1, detail: error.code }, { cause: error });
  }
}

function columnPlaces(header: readonly string[]): Record<Column, number> {
  const titles = header.map((title) => title.trim());
  const missing = Object.values(columns).filter((title) => !titles.includes(title));
  if (missing.length > 0) throw refuse('FILE_COLUMNS_MISSING', { row: 1, columns: missing.join(', ') });
  return Object.fromEntries(
    Object.entries(columns).map(([column, title]) => [column, titles.indexOf(title)]),
  ) as Record<Column, number>;
}

function widthFault(row: number, found: number, expected: number): RowFault {
  return { field: null, code: 'ROW_WIDTH_DIFFERS', parameters: { row, found, expected } };
}

function contentOf(header: readonly string[], cells: readonly string[]): RowContent {
  return Object.fromEntries(
    cells.map((cell, index) => [shownCell(header[index] ?? `#${index + 1}`), shownCell(cell)]),
  );
}

function readRow(row: number, cell: (column: Column) => string): CatalogRow | RowFault {
  const fault = (column: Column) =>
    cellFault({ row, column: columns[column] }, cell(column), examples[column]);
  const code = classNumberPattern.exec(cell('classNumber'))?.[1];
  const [, from, to] = /^(\d{4})-(\d{4})$/.exec(cell('year')) ?? [];
  const term = cell('term');
  if (code === undefined) return fault('classNumber');
  if (from === undefined || to === undefined || Number(to) !== Number(from) + 1) return fault('year');
  if (termStart[term] === undefined) return fault('term');
  if (cell('name') === '') return fault('name');
  for (const column of ['name', 'unit'] as const) {
    const spoilt = textFault({ row, column: columns[column] }, cell(column));
    if (spoilt !== undefined) return spoilt;
  }
  if (!isAmount(cell('hours'))) return fault('hours');
  if (!isAmount(cell('credits'))) return fault('credits');
  if (!/^(\d{4}|0|)$/.test(cell('cohort'))) return fault('cohort');
  if (!/^\d{0,5}$/.test(cell('capacity'))) return fault('capacity');
  return {
    row,
    code,
    name: cell('name'),
    unit: cell('unit') || null,
    hours: parseDecimal(cell('hours')),
    credits: parseDecimal(cell('credits')),
    grading: null,
    validFrom: `${term === '1' ? from : to}-${termStart[term]}`,
    offering: {
      academicYear: cell('year'),
      term: Number(term),
      classKey: cell('classNumber'),
      // 0 stands for all years of enrolment.
      cohort: cell('cohort') === '0' ? null : cell('cohort') || null,
      capacity: cell('capacity') === '' ? null : Number(cell('capacity')),
    },
  };
}
