import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** One entry of the ledger of what members do; never changed, taken back by an entry that names it. */
export const MemberActivityEntity = defineEntity({
  name: 'MemberActivity',
  tableName: 'member_activity',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    kind: p.string(),
    occurredOn: p.date(),
    title: p.string(),
    /** The room whose event it is, or `secretariat`. */
    source: p.string(),
    eventId: p.string().nullable(),
    subjectType: p.string().nullable(),
    subjectId: p.string().nullable(),
    evidence: p.string().nullable(),
    evidenceUploadId: p.string().nullable(),
    evidenceSha256: p.string().nullable(),
    retracts: p.string().nullable(),
    reason: p.string().nullable(),
    recordedBy: p.string(),
    createdAt: p.datetime(),
  },
});

export type MemberActivityRow = InferEntity<typeof MemberActivityEntity>;
