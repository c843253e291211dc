import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { MembershipEntity } from './membership.entity.js';

/** Who is a member is public (charter art. 11(1)). */
export const membershipPolicy = rowPolicy(MembershipEntity, () => 'all');
