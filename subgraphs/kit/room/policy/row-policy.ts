import type { EntitySchema, FilterQuery } from '@mikro-orm/postgresql';
import type { Principal } from '../../base/identity/principal.js';

/** What of an entity somebody may read: everything, nothing, or the rows that fit a condition. */
export type Readable<Row> = 'all' | 'none' | FilterQuery<Row>;

/**
 * Who may read which rows of one entity. It is applied where rows are read, on every path that leads there
 * (root fields, references, nested fields), and a row it hides is *not found*, never *forbidden*.
 */
export interface RowPolicy<Row extends object> {
  readonly entity: EntitySchema<Row>;
  readonly readable: (principal: Principal) => Readable<Row>;
}

/** Ties a policy to its entity; the type of the condition follows from the entity. */
export function rowPolicy<Row extends object>(
  entity: EntitySchema<Row>,
  readable: (principal: Principal) => Readable<Row>,
): RowPolicy<Row> {
  return { entity, readable };
}

// Policies of unlike rows stand in one list, and their row types are no subtypes of each other.
/** A policy of any entity. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyRowPolicy = RowPolicy<any>;
