import { refuse } from '../../../../kit/base/errors/amrlo-error.js';
import type { NativeRow } from '../../../kit/native-row.js';
import type { FormatContext } from '../delivery-format.js';
import type { FaultCode } from '../fault-codes.js';
import type { FaultList } from '../fault-list.js';
import { inTurns } from '../in-turns.js';
import { nameColumns, type NamedTable, type PlacedRow } from '../table-rows.js';
import type { DeliveredTables } from './delivered-tables.js';
import type { TableInput } from './tables-schema.js';

/** A row of a source with whom it is about. */
export interface SourceRow {
  readonly placed: PlacedRow;
  /** Null in lists. */
  readonly student: string | null;
}

/** A source of a delivery. */
export interface SourceTable {
  readonly rows: readonly SourceRow[];
  /** The keys of its rows, for those that refer to them; undefined where none is declared. */
  readonly keys: ReadonlySet<string> | undefined;
  readonly rejected: boolean;
}

interface Collected {
  readonly rows: SourceRow[];
  readonly byKey: Map<string, NativeRow>;
  readonly keys: Set<string>;
  rejected: boolean;
}

/**
 * Reads what feeds one source; undefined where all of it is optional and nothing was delivered.
 * @param isSecret  Says of a column whether it is left out of every row of this source, named or not.
 * @throws AmrloError `FILE_UNREADABLE` for a file that is missing, `FILE_COLUMNS_MISSING`, and as the readers do
 */
export async function readSource(
  inputs: readonly TableInput[],
  isSecret: (column: string) => boolean,
  tables: DeliveredTables,
  faults: FaultList,
  context: FormatContext,
): Promise<SourceTable | undefined> {
  const collected: Collected = { rows: [], byKey: new Map(), keys: new Set(), rejected: false };
  let found = false;
  for (const input of inputs) {
    const names = tables.named(input.files);
    if (names.length === 0 && !input.optional)
      throw refuse('FILE_UNREADABLE', { detail: `${input.files.join(', ')}: absent` });
    for (const name of names) {
      found = true;
      const raw = await tables.table(name, input.sheet, input.header);
      const form = {
        header: input.header,
        isDate: (column: string) => input.dates.includes(column),
        trims: false,
        countsFields: !raw.isSheet,
      };
      const table = await nameColumns(raw, form, faults, context);
      requireColumns(table, input, raw.name);
      await collect(table, input, isSecret, collected, faults, context);
    }
  }
  if (!found) return undefined;
  return { ...collected, keys: inputs.some(({ key }) => key !== undefined) ? collected.keys : undefined };
}

function requireColumns(table: NamedTable, input: TableInput, file: string): void {
  const needed = [
    ...(input.studentNumber === undefined ? [] : [input.studentNumber]),
    ...input.required,
    ...(input.key ?? []),
    ...(input.columns ?? []),
    ...input.dates,
    ...Object.keys(input.references),
  ];
  const missing = [...new Set(needed)].filter((column) => !table.columns.has(column));
  if (missing.length > 0)
    throw refuse('FILE_COLUMNS_MISSING', {
      row: Math.max(...input.header),
      columns: `${file}: ${missing.join(', ')}`,
    });
}

async function collect(
  table: NamedTable,
  input: TableInput,
  isSecret: (column: string) => boolean,
  into: Collected,
  faults: FaultList,
  context: FormatContext,
): Promise<void> {
  const required = [...(input.studentNumber === undefined ? [] : [input.studentNumber]), ...input.required];
  const named = input.columns && new Set([...input.columns, ...required, ...Object.keys(input.references)]);
  const wanted = [...table.columns].filter((column) => (named?.has(column) ?? true) && !isSecret(column));
  const keepsAll = wanted.length === table.columns.size && (input.key?.length ?? 0) < 2;
  await inTurns(table.rows, context, (placed) => {
    const { file, row, values } = placed;
    if (input.ignore.some((when) => isIgnored(placed, when))) return;
    const student = input.studentNumber === undefined ? null : textOrNull(values[input.studentNumber]);
    const reject = (field: string | null, code: FaultCode | null): void => {
      into.rejected = true;
      if (code !== null) faults.reject(file, row, field, code);
      if (input.studentNumber === undefined) return;
      const whose = placed.shifted === undefined ? [student] : placed.shifted(input.studentNumber);
      for (const one of whose ?? [null]) faults.rejectedOf(one);
    };
    const missing = required.find((column) => textOrNull(values[column]) === null);
    if (placed.shifted !== undefined) reject(null, 'FIELDS_SHIFTED');
    else if (placed.spoilt) reject(null, null);
    else if (missing !== undefined) reject(missing, 'FIELD_MISSING');
    else {
      const kept = keepsAll ? values : keptOf(values, wanted, input.key);
      const earlier = earlierWithKey(kept, values, input, student, into);
      if (earlier === undefined) into.rows.push({ placed: { ...placed, values: kept }, student });
      else if (JSON.stringify(earlier) === JSON.stringify(kept)) faults.note(file, row, null, 'ROW_REPEATED');
      else reject(input.key?.join(', ') ?? null, 'DUPLICATE');
    }
  });
}

function keptOf(values: NativeRow, wanted: readonly string[], key: readonly string[] | undefined): NativeRow {
  const kept: Record<string, string | null> = {};
  for (const column of wanted) kept[column] = values[column] ?? null;
  return Object.assign(kept, wholeKey(values, key));
}

/** A key of several columns as one, `A+B`: their values joined by slashes, those within the values written %2F. */
function wholeKey(values: NativeRow, key: readonly string[] | undefined): NativeRow {
  if (key === undefined || key.length < 2) return {};
  const parts = key.map((column) => (values[column] ?? '').trim());
  const text = parts.map((part) => part.replaceAll('%', '%25').replaceAll('/', '%2F')).join('/');
  return { [key.join('+')]: text };
}

/** The row that stood under this row's key before; remembers this one where there was none. */
function earlierWithKey(
  kept: NativeRow,
  values: NativeRow,
  { key }: TableInput,
  student: string | null,
  into: Collected,
): NativeRow | undefined {
  if (key === undefined) return undefined;
  const own = key.map((column) => values[column]?.trim() ?? '').join('\u0000');
  const whole = student === null ? own : `${student}\u0000${own}`;
  const earlier = into.byKey.get(whole);
  if (earlier !== undefined) return earlier;
  into.byKey.set(whole, kept);
  into.keys.add(own);
  return undefined;
}

/** A total may be shorter than the header; a row that was cut off has nothing in many columns and is no total for it. */
function isIgnored({ values, shifted }: PlacedRow, when: Readonly<Record<string, string>>): boolean {
  if (shifted !== undefined && Object.values(when).every((wanted) => wanted === '')) return false;
  return Object.entries(when).every(([column, wanted]) => (values[column]?.trim() ?? '') === wanted);
}

function textOrNull(text: string | null | undefined): string | null {
  return text?.trim() || null;
}
