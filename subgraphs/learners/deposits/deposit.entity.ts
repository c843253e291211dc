import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A result banked for a learner. Its content is written once; only its state and its review change. */
export const DepositEntity = defineEntity({
  name: 'Deposit',
  tableName: 'deposit',
  properties: {
    id: p.string().primary(),
    /** Null while nobody with a proved record and a verified identity is known (HELD). */
    learnerId: p.string().nullable(),
    ownerSubject: p.string().nullable(),
    issuerId: p.string(),
    studentNumber: p.string(),
    /** The key of the result at the school. */
    nativeKey: p.string(),
    /** Which sitting counts, for example FIRST or RESIT. */
    attempt: p.string(),
    courseCode: p.string().nullable(),
    title: p.string(),
    category: p.enum(['ACADEMIC', 'VOCATIONAL', 'CULTURE_LEISURE']),
    creditAmount: p.decimal('string').precision(18).scale(6),
    creditScheme: p.string(),
    hours: p.decimal('string').precision(18).scale(6).nullable(),
    grade: p.string().nullable(),
    gradeScale: p.string().nullable(),
    awardedOn: p.date().nullable(),
    term: p.string().nullable(),
    sourceSystem: p.string().nullable(),
    sourceMethod: p.string().nullable(),
    sourceAsOf: p.datetime().nullable(),
    sourceFreshness: p.string(),
    evidenceHash: p.string().nullable(),
    state: p.enum(['VALIDATED', 'HELD', 'BANKED', 'REJECTED', 'REVOKED']),
    stateEnteredAt: p.datetime(),
    enteredBy: p.string(),
    reviewedBy: p.string().nullable(),
    reviewedAt: p.datetime().nullable(),
    /** Why it was rejected or revoked. */
    reason: p.string().nullable(),
    revokedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type DepositRow = InferEntity<typeof DepositEntity>;
