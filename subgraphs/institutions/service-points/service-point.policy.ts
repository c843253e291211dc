import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { ServicePointEntity } from './service-point.entity.js';

/** Where learners are served is public. */
export const servicePointPolicy = rowPolicy(ServicePointEntity, () => 'all');
