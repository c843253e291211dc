import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A person of the pool of experts (charter art. 16). */
export const ExpertEntity = defineEntity({
  name: 'Expert',
  tableName: 'expert',
  properties: {
    id: p.string().primary(),
    subject: p.string(),
    name: p.string(),
    /** Where the expert works. */
    institutionId: p.string(),
    /** The member that nominated the expert. */
    nominatedBy: p.string(),
    /** Broad fields of ISCED-F 2013, two digits. */
    fields: p.array(),
    expertise: p.string(),
    state: p.string(),
    stateSince: p.datetime(),
    /** Half-open. */
    activeFrom: p.datetime().nullable(),
    activeTo: p.datetime().nullable(),
    /** The grant of the role that came with the confirmation. */
    grantId: p.string().nullable(),
    note: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type ExpertRow = InferEntity<typeof ExpertEntity>;

/** A bond of an expert to an institution that was declared; never changed. */
export const ExpertConflictEntity = defineEntity({
  name: 'ExpertConflict',
  tableName: 'expert_conflict',
  properties: {
    expertId: p.string().primary(),
    institutionId: p.string().primary(),
    /** Legal dates, half-open. */
    validFrom: p.date().primary(),
    validTo: p.date().nullable(),
    /** The expert's subject. */
    subject: p.string(),
    reason: p.string(),
    declaredBy: p.string(),
    declaredAt: p.datetime(),
  },
});

export type ExpertConflictRow = InferEntity<typeof ExpertConflictEntity>;
