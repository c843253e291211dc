import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A body of the alliance; of every kind there is one, but for the special councils of sub-alliances. */
export const BodyEntity = defineEntity({
  name: 'Body',
  tableName: 'body',
  properties: {
    id: p.string().primary(),
    kind: p.string(),
    nameZh: p.string(),
    nameEn: p.string(),
    /** The charter's article that establishes it. */
    article: p.integer(),
    subAllianceId: p.string().nullable(),
    /** Set when the sub-alliance of a special council ends. */
    endedAt: p.datetime().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type BodyRow = InferEntity<typeof BodyEntity>;
