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
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type SchoolRow = InferEntity<typeof SchoolEntity>;
