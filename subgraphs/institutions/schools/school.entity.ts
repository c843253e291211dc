import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** One line of the directory of schools: how the adapter in front of an institution's records system is reached. */
export const SchoolEntity = defineEntity({
  name: 'School',
  tableName: 'school',
  properties: {
    id: p.string().primary(),
    kind: p.string(),
    endpoint: p.string(),
    enabled: p.boolean(),
    timeoutMs: p.integer().nullable(),
    maxConcurrent: p.integer().nullable(),
    /** The line of a school that left is kept; it comes back under the same line. */
    disconnectedAt: p.datetime().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type SchoolRow = InferEntity<typeof SchoolEntity>;
