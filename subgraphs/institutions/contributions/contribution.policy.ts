import { hasRole, institutionsOf, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import {
  ContributionEntryEntity,
  ContributionSchemeEntity,
  ContributionScoreEntity,
} from './contribution.entity.js';

const officials = ['INSTITUTION_ADMIN', 'REGISTRAR'] as const;

/** What counts how much is known to every member before it counts. */
export const contributionSchemePolicy = rowPolicy(ContributionSchemeEntity, (principal) =>
  oversees(principal) || hasRole(principal, officials) ? 'all' : 'none',
);

/** A member sees what was recorded of it. */
export const contributionEntryPolicy = rowPolicy(ContributionEntryEntity, (principal) => {
  if (oversees(principal)) return 'all';
  const institutions = institutionsOf(principal, officials);
  return institutions.length === 0 ? 'none' : { institutionId: { $in: institutions } };
});

/** Published scores are the members' common knowledge; before that they are seen by those who oversee. */
export const contributionScorePolicy = rowPolicy(ContributionScoreEntity, (principal) => {
  if (oversees(principal)) return 'all';
  return hasRole(principal, officials) ? { publishedAt: { $ne: null } } : 'none';
});

function oversees(principal: Principal): boolean {
  return hasRole(principal, ['SERVICE', 'SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR']);
}
