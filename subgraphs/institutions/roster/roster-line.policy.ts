import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { RosterLineEntity } from './roster-line.entity.js';

/** The roster of members is public, also that of earlier days (charter art. 11(1)). */
export const rosterLinePolicy = rowPolicy(RosterLineEntity, () => 'all');
