import { createHash } from 'node:crypto';
import { AmrloError } from '../../base/errors/amrlo-error.js';
import type { Sql } from '../database/sql.js';
import type { PageArguments } from './page-arguments.js';
import { isBackward, pageSize, type Page } from './read-page.js';

/** A list that one statement makes: one that ranks or joins what no single table holds. */
export interface StatementList {
  /** Tells its cursors from those of other lists. */
  readonly name: string;
  /** Selects every row of the list, with a text column `id` that is unique; parameters are written `?`. */
  readonly statement: string;
  readonly parameters: readonly unknown[];
  /** The column, never null, that the list is ordered by before its id, ascending. */
  readonly orderBy: { readonly column: string; readonly type: 'bigint' | 'text' | 'date' };
  /** Whether the client selected `totalCount`; counting is a statement of its own. */
  readonly withTotal: boolean;
}

/**
 * One page of a statement's rows, by keyset, as JSON has them: a statement gives exact numbers and dates as text. The
 * rows are those that row-level security leaves; a list whose rows are not public asks for rights before.
 * @throws AmrloError `PAGE_SIZE_INVALID`, `CURSOR_INVALID`
 */
export async function readStatementPage<Row extends { readonly id: string }>(
  sql: Sql,
  args: PageArguments,
  list: StatementList,
): Promise<Page<Row>> {
  const size = pageSize(args);
  const { column, type } = list.orderBy;
  const backward = isBackward(args);
  const after = readPlace(args.after, list);
  const before = readPlace(args.before, list);
  const bounds = [
    ...(after === undefined ? [] : [{ sign: '>', place: after }]),
    ...(before === undefined ? [] : [{ sign: '<', place: before }]),
  ];
  const direction = backward ? 'desc' : 'asc';
  const read = await sql.execute<{ row: string; place: string }>(
    `with listed as (${list.statement})
     select row_to_json(listed)::text as row, json_build_array(${column}::text, id)::text as place
     from listed
     where ${['true', ...bounds.map(({ sign }) => `(${column}, id) ${sign} (?::${type}, ?::text)`)].join(' and ')}
     order by ${column} ${direction}, id ${direction} limit ${size + 1}`,
    [...list.parameters, ...bounds.flatMap(({ place }) => place)],
  );
  const more = read.length > size;
  const taken = read.slice(0, size);
  if (backward) taken.reverse();
  return {
    rows: taken.map(({ row }) => JSON.parse(row) as Row),
    cursors: taken.map(({ place }) => markOf(list) + Buffer.from(place).toString('base64url')),
    hasNextPage: backward ? before !== undefined : more,
    hasPreviousPage: backward ? more : after !== undefined,
    totalCount: list.withTotal ? await count(sql, list) : null,
  };
}

async function count(sql: Sql, list: StatementList): Promise<number> {
  const [row] = await sql.execute<{ total: number }>(
    `select count(*)::integer as total from (${list.statement}) as listed`,
    list.parameters,
  );
  return row?.total ?? 0;
}

const markLength = 6;

function markOf(list: StatementList): string {
  const order = JSON.stringify([list.name, list.orderBy]);
  return createHash('sha256').update(order).digest('base64url').slice(0, markLength);
}

/** The sort key and the id in a cursor; anything that we did not make is refused before it reaches a statement. */
function readPlace(cursor: string | null | undefined, list: StatementList): [string, string] | undefined {
  if (cursor == null) return undefined;
  const place = cursor.startsWith(markOf(list)) ? valuesIn(cursor.slice(markLength)) : undefined;
  if (place === undefined || !isValueOf(list.orderBy.type, place[0])) throw new AmrloError('CURSOR_INVALID');
  return place;
}

function valuesIn(text: string): [string, string] | undefined {
  try {
    const values: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(values) || values.length !== 2) return undefined;
    const [key, id]: unknown[] = values;
    return typeof key === 'string' && typeof id === 'string' && !`${key}${id}`.includes('\0')
      ? [key, id]
      : undefined;
  } catch {
    return undefined;
  }
}

function isValueOf(type: StatementList['orderBy']['type'], key: string): boolean {
  if (type === 'bigint') return /^-?\d{1,18}$/.test(key);
  return type === 'text' || (/^\d{4}-\d\d-\d\d$/.test(key) && !Number.isNaN(Date.parse(key)));
}
