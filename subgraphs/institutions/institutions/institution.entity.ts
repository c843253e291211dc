import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** An institution as the Ministry's roster or a membership case states it: facts, not judgements. */
export const InstitutionEntity = defineEntity({
  name: 'Institution',
  tableName: 'institution',
  properties: {
    id: p.string().primary(),
    name: p.string(),
    nameEn: p.string().nullable(),
    kind: p.string(),
    moeCode: p.string().nullable(),
    authority: p.string().nullable(),
    province: p.string().nullable(),
    city: p.string().nullable(),
    level: p.string().nullable(),
    note: p.string().nullable(),
    /** Which list the facts come from, for example `MOE 2025-06-20`. */
    source: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type InstitutionRow = InferEntity<typeof InstitutionEntity>;
