import { institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { recordOfficials } from '../learners/officials.js';
import { DepositEntity, type DepositRow } from './deposit.entity.js';

/**
 * A school's officials see what their school deposited, learners what is theirs. A HELD deposit is invisible to
 * everybody but the depositing school and the bank itself (model.md section 3.3).
 */
export const depositPolicy = rowPolicy<DepositRow>(DepositEntity, (principal) => {
  if (principal.kind === 'SERVICE') return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  return {
    $or: [
      { issuerId: { $in: institutionsOf(principal, recordOfficials) } },
      { ownerSubject: principal.subject, state: { $ne: 'HELD' } },
    ],
  };
});
