import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import { MembershipCaseEntity } from './membership-case.entity.js';

/**
 * The number of the last case of an institution that ended, as far as the caller may know of it: a new attempt is a new
 * case that names the old one, also of a member that has left (model.md section 2). Null where there is none.
 */
export async function lastEndedCase(
  transaction: MutationTransaction,
  institutionId: string,
): Promise<string | null> {
  const ended = await transaction.find(MembershipCaseEntity, {
    institutionId,
    state: { $in: ['REVIEW_FAILED', 'REFUSED', 'WITHDRAWN', 'ACTIVATED'] },
  });
  // Ids sort by the time at which they were made.
  return ended.sort((a, b) => (a.id < b.id ? 1 : -1))[0]?.caseNo ?? null;
}
