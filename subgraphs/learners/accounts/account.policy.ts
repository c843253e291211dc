import { institutionsOf, servicePointsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { recordOfficials } from '../learners/officials.js';
import { AccountEntity } from './account.entity.js';

/**
 * Learners see their own account; registrars and administrators those opened at their institution, clerks
 * those opened at their service point.
 */
export const accountPolicy = rowPolicy(AccountEntity, (principal) => {
  if (principal.kind === 'SERVICE') return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  return {
    $or: [
      { ownerSubject: principal.subject },
      { institutionId: { $in: institutionsOf(principal, recordOfficials) } },
      ...servicePointsOf(principal),
    ],
  };
});
