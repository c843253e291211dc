import type { WorkSource } from '../../kit/room/work/work-source.js';
import { CaseReviewEntity, type CaseReviewRow } from './case-review.entity.js';
import { caseReviewMachine } from './case-review.machine.js';

/** Reviews wait for the one expert they were given to. */
export const caseReviewWork: WorkSource<CaseReviewRow> = {
  type: 'CaseReview',
  entity: CaseReviewEntity,
  machine: caseReviewMachine,
  item: ({ caseNo, stateSince, subject }) => ({ about: caseNo, since: stateSince, subjects: [subject] }),
};
