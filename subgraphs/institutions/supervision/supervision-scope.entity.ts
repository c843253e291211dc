import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** What an authority may look at, and for how long; ended by revoking it, never changed. */
export const SupervisionScopeEntity = defineEntity({
  name: 'SupervisionScope',
  tableName: 'supervision_scope',
  properties: {
    id: p.string().primary(),
    authority: p.string(),
    /** Either a person by subject or a grant of the role SUPERVISOR. */
    subject: p.string().nullable(),
    grantId: p.string().nullable(),
    /** Null: every province, every institution. Both given: institutions of these provinces among these. */
    provinces: p.array().nullable(),
    institutionIds: p.array().nullable(),
    validFrom: p.date(),
    validTo: p.date(),
    legalBasis: p.string(),
    givenBy: p.string(),
    revokedAt: p.datetime().nullable(),
    revokedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type SupervisionScopeRow = InferEntity<typeof SupervisionScopeEntity>;
