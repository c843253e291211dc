import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { RegulationArticle } from './charter.presets.js';

/** One edition of a text of the alliance: the charter, the rules of a body. */
export const RegulationEntity = defineEntity({
  name: 'Regulation',
  tableName: 'regulation',
  properties: {
    id: p.string().primary(),
    code: p.string(),
    /** How people name the edition; the charter's is what members accept, for example `2016-07-15`. */
    edition: p.string(),
    titleZh: p.string(),
    titleEn: p.string(),
    articles: p.json<readonly RegulationArticle[]>(),
    contentHash: p.string(),
    effectiveFrom: p.date(),
    state: p.string(),
    stateSince: p.datetime(),
    motionId: p.string().nullable(),
    adoptedOn: p.date().nullable(),
    draftedBy: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type RegulationRow = InferEntity<typeof RegulationEntity>;

/** How the council reads an article; never changed, only followed by another (charter art. 25). */
export const InterpretationEntity = defineEntity({
  name: 'Interpretation',
  tableName: 'interpretation',
  properties: {
    id: p.string().primary(),
    regulationId: p.string(),
    article: p.integer(),
    textZh: p.string(),
    textEn: p.string(),
    interpretedOn: p.date(),
    motionId: p.string(),
    recordedBy: p.string(),
    createdAt: p.datetime(),
  },
});

export type InterpretationRow = InferEntity<typeof InterpretationEntity>;
