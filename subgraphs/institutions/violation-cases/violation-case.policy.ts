import { hasRole, institutionsOf, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy, type Readable } from '../../kit/room/policy/row-policy.js';
import {
  ViolationCaseEntity,
  ViolationStatementEntity,
  type ViolationCaseRow,
  type ViolationStatementRow,
} from './violation-case.entity.js';

/** What a member is accused of is known to the secretariat, to the council that may decide on it, and to the member. */
function ofBothSides(principal: Principal): Readable<{ institutionId: string }> {
  if (principal.kind === 'SERVICE' || hasRole(principal, ['SECRETARIAT', 'COUNCIL_MEMBER'])) return 'all';
  const administered = institutionsOf(principal, ['INSTITUTION_ADMIN']);
  return administered.length === 0 ? 'none' : { institutionId: { $in: administered } };
}

/** Cases. */
export const violationCasePolicy = rowPolicy<ViolationCaseRow>(
  ViolationCaseEntity,
  (principal) => ofBothSides(principal) as Readable<ViolationCaseRow>,
);

/** What was said in them. */
export const violationStatementPolicy = rowPolicy<ViolationStatementRow>(
  ViolationStatementEntity,
  (principal) => ofBothSides(principal) as Readable<ViolationStatementRow>,
);
