import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { moveCase } from '../case-step.js';
import type { MotionConsequence } from '../motions/motion-consequence.js';
import { activityRequestKind } from './activity-request.loader.js';
import { ActivityRequestEntity } from './activity-request.entity.js';

/** The standing council's decision on an activity in the alliance's name (charter art. 12(1)). */
export const approveActivity: MotionConsequence = {
  kind: 'APPROVE_ACTIVITY',
  body: 'STANDING_COUNCIL',
  threshold: 'SIMPLE_MAJORITY',

  async assertAwaited(transaction, subjectId) {
    const [row] = await transaction.find(ActivityRequestEntity, { id: subjectId });
    if (row === undefined) throw refuse('NOT_FOUND', { type: 'ActivityRequest', id: subjectId });
    if (row.state !== 'SUBMITTED') {
      throw refuse('ACTION_NOT_ALLOWED', {
        type: 'ActivityRequest',
        state: row.state,
        action: 'APPROVE_ACTIVITY',
      });
    }
  },

  async decided(transaction, scope, decision) {
    const row = await transaction.lock(ActivityRequestEntity, decision.subjectId);
    // It was withdrawn or given back while the council voted: the decision stays on record, and nothing follows. So it
    // does when it was handed in anew since: what the council voted on is not what waits now.
    if (row.state !== 'SUBMITTED') return;
    const [openedBefore] = await transaction.sql.execute(
      'select 1 from motion where id = ? and opened_at < ?::timestamptz',
      [decision.motionId, row.stateSince.toISOString()],
    );
    if (openedBefore !== undefined) return;
    row.motionId = decision.motionId;
    row.motionNo = decision.motionNo;
    row.decidedAt = decision.decidedAt;
    await moveCase(scope, transaction, activityRequestKind, row, decision.carried ? 'approve' : 'refuse');
  },
};
