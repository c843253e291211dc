import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A serious violation that a member is said to have committed, from its opening to what follows from it. */
export const ViolationCaseEntity = defineEntity({
  name: 'ViolationCase',
  tableName: 'violation_case',
  properties: {
    id: p.string().primary(),
    caseNo: p.string(),
    membershipId: p.string(),
    institutionId: p.string(),
    /** What is said to be violated, for example `charter art. 12(3)`. */
    provision: p.string(),
    summary: p.string(),
    state: p.enum(['AWAITING_ANSWER', 'ANSWERED', 'CONCLUDED', 'CLOSED', 'EXIT_PROPOSED']),
    stateSince: p.datetime(),
    finding: p.enum(['SERIOUS', 'WARNING', 'UNFOUNDED']).nullable(),
    conclusion: p.string().nullable(),
    openedBy: p.string(),
    openedAt: p.datetime(),
    concludedBy: p.string().nullable(),
    concludedAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});

export type ViolationCaseRow = InferEntity<typeof ViolationCaseEntity>;

/** What one of the two sides said in a case; never changed. */
export const ViolationStatementEntity = defineEntity({
  name: 'ViolationStatement',
  tableName: 'violation_statement',
  properties: {
    /** The case's id and the place. */
    id: p.string().primary(),
    caseId: p.string(),
    /** From 1, in the order in which it was said. */
    place: p.integer(),
    institutionId: p.string(),
    kind: p.enum(['EVIDENCE', 'ANSWER']),
    text: p.string(),
    /** Where a document is found, as the one who speaks names it. */
    reference: p.string().nullable(),
    givenBy: p.string(),
    givenAt: p.datetime(),
  },
});

export type ViolationStatementRow = InferEntity<typeof ViolationStatementEntity>;
