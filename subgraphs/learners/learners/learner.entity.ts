import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A person who collects learning outcomes; opaque to everybody but themselves. */
export const LearnerEntity = defineEntity({
  name: 'Learner',
  tableName: 'learner',
  properties: {
    id: p.string().primary(),
    /** The identity provider's subject. */
    subject: p.string(),
    legalName: p.string(),
    /** Where a school record is proved to be this person's; kept by the database from the links. */
    attendedIds: p.array(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type LearnerRow = InferEntity<typeof LearnerEntity>;
