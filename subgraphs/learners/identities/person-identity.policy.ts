import { institutionsOf, servicePointsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { recordOfficials } from '../learners/officials.js';
import { PersonIdentityEntity } from './person-identity.entity.js';

/** Learners see their own documents (masked in the graph); officials those that are shown at their institution or point. */
export const personIdentityPolicy = rowPolicy(PersonIdentityEntity, (principal) => {
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
