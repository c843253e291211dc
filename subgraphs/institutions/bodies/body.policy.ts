import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { BodyEntity } from './body.entity.js';

/** The bodies of the alliance are public. */
export const bodyPolicy = rowPolicy(BodyEntity, () => 'all');
