import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** Who may act for which institution with which role, and when; revoked by closing the interval, never deleted. */
export const GrantEntity = defineEntity({
  name: 'Grant',
  tableName: 'role_grant',
  properties: {
    id: p.string().primary(),
    subject: p.string(),
    role: p.string(),
    institutionId: p.string().nullable(),
    validFrom: p.datetime(),
    validTo: p.datetime().nullable(),
    givenBy: p.string(),
    revokedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type GrantRow = InferEntity<typeof GrantEntity>;
