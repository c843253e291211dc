import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** An identity document of a person. The number is sealed; it is found again by a keyed hash, never by itself. */
export const PersonIdentityEntity = defineEntity({
  name: 'PersonIdentity',
  tableName: 'person_identity',
  properties: {
    id: p.string().primary(),
    learnerId: p.string(),
    ownerSubject: p.string(),
    /** Where the document is shown. */
    institutionId: p.string(),
    /** At which of its service points; null for the institution itself. */
    servicePointId: p.string().nullable(),
    documentType: p.enum(['RESIDENT_IDENTITY_CARD']),
    /** The name as the document shows it. */
    documentName: p.string(),
    /** The state that issued the document, ISO 3166-1 alpha-2. */
    issuer: p.string(),
    sealedNumber: p.text(),
    numberHash: p.string(),
    verifiedAt: p.datetime().nullable(),
    verifiedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type PersonIdentityRow = InferEntity<typeof PersonIdentityEntity>;
