import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** One edition of a learning outcome in the catalog (学习成果名录), from its proposal on. */
export const LearningOutcomeEntity = defineEntity({
  name: 'LearningOutcome',
  tableName: 'learning_outcome',
  properties: {
    id: p.string().primary(),
    outcomeCode: p.string(),
    /** 1, 2, …; new content is a new edition. */
    edition: p.integer(),
    title: p.string(),
    description: p.string().nullable(),
    kind: p.string(),
    level: p.integer().nullable(),
    issuerId: p.string(),
    courseId: p.string().nullable(),
    state: p.string(),
    stateSince: p.datetime(),
    /** Half-open: recognised from, valid until. */
    recognisedFrom: p.date().nullable(),
    validUntil: p.date().nullable(),
    /** What the last step said: which supplement is wanted, why it was rejected. */
    note: p.string().nullable(),
    supplement: p.string().nullable(),
    appeals: p.integer(),
    proposedBy: p.string(),
    assignedExpert: p.string().nullable(),
    decidedBy: p.string().nullable(),
    rejectedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type LearningOutcomeRow = InferEntity<typeof LearningOutcomeEntity>;
