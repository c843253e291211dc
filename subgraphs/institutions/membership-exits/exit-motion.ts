import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { MotionConsequence } from '../motions/motion-consequence.js';
import { MembershipExitEntity, type MembershipExitRow } from './membership-exit.entity.js';
import { lockExit, moveExit, returnOf } from './move-exit.js';

/**
 * The exit of a member is a decision of the standing council, by the majority of the votes (charter art. 21;
 * model.md 3.14 and 9.3). The motion's subject is the exit. Carried, the member fulfils what it owes and leaves; not
 * carried, it is again what it was. From a proposal that was withdrawn while the council voted nothing follows; its
 * motion can still be closed, so that it does not stay open for good.
 */
export const exitMember: MotionConsequence = {
  kind: 'EXIT_MEMBER',
  body: 'STANDING_COUNCIL',
  threshold: 'SIMPLE_MAJORITY',
  async assertAwaited(transaction, subjectId) {
    const [exit] = await transaction.find(MembershipExitEntity, { id: subjectId });
    if (exit === undefined) throw refuse('NOT_FOUND', { type: 'MembershipExit', id: subjectId });
    if (exit.state !== 'PROPOSED') throw notAwaited(exit);
  },
  async decided(transaction, scope, { motionId, motionNo, subjectId, carried, decidedAt }) {
    const locked = await lockExit(transaction, subjectId);
    const { exit, membership } = locked;
    if (exit.state === 'WITHDRAWN') return;
    if (exit.state !== 'PROPOSED') throw notAwaited(exit);
    const motion = { motionId, motionNo, decidedAt };
    const changed = await moveExit(
      scope,
      transaction,
      locked,
      carried
        ? {
            action: 'approveExit',
            change: { ...motion, runOffSince: decidedAt },
            follows: 'beginRunOff',
            membershipChange: { exitGround: exit.ground },
          }
        : { action: 'rejectExit', change: motion, follows: returnOf(membership) },
    );
    // Beside the motion's own row in the trail, which is about the motion.
    scope.audit({
      action: 'CHANGE_EXIT',
      subjectType: 'MembershipExit',
      outcome: 'ALLOWED',
      subjectId: exit.id,
      ...changed,
    });
  },
};

function notAwaited({ exitNo, state }: MembershipExitRow) {
  return refuse('EXIT_NOT_AWAITED', { exitNo, state });
}
