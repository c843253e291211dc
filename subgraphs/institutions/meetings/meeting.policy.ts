import { hasRole, type Principal, type Role } from '../../kit/base/identity/principal.js';
import { idsIn } from '../../kit/room/policy/ids-in.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { AttendanceEntity, MeetingEntity, MinutesEntity, type MeetingRow } from './meeting.entity.js';

/** Officials of members and the councils, who are told what was held. */
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

/** A meeting is seen by those who are invited and the secretariat; what was held, by all members. */
export const meetingPolicy = rowPolicy<MeetingRow>(MeetingEntity, (principal) => {
  if (seesAll(principal)) return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  const own = { invitedSubjects: { $contains: [principal.subject] } };
  return hasRole(principal, informed) ? { $or: [own, { state: 'CLOSED' }] } : own;
});

/** Who came: for those who were invited and the secretariat. */
export const attendancePolicy = rowPolicy(AttendanceEntity, ofOwnMeeting);

/** As attendance. */
export const minutesPolicy = rowPolicy(MinutesEntity, ofOwnMeeting);

function ofOwnMeeting(principal: Principal) {
  if (seesAll(principal)) return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  const own = 'select id from meeting where invited_subjects @> array[?]::text[]';
  return { meetingId: idsIn(own, [principal.subject]) };
}
