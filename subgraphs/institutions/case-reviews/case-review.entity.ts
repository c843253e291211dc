import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A mark as it is kept. */
export interface StoredMark {
  readonly item: string;
  readonly mark: string;
  readonly remark: string | null;
}

/** What one expert says of one case, from the assignment to the conclusion. */
export const CaseReviewEntity = defineEntity({
  name: 'CaseReview',
  tableName: 'case_review',
  properties: {
    id: p.string().primary(),
    caseId: p.string(),
    caseNo: p.string(),
    /** The subject of the applicant, who never sees it, whatever roles they hold. */
    applicant: p.string(),
    expertId: p.string(),
    /** The expert's subject. */
    subject: p.string(),
    state: p.string(),
    stateSince: p.datetime(),
    marks: p.json<readonly StoredMark[]>(),
    vote: p.string().nullable(),
    opinion: p.string().nullable(),
    /** Why it was declined or released. */
    reason: p.string().nullable(),
    /** The subjects of the colleagues who may read it; empty until the review is concluded. */
    sharedWith: p.array(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type CaseReviewRow = InferEntity<typeof CaseReviewEntity>;
