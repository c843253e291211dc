import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { InstitutionEntity } from './institution.entity.js';

/** The roster is public (charter art. 11(1)): anybody may see every institution. */
export const institutionPolicy = rowPolicy(InstitutionEntity, () => 'all');
