import { refuse } from '../../../../kit/base/errors/amrlo-error.js';
import { readCsvRows } from '../csv-rows.js';
import { secretOfPath } from '../../../kit/secret-paths.js';
import type { DeliveryFiles, FormatContext } from '../delivery-format.js';
import type { FaultList } from '../fault-list.js';
import { inTurns } from '../in-turns.js';
import { nameColumns, type NamedTable, type PlacedRow } from '../table-rows.js';
import {
  headerSpelling,
  oneRosterDefinitions,
  oneRosterFiles,
  type OneRosterFile,
  type OneRosterVersion,
} from './oneroster-files.js';
import { readOneRosterManifest } from './oneroster-manifest.js';

/** The rows of each file by `sourcedId`; absent where the school did not deliver the file. */
export type OneRosterTables = Readonly<Partial<Record<OneRosterFile, ReadonlyMap<string, PlacedRow>>>>;

/** All that a school has delivered so far, references not yet checked. */
export interface OneRosterBundle {
  readonly version: OneRosterVersion;
  readonly tables: OneRosterTables;
  /** Columns of each delivered file. */
  readonly columns: Readonly<Partial<Record<OneRosterFile, ReadonlySet<string>>>>;
  /** Rows that were rejected and not delivered again since, by file and id. */
  readonly rejected: ReadonlyMap<string, RejectedRow>;
}

/** A rejected row of a file whose rows are about students. */
interface RejectedRow {
  readonly file: OneRosterFile;
  /** Of whom one is the student whom it is about; null for somebody who is not known. */
  readonly students: readonly (string | null)[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads a delivery: a bulk one by itself, one of changes upon what was delivered before. A file that the manifest does
 * not announce is not read, because the school did not vouch for it. Rows that cannot be used are left out and noted.
 * @param identityColumn  The column of `users.csv` with identity numbers, which is kept for `identities`.
 * @throws AmrloError `FILE_UNREADABLE` or `FILE_WRONG_ENCODING` for a missing manifest, another version, or an announced
 *   file that is absent; `DELIVERY_BASE_MISSING` for changes without what they change
 */
export async function readOneRosterBundle(
  delivered: DeliveryFiles,
  base: OneRosterBundle | null,
  identityColumn: string | undefined,
  faults: FaultList,
  context: FormatContext,
): Promise<OneRosterBundle> {
  const files = byLowerCaseName(delivered);
  const manifestFile = files.get('manifest');
  if (manifestFile === undefined) throw refuse('FILE_UNREADABLE', { detail: 'manifest.csv absent' });
  const { version, files: announced } = readOneRosterManifest(manifestFile.content);
  const holdsChanges = [...announced.values()].includes('delta');
  if (holdsChanges && (base === null || base.version !== version))
    throw refuse('DELIVERY_BASE_MISSING', { detail: `OneRoster ${version} delta` });
  const start = holdsChanges ? base : null;
  const tables: Mutable<OneRosterTables> = { ...start?.tables };
  const columns: Mutable<OneRosterBundle['columns']> = { ...start?.columns };
  const rejected = new Map(start?.rejected);
  for (const [name, { file }] of files) {
    if (name !== 'manifest' && !announced.has(name as OneRosterFile))
      faults.note(file, 0, null, 'FILE_NOT_ANNOUNCED');
  }
  for (const name of oneRosterFiles) {
    const processing = announced.get(name);
    const definition = oneRosterDefinitions[version][name];
    if (processing === undefined || definition === undefined) continue;
    const found = files.get(name);
    if (found === undefined) throw refuse('FILE_UNREADABLE', { detail: `${name}.csv announced, absent` });
    const whole = await readTable(found.file, found.content, faults, context);
    const kept = name === 'users' ? identityColumn : undefined;
    const table = await withoutSecrets(whole, kept, context);
    if (processing === 'bulk')
      for (const [key, { file }] of rejected) if (file === name) rejected.delete(key);
    const rows = new Map(processing === 'delta' ? tables[name] : undefined);
    await takeRows(
      { name, rows, rejected, required: definition.required, student: definition.student },
      table,
      faults,
      context,
    );
    tables[name] = rows;
    columns[name] =
      processing === 'delta' ? new Set([...(columns[name] ?? []), ...table.columns]) : table.columns;
  }
  return { version, tables, columns, rejected };
}

function byLowerCaseName(delivered: DeliveryFiles): Map<string, { file: string; content: Buffer }> {
  return new Map(
    [...delivered].map(([file, content]) => [file.replace(/\.csv$/i, '').toLowerCase(), { file, content }]),
  );
}

async function readTable(
  file: string,
  content: Buffer,
  faults: FaultList,
  context: FormatContext,
): Promise<NamedTable> {
  const rows = await readCsvRows(file, content, { encoding: 'auto', separator: ',' }, context);
  const form = {
    header: [1],
    spelling: headerSpelling,
    isDate: (column: string) => column.endsWith('Date') || column === 'dateLastModified',
    trims: true,
    countsFields: true,
  };
  return nameColumns({ name: file, rows }, form, faults, context);
}

/** The table without columns of passwords and identity numbers, but for the one that is asked for. */
async function withoutSecrets(
  table: NamedTable,
  kept: string | undefined,
  context: FormatContext,
): Promise<NamedTable> {
  const secret = [...table.columns].filter((column) => column !== kept && secretOfPath(column) !== null);
  if (secret.length === 0) return table;
  const rows: PlacedRow[] = [];
  await inTurns(table.rows, context, (row) => {
    const values = { ...row.values };
    for (const column of secret) delete values[column];
    rows.push({ ...row, values });
  });
  return { columns: table.columns, rows };
}

interface Target {
  readonly name: OneRosterFile;
  readonly rows: Map<string, PlacedRow>;
  readonly rejected: Map<string, RejectedRow>;
  readonly required: readonly string[];
  readonly student: string | undefined;
}

/** Takes the rows of one file; a row of changes stands in the place of the earlier one with its id. */
async function takeRows(
  { name, rows, rejected, required, student }: Target,
  table: NamedTable,
  faults: FaultList,
  context: FormatContext,
): Promise<void> {
  const here = new Set<string>();
  await inTurns(table.rows, context, (placed) => {
    const { file, row, values, shifted } = placed;
    const ids = shifted === undefined ? [values['sourcedId'] ?? ''] : (shifted('sourcedId') ?? []);
    const id = ids.length === 1 ? (ids[0] ?? '') : '';
    const repeated = id !== '' && here.has(id);
    if (!repeated && id !== '') {
      here.add(id);
      // Whatever was wrong with the row before, this is what the school says now.
      rejected.delete(`${name}:${id}`);
      rows.delete(id);
    }
    if (!repeated && shifted === undefined && values['status']?.toLowerCase() === 'tobedeleted') return;
    const missing = required.find((field) => !values[field]);
    if (shifted !== undefined) faults.reject(file, row, null, 'FIELDS_SHIFTED');
    else if (missing !== undefined && !placed.spoilt) faults.reject(file, row, missing, 'FIELD_MISSING');
    else if (repeated) faults.reject(file, row, 'sourcedId', 'DUPLICATE');
    if (missing === undefined && !repeated && !placed.spoilt) {
      rows.set(id, placed);
      return;
    }
    if (student === undefined) return;
    const key = id !== '' && !repeated ? `${name}:${id}` : `${name}:row ${row}`;
    const students = shifted === undefined ? [values[student] ?? null] : (shifted(student) ?? [null]);
    rejected.set(key, { file: name, students });
  });
}
