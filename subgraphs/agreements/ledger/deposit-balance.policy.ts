import { institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { DepositBalanceEntity, type DepositBalanceRow } from './deposit-balance.entity.js';

/** Learners see what is left of their own deposits, officials what is left of those of their institution. */
export const depositBalancePolicy = rowPolicy<DepositBalanceRow>(DepositBalanceEntity, (principal) => {
  if (principal.kind === 'SERVICE') return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  const institutions = institutionsOf(principal, ['REGISTRAR', 'INSTITUTION_ADMIN']);
  return { $or: [{ ownerSubject: principal.subject }, { issuerId: { $in: institutions } }] };
});
