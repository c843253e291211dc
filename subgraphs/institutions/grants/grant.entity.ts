import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/**
 * Who may act for which institution with which role, and when; revoked by closing the interval, never deleted. What
 * was delegated from it ends with it, and its history is written, by the database.
 */
export const GrantEntity = defineEntity({
  name: 'Grant',
  tableName: 'role_grant',
  properties: {
    id: p.string().primary(),
    subject: p.string(),
    role: p.string(),
    institutionId: p.string().nullable(),
    servicePointId: p.string().nullable(),
    /** The grant that its giver held and let this person act with. */
    delegatedFrom: p.string().nullable(),
    delegable: p.boolean().default(false),
    purpose: p.string().nullable(),
    validFrom: p.datetime(),
    validTo: p.datetime().nullable(),
    givenBy: p.string(),
    /** Left out, the database sets it to a year after the grant's first instant. */
    reviewDueAt: p.datetime().nullable(),
    revokedBy: p.string().nullable(),
    endedAt: p.datetime().nullable(),
    endReason: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type GrantRow = InferEntity<typeof GrantEntity>;

/** One thing that happened to a grant; written by the database, but for a review that kept it. */
export const GrantStepEntity = defineEntity({
  name: 'GrantStep',
  tableName: 'grant_step',
  properties: {
    id: p.integer().primary().autoincrement(),
    grantId: p.string(),
    subject: p.string(),
    institutionId: p.string().nullable(),
    kind: p.string(),
    at: p.datetime(),
    by: p.string(),
    reason: p.string().nullable(),
  },
});

export type GrantStepRow = InferEntity<typeof GrantStepEntity>;
