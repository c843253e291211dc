import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** One review of one grant: whether its holder still needs it. */
export const GrantReviewEntity = defineEntity({
  name: 'GrantReview',
  tableName: 'grant_review',
  properties: {
    id: p.string().primary(),
    grantId: p.string(),
    role: p.string(),
    institutionId: p.string().nullable(),
    state: p.string(),
    stateSince: p.datetime(),
    decidedBy: p.string().nullable(),
    reason: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type GrantReviewRow = InferEntity<typeof GrantReviewEntity>;
