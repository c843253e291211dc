import { institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { identityOfficials } from '../learners/officials.js';
import { AccountEntity } from './account.entity.js';

/** Learners see their own account; those who check documents for an institution see the accounts opened there. */
export const accountPolicy = rowPolicy(AccountEntity, (principal) => {
  if (principal.kind === 'SERVICE') return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  return {
    $or: [
      { ownerSubject: principal.subject },
      { institutionId: { $in: institutionsOf(principal, identityOfficials) } },
    ],
  };
});
