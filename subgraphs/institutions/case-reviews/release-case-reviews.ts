import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { CaseReviewRow } from './case-review.entity.js';
import { caseReviewWork } from './case-review.work.js';

/**
 * Releases the experts of a case that has just been withdrawn. The applicant may withdraw but sees nothing of the
 * reviews, so the database does it for them and says of each no more than the inbox needs.
 */
export async function releaseCaseReviews(
  transaction: MutationTransaction,
  caseId: string,
  at: Date,
): Promise<void> {
  const released = await transaction.sql.execute<{
    id: string;
    case_no: string;
    subject: string;
    version: number;
  }>(`select id, case_no, subject, version from release_case_reviews(?, ?::timestamptz)`, [
    caseId,
    at.toISOString(),
  ]);
  for (const { id, case_no: caseNo, subject, version } of released) {
    const row = { id, caseNo, subject, version, state: 'RELEASED', stateSince: at } as CaseReviewRow;
    await transaction.work(caseReviewWork, row);
  }
}
