import { createHash } from 'node:crypto';
import type { EntitySchema, FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { AmrloError } from '../../base/errors/amrlo-error.js';
import type { DatabaseUnit } from '../database/room-database.js';
import { pageSizes, type PageArguments } from './page-arguments.js';

/** How a connection is filtered and ordered. */
export interface PageOptions<Row extends object> {
  readonly where: FilterQuery<Row>;
  /** The client's order; the kit appends the id, so that ties have one order and no row is lost or repeated. */
  readonly orderBy: ReadonlyArray<QueryOrderMap<Row>>;
  /** Whether the client selected `totalCount`; counting is a statement of its own. */
  readonly withTotal?: boolean;
}

/** One page of rows with the cursors that lead on. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number | null;
}

/**
 * Reads one page by keyset. Null sort keys and ties are kept apart by MikroORM's cursor (7.2 and later) and the id.
 * @throws AmrloError `PAGE_SIZE_INVALID` or `CURSOR_INVALID`
 */
export async function readPage<Row extends object>(
  unit: DatabaseUnit | undefined,
  entity: EntitySchema<Row>,
  args: PageArguments,
  options: Omit<PageOptions<Row>, 'where'> & { where: FilterQuery<Row> | undefined },
): Promise<Page<Row>> {
  const size = pageSize(args);
  if (unit === undefined || options.where === undefined) {
    return {
      rows: [],
      cursors: [],
      hasNextPage: false,
      hasPreviousPage: false,
      totalCount: options.withTotal ? 0 : null,
    };
  }
  const backward = isBackward(args);
  const orderBy = [...options.orderBy, { id: 'asc' }] as ReadonlyArray<QueryOrderMap<Row>>;
  const mark = markOf(entity, orderBy);
  // What the entity declared; its kinds of value are known only once the database has been opened with it.
  const { properties } = unit.em.getMetadata().getByClassName(entity.meta.className);
  const kindOf = (key: string) =>
    (properties as Record<string, { runtimeType: string } | undefined>)[key]?.runtimeType;
  const keys = orderBy.flatMap((order) => Object.keys(order));
  const after = readCursor(args.after, mark, keys, kindOf);
  const before = readCursor(args.before, mark, keys, kindOf);
  let page;
  try {
    page = await unit.em.findByCursor(entity, {
      where: options.where,
      orderBy,
      ...(backward ? { last: size } : { first: size }),
      ...(after === undefined ? {} : { after }),
      ...(before === undefined ? {} : { before }),
      includeCount: options.withTotal === true,
    } as never);
  } catch (error) {
    if (error instanceof Error && error.constructor.name === 'CursorError') {
      throw new AmrloError('CURSOR_INVALID', {}, { cause: error });
    }
    throw error;
  }
  const rows = page.items as unknown as Row[];
  return {
    rows,
    cursors: rows.map((row) => mark + page.from(row as never)),
    hasNextPage: page.hasNextPage,
    hasPreviousPage: page.hasPrevPage,
    totalCount: options.withTotal ? (page.totalCount ?? null) : null,
  };
}

/** Whether a page is read from its end. */
export function isBackward(args: PageArguments): boolean {
  return args.last != null || (args.before != null && args.first == null);
}

/** How many rows are asked for. @throws AmrloError `PAGE_SIZE_INVALID` */
export function pageSize(args: PageArguments): number {
  if (args.first != null && args.last != null) {
    throw new AmrloError('PAGE_SIZE_INVALID', { max: pageSizes.most });
  }
  const size = args.first ?? args.last ?? pageSizes.usual;
  if (size < 1 || size > pageSizes.most) throw new AmrloError('PAGE_SIZE_INVALID', { max: pageSizes.most });
  return size;
}

const markLength = 6;

/** Says which list in which order a cursor belongs to; in another one its values would mean something else. */
function markOf<Row extends object>(
  entity: EntitySchema<Row>,
  orderBy: ReadonlyArray<QueryOrderMap<Row>>,
): string {
  const list = JSON.stringify([entity.meta.className, orderBy]);
  return createHash('sha256').update(list).digest('base64url').slice(0, markLength);
}

/** A cursor is opaque to clients, not to us: anything that we did not make is refused before it reaches a statement. */
function readCursor(
  cursor: string | null | undefined,
  mark: string,
  keys: readonly string[],
  kindOf: (key: string) => string | undefined,
): string | undefined {
  if (cursor == null) return undefined;
  const place = cursor.slice(markLength);
  if (cursor.startsWith(mark)) {
    const values = valuesIn(place);
    const fits = (value: unknown, index: number) => {
      const key = keys[index] ?? '';
      return value === null ? key !== 'id' : isValueOf(kindOf(key), value);
    };
    if (values?.length === keys.length && values.every(fits)) return place;
  }
  throw new AmrloError('CURSOR_INVALID');
}

function valuesIn(place: string): unknown[] | undefined {
  try {
    const values: unknown = JSON.parse(Buffer.from(place, 'base64url').toString('utf8'));
    return Array.isArray(values) ? values : undefined;
  } catch {
    return undefined;
  }
}

/** Whether PostgreSQL can compare the value with the column: a failed statement would cost the whole request. */
function isValueOf(kind: string | undefined, value: unknown): boolean {
  switch (kind) {
    case 'number':
      return typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31;
    case 'boolean':
      return typeof value === 'boolean';
    case 'Date':
      return (
        typeof value === 'string' &&
        /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) &&
        !Number.isNaN(Date.parse(value))
      );
    default:
      return typeof value === 'string' && !value.includes('\0');
  }
}
