import { refuse } from '../../../kit/base/errors/amrlo-error.js';
import type { NativeRow } from '../../kit/native-row.js';
import { readCsvTable, type CsvTable, type DropFault, type PlacedRow } from './csv-table.js';

/** The files that records are made of, by lower-case name; others of the standard are not read. */
const files = {
  orgs: { required: ['sourcedId', 'name'], references: {} },
  academicsessions: { required: ['sourcedId', 'title'], references: {} },
  users: { required: ['sourcedId', 'familyName'], references: {} },
  roles: { required: ['sourcedId', 'userSourcedId', 'role'], references: { userSourcedId: 'users' } },
  courses: { required: ['sourcedId', 'title'], references: {} },
  classes: { required: ['sourcedId', 'title'], references: { courseSourcedId: 'courses' } },
  enrollments: {
    required: ['sourcedId', 'classSourcedId', 'userSourcedId', 'role'],
    references: { classSourcedId: 'classes', userSourcedId: 'users' },
  },
  categories: { required: ['sourcedId', 'title'], references: {} },
  scorescales: { required: ['sourcedId', 'scoreScaleValue'], references: {} },
  lineitems: {
    required: ['sourcedId', 'classSourcedId'],
    references: {
      classSourcedId: 'classes',
      categorySourcedId: 'categories',
      scoreScaleSourcedId: 'scorescales',
    },
  },
  results: {
    required: ['sourcedId', 'lineItemSourcedId', 'studentSourcedId'],
    references: { lineItemSourcedId: 'lineitems', studentSourcedId: 'users' },
  },
} as const satisfies Record<string, { required: readonly string[]; references: Record<string, string> }>;

/** A file of OneRoster 1.2 that this driver reads. */
export type OneRosterFile = keyof typeof files;

/** A table of a delivery by `sourcedId`; undefined in a bundle where the school did not deliver the file. */
export type OneRosterTable = ReadonlyMap<string, NativeRow>;

/** A whole delivery. */
export interface OneRosterBundle {
  readonly tables: Readonly<Partial<Record<OneRosterFile, OneRosterTable>>>;
  /** Columns of each delivered file. */
  readonly columns: Readonly<Partial<Record<OneRosterFile, ReadonlySet<string>>>>;
  readonly faults: readonly DropFault[];
  readonly rejectedRows: number;
  /** Students of whose results at least one row was rejected. */
  readonly studentsWithRejectedRows: ReadonlySet<string>;
}

/**
 * Reads a OneRoster 1.2 bulk delivery, whole or not at all: a missing manifest, another version, a delta, or an
 * announced file that is not there refuses all of it. Rows that cannot be used are left out and reported with row,
 * field and code. A file that the manifest does not announce is not read, because the school did not vouch for it.
 * @throws AmrloError `FILE_UNREADABLE` or `FILE_WRONG_ENCODING`
 */
export function readOneRosterBundle(contents: ReadonlyMap<string, Buffer>): OneRosterBundle {
  const manifest = readManifest(contents);
  const faults: DropFault[] = [];
  const tables: Partial<Record<OneRosterFile, Map<string, NativeRow>>> = {};
  const columns: Partial<Record<OneRosterFile, ReadonlySet<string>>> = {};
  const studentsWithRejectedRows = new Set<string>();
  for (const file of contents.keys()) {
    if (file !== 'manifest' && manifest.get(file) !== 'bulk') {
      faults.push({ file, row: 0, field: null, code: 'FILE_NOT_ANNOUNCED', rowRejected: false });
    }
  }
  // In this order every file comes after those that it refers to.
  for (const file of Object.keys(files) as OneRosterFile[]) {
    if (manifest.get(file) !== 'bulk') continue;
    const content = contents.get(file);
    if (content === undefined) throw refuse('FILE_UNREADABLE', { detail: `${file}.csv announced, absent` });
    const table = readCsvTable(file, content);
    faults.push(...table.faults);
    tables[file] = acceptedRows(file, table, tables, faults, studentsWithRejectedRows);
    columns[file] = table.columns;
  }
  const rejected = new Set(
    faults.filter((fault) => fault.rowRejected).map((fault) => `${fault.file}:${fault.row}`),
  );
  return { tables, columns, faults, rejectedRows: rejected.size, studentsWithRejectedRows };
}

function readManifest(contents: ReadonlyMap<string, Buffer>): Map<string, string> {
  const content = contents.get('manifest');
  if (content === undefined) throw refuse('FILE_UNREADABLE', { detail: 'manifest.csv absent' });
  const manifest = new Map<string, string>();
  for (const { values } of readCsvTable('manifest', content).rows) {
    const name = values['propertyName'] ?? '';
    manifest.set(
      name.startsWith('file.') ? name.slice(5).toLowerCase() : name,
      (values['value'] ?? '').toLowerCase(),
    );
  }
  const version = manifest.get('oneroster.version');
  if (version !== '1.2')
    throw refuse('FILE_UNREADABLE', { detail: `oneroster.version ${version ?? '?'}, 1.2` });
  const delta = [...manifest].find(([name, value]) => name in files && value === 'delta');
  if (delta !== undefined) throw refuse('FILE_UNREADABLE', { detail: `file.${delta[0]} delta, bulk` });
  return manifest;
}

function acceptedRows(
  file: OneRosterFile,
  table: CsvTable,
  tables: Readonly<Partial<Record<OneRosterFile, OneRosterTable>>>,
  faults: DropFault[],
  studentsWithRejectedRows: Set<string>,
): Map<string, NativeRow> {
  const accepted = new Map<string, NativeRow>();
  for (const placed of table.rows) {
    // In a bulk file "to be deleted" says that the row is no longer there.
    if (placed.values['status']?.toLowerCase() === 'tobedeleted') continue;
    const id = placed.values['sourcedId'] ?? '';
    const fault =
      rowFault(file, placed, tables) ??
      (accepted.has(id) ? ({ field: 'sourcedId', code: 'DUPLICATE' } as const) : undefined);
    if (fault === undefined) {
      accepted.set(id, placed.values);
      continue;
    }
    faults.push({ file, row: placed.row, ...fault, rowRejected: true });
    const student = file === 'results' ? placed.values['studentSourcedId'] : undefined;
    if (student) studentsWithRejectedRows.add(student);
  }
  return accepted;
}

function rowFault(
  file: OneRosterFile,
  { values }: PlacedRow,
  tables: Readonly<Partial<Record<OneRosterFile, OneRosterTable>>>,
): { field: string; code: DropFault['code'] } | undefined {
  const missing = files[file].required.find((field) => values[field] === null || values[field] === undefined);
  if (missing !== undefined) return { field: missing, code: 'FIELD_MISSING' };
  for (const [field, target] of Object.entries(files[file].references as Record<string, OneRosterFile>)) {
    const table = tables[target];
    const id = values[field];
    // A reference into a file that was not delivered cannot be checked; what it names is unknown.
    if (table !== undefined && id && !table.has(id)) return { field, code: 'REFERENCE_UNKNOWN' };
  }
  return undefined;
}
