import type { EntityMetadata, EntitySchema, FilterQuery, FindOptions } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';
import type { DatabaseUnit } from './room-database.js';

/** What a read is ordered and cut by, and which fields it wants; all when it names none. */
export type ReadOptions<Row extends object> = Pick<FindOptions<Row>, 'orderBy' | 'limit'> & {
  readonly fields?: readonly (keyof Row & string)[];
};

/** A value of a condition that differs from read to read. */
type Leaf = string | Date;

/** A statement that was built once; each parameter is a value of its own or the place of a leaf. */
interface KnownStatement {
  readonly sql: string;
  readonly parameters: readonly ({ readonly leaf: number } | { readonly value: unknown })[];
}

/** The part of an entity's metadata that tells which values are of an enumeration. */
interface AnyMetadata {
  readonly properties: Readonly<Record<string, { readonly enum?: boolean } | undefined>>;
}

/** A condition taken apart: what is the same for every read of its kind, and what differs. */
interface Dissected {
  readonly shape: string;
  readonly leaves: readonly Leaf[];
}

/**
 * Reads rows without entities: for readers, who change nothing, and so need no identity map, no change tracking and no
 * second building of a statement of which only the values differ.
 *
 * MikroORM builds the statement of every kind of condition once, from probes instead of values, and where each probe
 * came out among the parameters is remembered. A condition in which a probe cannot be found again (a converted value,
 * for instance) is built anew for every read. Rows are mapped by MikroORM's own mapper and types.
 */
export class RowReader {
  /** Keys of waves differ in number; a thousand kinds of statements are more than a room has in use. */
  readonly #statements = new LRUCache<string, KnownStatement | 'UNTRACEABLE'>({ max: 1_000 });

  /** The rows that fit the condition, as plain objects that belong to the caller. */
  async read<Row extends object>(
    unit: DatabaseUnit,
    entity: EntitySchema<Row>,
    where: FilterQuery<Row>,
    options: ReadOptions<Row> = {},
  ): Promise<Row[]> {
    // What was declared; its columns are known only once the database has been opened with it.
    const meta = unit.em.getMetadata().getByClassName<Row>(entity.meta.className);
    const { sql, parameters } = this.#statement(unit, meta, where, options);
    const rows = await unit.sql.execute<object>(sql, parameters);
    const driver = unit.em.getDriver();
    const platform = unit.em.getPlatform();
    return rows.map((row) => {
      const mapped = driver.mapResult<Row>(row, meta) as Record<string, unknown>;
      for (const { name, customType } of meta.props) {
        const value = mapped[name];
        if (customType !== undefined && value != null)
          mapped[name] = customType.convertToJSValue(value, platform) as unknown;
      }
      return mapped as Row;
    });
  }

  #statement<Row extends object>(
    unit: DatabaseUnit,
    meta: EntityMetadata<Row>,
    where: FilterQuery<Row>,
    options: ReadOptions<Row>,
  ): { sql: string; parameters: readonly unknown[] } {
    const dissected = dissect(where, meta);
    if (dissected === undefined) return build(unit, meta, where, options);
    const { shape, leaves } = dissected;
    const key = `${meta.className} ${shape} ${JSON.stringify(options)}`;
    let known = this.#statements.get(key);
    if (known === undefined) {
      known = trace(unit, meta, where, options, leaves.length) ?? 'UNTRACEABLE';
      this.#statements.set(key, known);
    }
    if (known === 'UNTRACEABLE') return build(unit, meta, where, options);
    const parameters = known.parameters.map((one) => ('leaf' in one ? leaves[one.leaf] : one.value));
    return { sql: known.sql, parameters };
  }
}

function build<Row extends object>(
  { em }: DatabaseUnit,
  meta: EntityMetadata<Row>,
  where: FilterQuery<Row>,
  { fields, orderBy, limit }: ReadOptions<Row>,
): { sql: string; parameters: readonly unknown[] } {
  const builder = em
    .createQueryBuilder<Row>(meta.class)
    .select((fields ?? '*') as never)
    .where(where as never);
  if (orderBy !== undefined) builder.orderBy(orderBy as never);
  if (limit !== undefined) builder.limit(limit);
  const { sql, params } = builder.toQuery();
  return { sql, parameters: params };
}

/** Builds a condition's statement from probes; undefined when one does not come out exactly as it went in. */
function trace<Row extends object>(
  unit: DatabaseUnit,
  meta: EntityMetadata<Row>,
  where: FilterQuery<Row>,
  options: ReadOptions<Row>,
  leaves: number,
): KnownStatement | undefined {
  const probes: Leaf[] = [];
  const probing = withLeaves(where, meta, (leaf) => {
    const place = probes.length;
    const probe = typeof leaf === 'string' ? `\u{10FFFD}probe ${place}` : new Date(8.64e15 - place);
    probes.push(probe);
    return probe;
  }) as FilterQuery<Row>;
  let built;
  try {
    built = build(unit, meta, probing, options);
  } catch {
    return undefined;
  }
  const parameters = built.parameters.map((value) => {
    const leaf = probes.findIndex((probe) =>
      probe instanceof Date ? value instanceof Date && +value === +probe : value === probe,
    );
    return leaf < 0 ? { value } : { leaf };
  });
  const found = new Set(parameters.flatMap((one) => ('leaf' in one ? [one.leaf] : [])));
  return found.size === leaves ? { sql: built.sql, parameters } : undefined;
}

/** Undefined where a condition holds something else than objects, lists, texts, instants, truth values and null. */
function dissect(where: unknown, meta: AnyMetadata): Dissected | undefined {
  const leaves: Leaf[] = [];
  const marked = withLeaves(where, meta, (leaf) => {
    leaves.push(leaf);
    return typeof leaf === 'string' ? 'text' : 'instant';
  });
  return isPlain(marked) ? { shape: JSON.stringify(marked), leaves } : undefined;
}

/** Looks at the values themselves: as JSON a fragment of SQL would be a text, and lose the parameters that it holds. */
function isPlain(node: unknown): boolean {
  if (node === null || typeof node === 'string' || typeof node === 'boolean') return true;
  if (Array.isArray(node)) return node.every(isPlain);
  return isPlainObject(node) && Object.values(node).every(isPlain);
}

/**
 * A copy of a condition with other leaves. The values of an enumeration are no leaves: there are few, and MikroORM
 * takes no probe for one. What is neither a leaf nor a container stays as it is.
 */
function withLeaves(node: unknown, meta: AnyMetadata, replace: (leaf: Leaf) => Leaf): unknown {
  if (typeof node === 'string' || node instanceof Date) return replace(node);
  if (Array.isArray(node)) return node.map((child) => withLeaves(child, meta, replace));
  if (!isPlainObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, child]) => [
      key,
      meta.properties[key]?.enum === true ? child : withLeaves(child, meta, replace),
    ]),
  );
}

/** MikroORM's fragments of SQL stand under symbols, which a copy by entries would lose. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.getOwnPropertySymbols(value).length === 0
  );
}
