import { hasRole } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { FigureSnapshotEntity } from './figure-snapshot.entity.js';

/** Frozen figures are about all members: for the secretariat and the councils to whom it reports (charter art. 17). */
export const figureSnapshotPolicy = rowPolicy(FigureSnapshotEntity, (principal) =>
  principal.kind === 'SERVICE' || hasRole(principal, ['SECRETARIAT', 'COUNCIL_MEMBER']) ? 'all' : 'none',
);
