import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { InstitutionNameEntity, MembershipPeriodEntity } from './roster-history.entity.js';

/** Names are public, the earlier ones too. */
export const institutionNamePolicy = rowPolicy(InstitutionNameEntity, () => 'all');

/** Who was a member when is public (charter art. 11(1)). */
export const membershipPeriodPolicy = rowPolicy(MembershipPeriodEntity, () => 'all');
