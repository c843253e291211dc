import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { MotionConsequence } from '../motions/motion-consequence.js';
import { takeStep } from './case-step.js';
import { MembershipCaseEntity, type MembershipCaseRow } from './membership-case.entity.js';

/**
 * The standing council approves or refuses a new member (charter art. 14), by the motion about its case. Whoever may
 * close the motion may take this effect; nobody else can.
 */
export const admitMember: MotionConsequence = {
  kind: 'ADMIT_MEMBER',
  body: 'STANDING_COUNCIL',
  threshold: 'SIMPLE_MAJORITY',

  async assertAwaited(transaction, subjectId) {
    const [row] = await transaction.find(MembershipCaseEntity, { id: subjectId });
    if (row === undefined) throw refuse('NOT_FOUND', { type: 'MembershipCase', id: subjectId });
    assertWaits(row);
  },

  async decided(
    transaction: MutationTransaction,
    scope,
    { motionId, motionNo, subjectId, carried, decidedAt },
  ) {
    const row = await transaction.lock(MembershipCaseEntity, subjectId);
    assertWaits(row);
    await takeStep(transaction, scope, row, {
      action: carried ? 'approveMembershipCase' : 'refuseMembershipCase',
      role: 'STANDING_COUNCIL',
      remark: motionNo,
      change: {
        motionId,
        motionNo,
        ...(carried ? { approvedBy: 'STANDING_COUNCIL', approvedAt: decidedAt } : {}),
      },
    });
  },
};

function assertWaits(row: MembershipCaseRow): void {
  if (row.state !== 'REVIEW_PASSED') throw refuse('MEMBERSHIP_CASE_NOT_PASSED');
}
