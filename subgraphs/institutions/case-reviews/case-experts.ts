import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import { conflictOfInterest } from '../experts/conflict-of-interest.js';
import { ExpertConflictEntity, ExpertEntity, type ExpertRow } from '../experts/expert.entity.js';
import type { MembershipCaseRow } from '../membership-cases/membership-case.entity.js';
import { CaseReviewEntity, type CaseReviewRow } from './case-review.entity.js';

/** The states of those who take part in a review. */
const takingPart = ['ASSIGNED', 'GIVEN'];

/** The reviews of a case that count, locked, so that nobody changes their mind while they are counted. */
export async function countedReviews(
  transaction: MutationTransaction,
  caseId: string,
): Promise<CaseReviewRow[]> {
  const rows = await transaction.find(CaseReviewEntity, { caseId, state: { $in: takingPart } });
  const locked: CaseReviewRow[] = [];
  for (const { id } of rows.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const row = await transaction.lock(CaseReviewEntity, id);
    if (takingPart.includes(row.state)) locked.push(row);
  }
  return locked;
}

/** Experts by id, in the order given; each must be active. @throws AmrloError `NOT_FOUND`, `EXPERT_NOT_ACTIVE` */
export async function activeExperts(
  transaction: MutationTransaction,
  ids: readonly string[],
): Promise<ExpertRow[]> {
  const path = ['input', 'expertIds'];
  const rows = await transaction.find(ExpertEntity, { id: { $in: [...ids] } });
  const found = new Map(rows.map((row) => [row.id, row]));
  const experts = ids.map((id) => {
    const row = found.get(id);
    if (row === undefined) throw refuse('NOT_FOUND', { type: 'Expert', id }, path);
    return row;
  });
  const idle = experts.filter(({ state }) => state !== 'ACTIVE');
  if (idle.length > 0) throw refuse('EXPERT_NOT_ACTIVE', { names: namesOf(idle) }, path);
  return experts;
}

/** Those of the experts who are bound to the institution of a case (charter art. 16). */
export async function boundExperts(
  transaction: MutationTransaction,
  experts: readonly ExpertRow[],
  reviewed: Pick<MembershipCaseRow, 'institutionId' | 'applicant'>,
  now: Date,
): Promise<ExpertRow[]> {
  const declared = await transaction.find(ExpertConflictEntity, {
    institutionId: reviewed.institutionId,
    expertId: { $in: experts.map(({ id }) => id) },
  });
  const today = legalDate(now);
  return experts.filter((expert) => conflictOfInterest(expert, reviewed, declared, today) !== undefined);
}

/**
 * Makes sure that nobody judges an institution they are bound to.
 * @throws AmrloError `EXPERT_CONFLICT` naming everybody concerned
 */
export async function assertNoConflict(
  ...[transaction, experts, reviewed, now]: Parameters<typeof boundExperts>
): Promise<void> {
  const bound = await boundExperts(transaction, experts, reviewed, now);
  if (bound.length > 0) throw refuse('EXPERT_CONFLICT', { names: namesOf(bound) });
}

/** The experts of reviews, for a look at their conflicts. */
export async function expertsOf(
  transaction: MutationTransaction,
  reviews: readonly CaseReviewRow[],
): Promise<ExpertRow[]> {
  return transaction.find(ExpertEntity, { id: { $in: reviews.map(({ expertId }) => expertId) } });
}

function namesOf(experts: readonly ExpertRow[]): string {
  return experts.map(({ name }) => name).join('、');
}
