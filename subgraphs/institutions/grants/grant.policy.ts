import { hasRole, institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { GrantEntity, GrantStepEntity } from './grant.entity.js';
import { GrantReviewEntity } from './grant-review.entity.js';

/**
 * People see their own grants and those that they delegated, an institution's administrators those of their
 * institution, the secretariat all.
 */
export const grantPolicy = rowPolicy(GrantEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  return {
    $or: [
      { subject: principal.subject },
      { givenBy: principal.subject, delegatedFrom: { $ne: null } },
      { institutionId: { $in: institutionsOf(principal, ['INSTITUTION_ADMIN']) } },
    ],
  };
});

/** The history of a grant is seen by its holder, the administrators of its institution and the secretariat. */
export const grantStepPolicy = rowPolicy(GrantStepEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  return {
    $or: [
      { subject: principal.subject },
      { institutionId: { $in: institutionsOf(principal, ['INSTITUTION_ADMIN']) } },
    ],
  };
});

/** Reviews are seen by those who decide them: the administrators of the institution and the secretariat. */
export const grantReviewPolicy = rowPolicy(GrantReviewEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return 'all';
  return { institutionId: { $in: institutionsOf(principal, ['INSTITUTION_ADMIN']) } };
});
