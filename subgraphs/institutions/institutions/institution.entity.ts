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
    /** ISO 3166-1 alpha-2. */
    country: p.string().default('CN'),
    /** The domain-like identifier of SCHAC, for example `uw.edu.pl`. */
    schac: p.string().nullable(),
    /** The unified social credit code (统一社会信用代码, GB 32100-2015). */
    creditCode: p.string().nullable(),
    /** Since when it is called so, where the writer knows; the history of names is kept from this by the database. */
    nameSince: p.date().nullable(),
    /** Where it stands with the Ministry's list; null for institutions that the list never had. */
    listing: p.enum(['LISTED', 'GONE', 'MERGED']).nullable(),
    /** The date of the list that said so first. */
    listingSince: p.date().nullable(),
    mergedInto: p.string().nullable(),
    /** Which list the facts come from, for example `MOE 2025-06-20`. */
    source: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type InstitutionRow = InferEntity<typeof InstitutionEntity>;
