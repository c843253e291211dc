import { institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { recordOfficials } from '../learners/officials.js';
import { StudentRecordLinkEntity } from './student-record-link.entity.js';

/** Learners see their own links, officials those that are proved at their own institution. */
export const studentRecordLinkPolicy = rowPolicy(StudentRecordLinkEntity, (principal) => {
  if (principal.kind === 'SERVICE') return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  return {
    $or: [
      { ownerSubject: principal.subject },
      { institutionId: { $in: institutionsOf(principal, recordOfficials) }, confirmedAt: { $ne: null } },
    ],
  };
});
