import { hasRole, type Principal, type Role } from '../../kit/base/identity/principal.js';
import { idsIn } from '../../kit/room/policy/ids-in.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { BallotEntity, MotionElectorEntity, MotionEntity } from './motion.entity.js';

/** Officials of members and the councils, who are given the results. */
const informed: readonly Role[] = [
  'INSTITUTION_ADMIN',
  'REGISTRAR',
  'TEACHER',
  'SERVICE_POINT_CLERK',
  'COUNCIL_MEMBER',
];

function seesAll(principal: Principal): boolean {
  return principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT');
}

/** A motion is seen by those who vote on it and the secretariat; what was decided, by all members. */
export const motionPolicy = rowPolicy(MotionEntity, (principal) => {
  if (seesAll(principal)) return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  const own = { electorSubjects: { $contains: [principal.subject] } };
  if (!hasRole(principal, informed)) return own;
  return { $or: [own, { state: { $in: ['CARRIED', 'REJECTED'] } }] };
});

/** The electorate and who voted: for the secretariat and whoever votes on the motion. */
export const motionElectorPolicy = rowPolicy(MotionElectorEntity, ofOwnMotion);

/** As the electorate; what was voted in secret is not in these rows. */
export const ballotPolicy = rowPolicy(BallotEntity, ofOwnMotion);

function ofOwnMotion(principal: Principal) {
  if (seesAll(principal)) return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  // A list of electors on each of their rows would be as long as the electorate is, squared.
  const own = 'select id from motion where elector_subjects @> array[?]::text[]';
  return { motionId: idsIn(own, [principal.subject]) };
}
