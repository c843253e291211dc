import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A learning account: the right to bank learning outcomes. One per learner; closed ones are reopened. */
export const AccountEntity = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: {
    id: p.string().primary(),
    learnerId: p.string(),
    ownerSubject: p.string(),
    /** Where the identity document is shown. */
    institutionId: p.string(),
    /** At which of its service points; null for the institution itself. */
    servicePointId: p.string().nullable(),
    state: p.enum(['APPLIED', 'IDENTITY_PENDING', 'ACTIVE', 'FROZEN', 'CLOSED', 'REFUSED', 'WITHDRAWN']),
    stateEnteredAt: p.datetime(),
    refusedReason: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type AccountRow = InferEntity<typeof AccountEntity>;
