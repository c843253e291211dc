import type { FilterQuery } from '@mikro-orm/postgresql';
import { hasRole } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import {
  MembershipCaseEntity,
  MembershipCaseStepEntity,
  type MembershipCaseRow,
} from './membership-case.entity.js';
import { councilStates } from './membership-case.machine.js';

/** The applicant sees their own cases, experts those they review, the council what awaits or had its decision. */
export const membershipCasePolicy = rowPolicy(MembershipCaseEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  const visible: FilterQuery<MembershipCaseRow>[] = [
    { applicant: principal.subject },
    { reviewers: { $contains: [principal.subject] } },
  ];
  if (hasRole(principal, 'COUNCIL_MEMBER')) visible.push({ state: { $in: [...councilStates] } });
  return { $or: visible };
});

/**
 * The steps of a case are read with their case, never by themselves: whoever sees the case sees them. The row policy of
 * the database asks for the same.
 */
export const membershipCaseStepPolicy = rowPolicy(MembershipCaseStepEntity, (principal) =>
  principal.kind === 'ANONYMOUS' ? 'none' : 'all',
);
