import { CsvError, parse } from 'csv-parse/sync';
import { parseDecimal } from '../../kit/base/decimal.js';
import {
  isAmount,
  isReadable,
  shownCell,
  sortRows,
  unreadable,
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
 * @throws AmrloError `FILE_UNREADABLE` when it is no CSV, or has other columns
 */
export function parseSjtuCsv(text: string): Catalog {
  const [header, ...records] = readRecords(text);
  const place = columnPlaces(header ?? []);
  if (place === undefined) throw unreadable(`1: ${Object.values(columns).join(',')}`);
  const width = header!.length;
  const readings: RowReading[] = [];
  records.forEach((cells, index) => {
    if (cells.length === 1 && cells[0] === '') return;
    const row = index + 2;
    const content = contentOf(header!, cells);
    const result =
      cells.length === width
        ? readRow(row, (column) => (cells[place[column]] ?? '').trim())
        : { field: null, detail: `${cells.length} ≠ ${width}` };
    const key = 'detail' in result ? null : offeringKey(result.offering!);
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
    if (error instanceof CsvError) throw unreadable(error.message, error);
    throw error;
  }
}

function columnPlaces(header: readonly string[]): Record<Column, number> | undefined {
  const titles = header.map((title) => title.trim());
  const places = Object.entries(columns).map(([column, title]) => [column, titles.indexOf(title)] as const);
  return places.some(([, place]) => place === -1)
    ? undefined
    : (Object.fromEntries(places) as Record<Column, number>);
}

function contentOf(header: readonly string[], cells: readonly string[]): RowContent {
  return Object.fromEntries(
    cells.map((cell, index) => [shownCell(header[index] ?? `#${index + 1}`), shownCell(cell)]),
  );
}

function readRow(
  row: number,
  cell: (column: Column) => string,
): CatalogRow | { field: string; detail: string } {
  const fault = (column: Column) => ({
    field: columns[column],
    detail: `${columns[column]}: ${shownCell(cell(column), 60) || '∅'}`,
  });
  const code = classNumberPattern.exec(cell('classNumber'))?.[1];
  const [, from, to] = /^(\d{4})-(\d{4})$/.exec(cell('year')) ?? [];
  const term = cell('term');
  if (code === undefined) return fault('classNumber');
  if (from === undefined || to === undefined || Number(to) !== Number(from) + 1) return fault('year');
  if (termStart[term] === undefined) return fault('term');
  if (!isReadable(cell('name'))) return fault('name');
  if (cell('unit') !== '' && !isReadable(cell('unit'))) return fault('unit');
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
