import { listSources, type StudentSource } from '../../../kit/driver.js';
import type { NativeRow } from '../../../kit/native-row.js';
import { secretFault } from '../../../kit/secret-paths.js';
import type {
  DeliveredList,
  DeliveredRecords,
  DeliveryFiles,
  DeliveryFormat,
  FormatContext,
} from '../delivery-format.js';
import { FaultList } from '../fault-list.js';
import { inTurns } from '../in-turns.js';
import { DeliveredTables } from './delivered-tables.js';
import { readSource, type SourceRow, type SourceTable } from './source-rows.js';
import type { TableInput, TablesDeclaration, TableSource } from './tables-schema.js';

/**
 * Plain tables, CSV and XLSX alike, that a school file maps to sources. A delivery is whole when every file that is not
 * optional is there with its columns.
 */
export function tablesFormat(declared: TablesDeclaration): DeliveryFormat {
  return {
    accepts: (name) => /\.(csv|txt|tsv|xlsx|xlsm|xls)$/i.test(name),
    read: (files, context) => readTables(declared, files, context),
  };
}

async function readTables(
  declared: TablesDeclaration,
  files: DeliveryFiles,
  context: FormatContext,
): Promise<DeliveredRecords> {
  const secret = new Set(declared.secret);
  const faults = new FaultList(context.limits.maxFaults);
  const tables = new DeliveredTables(files, declared, faults, context);
  const sources = new Map<TableSource, SourceTable>();
  for (const [name, inputs] of Object.entries(declared.sources) as [TableSource, TableInput[]][]) {
    const source = await readSource(
      inputs.map((input) => withKey(name, input)),
      (column) => (name !== 'identities' && secret.has(column)) || secretFault(name, column) !== null,
      tables,
      faults,
      context,
    );
    if (source !== undefined) sources.set(name, source);
  }
  tables.noteUnused();
  const byStudent: Partial<Record<StudentSource, Map<string, NativeRow[]>>> = {};
  const lists: Partial<Record<Exclude<TableSource, StudentSource>, DeliveredList>> = {};
  for (const [name, source] of sources) {
    const { rows, rejected } = await withKnownReferences(
      declared.sources[name] ?? [],
      source,
      sources,
      faults,
      context,
    );
    if (isList(name)) lists[name] = { rows: rows.map(({ placed }) => placed.values), complete: !rejected };
    else byStudent[name] = await groupedByStudent(rows, context);
  }
  return {
    byStudent,
    lists,
    faults: faults.faults,
    rejectedRows: faults.rejectedRows,
    studentsWithRejectedRows: faults.studentsWithRejectedRows,
    rejectedOfUnknownStudent: faults.rejectedOfUnknownStudent,
  };
}

/** There is one row for each student in these; two that differ cannot both be right. */
function withKey(source: TableSource, input: TableInput): TableInput {
  const { key, studentNumber } = input;
  if (key !== undefined || studentNumber === undefined) return input;
  return source === 'students' || source === 'identities' ? { ...input, key: [studentNumber] } : input;
}

/** Leaves out the rows that refer to what was not delivered; what was not delivered at all cannot be checked. */
async function withKnownReferences(
  inputs: readonly TableInput[],
  { rows, rejected }: SourceTable,
  sources: ReadonlyMap<TableSource, SourceTable>,
  faults: FaultList,
  context: FormatContext,
): Promise<{ rows: readonly SourceRow[]; rejected: boolean }> {
  const references = inputs.flatMap((input) => Object.entries(input.references));
  if (references.length === 0) return { rows, rejected };
  const kept: SourceRow[] = [];
  await inTurns(rows, context, (row) => {
    const { placed, student } = row;
    const unknown = references.find(([column, target]) => {
      const to = placed.values[column]?.trim();
      const keys = sources.get(target as TableSource)?.keys;
      return to && keys !== undefined && !keys.has(to);
    });
    if (unknown === undefined) {
      kept.push(row);
      return;
    }
    faults.reject(placed.file, placed.row, unknown[0], 'REFERENCE_UNKNOWN');
    if (student !== null) faults.rejectedOf(student);
  });
  return { rows: kept, rejected: rejected || kept.length < rows.length };
}

async function groupedByStudent(
  rows: readonly SourceRow[],
  context: FormatContext,
): Promise<Map<string, NativeRow[]>> {
  const grouped = new Map<string, NativeRow[]>();
  await inTurns(rows, context, ({ placed, student }) => {
    const own = grouped.get(student ?? '');
    if (own === undefined) grouped.set(student ?? '', [placed.values]);
    else own.push(placed.values);
  });
  return grouped;
}

function isList(name: TableSource): name is Exclude<TableSource, StudentSource> {
  return (listSources as readonly string[]).includes(name);
}
