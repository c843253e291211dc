import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A row of a catalog whose facts cannot be, as it stood in the file; an official looks at it and corrects its source. */
export const QuarantinedRowEntity = defineEntity({
  name: 'QuarantinedRow',
  tableName: 'quarantined_row',
  properties: {
    id: p.string().primary(),
    /** The job that read it; each import keeps its own. */
    importId: p.string(),
    institutionId: p.string(),
    row: p.integer(),
    code: p.string(),
    parameters: p.json<Record<string, string | number>>(),
    content: p.json<Record<string, string>>(),
    createdAt: p.datetime(),
  },
});

export type QuarantinedRowRow = InferEntity<typeof QuarantinedRowEntity>;
