import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** The figures of a year as they were frozen; the table only grows. */
export const FigureSnapshotEntity = defineEntity({
  name: 'FigureSnapshot',
  tableName: 'figure_snapshot',
  properties: {
    id: p.string().primary(),
    year: p.integer(),
    edition: p.integer(),
    asOf: p.datetime(),
    /** Canonical JSON (RFC 8785), as it was hashed: a `jsonb` column would spell it in its own way. */
    content: p.text(),
    hash: p.string(),
    reason: p.string().nullable(),
    frozenBy: p.string(),
    createdAt: p.datetime(),
  },
});

export type FigureSnapshotRow = InferEntity<typeof FigureSnapshotEntity>;
