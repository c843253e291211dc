import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { dueDateAfter } from '../../kit/room/machine/due-date.js';
import { moveCase } from '../case-step.js';
import type { MotionConsequence } from '../motions/motion-consequence.js';
import { FeeScheduleEntity } from './fee-schedule.entity.js';
import { feeScheduleKind } from './fee-schedule.loader.js';

/** The standing council's decision on what members pay (charter art. 22). */
export const adoptFeeSchedule: MotionConsequence = {
  kind: 'ADOPT_FEE_SCHEDULE',
  body: 'STANDING_COUNCIL',
  threshold: 'SIMPLE_MAJORITY',

  async assertAwaited(transaction, subjectId) {
    const [row] = await transaction.find(FeeScheduleEntity, { id: subjectId });
    if (row === undefined) throw refuse('NOT_FOUND', { type: 'FeeSchedule', id: subjectId });
    if (row.state !== 'PROPOSED') {
      throw refuse('ACTION_NOT_ALLOWED', {
        type: 'FeeSchedule',
        state: row.state,
        action: 'ADOPT_FEE_SCHEDULE',
      });
    }
  },

  async decided(transaction, scope, decision) {
    const row = await transaction.lock(FeeScheduleEntity, decision.subjectId);
    // It was withdrawn while the council voted: the decision stays on record, and nothing follows.
    if (row.state !== 'PROPOSED') return;
    row.motionId = decision.motionId;
    row.motionNo = decision.motionNo;
    if (decision.carried) {
      // No fee acts back: what was adopted late counts from the day after.
      const dayAfter = dueDateAfter(legalDate(decision.decidedAt), 1);
      row.inForceFrom = row.effectiveFrom > dayAfter ? row.effectiveFrom : dayAfter;
    }
    await moveCase(scope, transaction, feeScheduleKind, row, decision.carried ? 'adopt' : 'reject');
  },
};
