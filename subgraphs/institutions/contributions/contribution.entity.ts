import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { KeptFile } from '../secretariat-documents/secretariat-file.types.js';
import type { ComponentPoints, ComponentWeight } from './score-contributions.js';

/** What counts how much, from a day on; never changed, only followed by the next (charter art. 14). */
export const ContributionSchemeEntity = defineEntity({
  name: 'ContributionScheme',
  tableName: 'contribution_scheme',
  properties: {
    id: p.string().primary(),
    /** Legal date. */
    effectiveFrom: p.date(),
    weights: p.json<ComponentWeight[]>(),
    publishedBy: p.string(),
    createdAt: p.datetime(),
  },
});

export type ContributionSchemeRow = InferEntity<typeof ContributionSchemeEntity>;

/** A quantity that somebody recorded with evidence; a correction is an entry with the opposite sign. */
export const ContributionEntryEntity = defineEntity({
  name: 'ContributionEntry',
  tableName: 'contribution_entry',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    period: p.integer(),
    component: p.string(),
    quantity: p.decimal('string').precision(14).scale(2),
    evidence: p.string(),
    files: p.json<KeptFile[]>(),
    recordedBy: p.string(),
    createdAt: p.datetime(),
  },
});

export type ContributionEntryRow = InferEntity<typeof ContributionEntryEntity>;

/** What a member's contributions of a year come to; frozen once it is published. */
export const ContributionScoreEntity = defineEntity({
  name: 'ContributionScore',
  tableName: 'contribution_score',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    period: p.integer(),
    schemeId: p.string(),
    components: p.json<ComponentPoints[]>(),
    points: p.decimal('string').precision(18).scale(4),
    computedAt: p.datetime(),
    publishedAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});

export type ContributionScoreRow = InferEntity<typeof ContributionScoreEntity>;
