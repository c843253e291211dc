import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { mergedIntoInstitution, rolesTakenOver } from '../memberships/successors.js';
import type { Grant } from './grant.types.js';

/**
 * Grants, and after each those that it gives at the institutions merged into its own: the successor's officials see
 * and do there what the officials of the merged institution did, agreements, deposits and records alike. They carry
 * the id and the interval of the grant that they follow from, and end with it.
 */
export async function withTakenOver(scope: RequestScope, grants: readonly Grant[]): Promise<Grant[]> {
  const all = await Promise.all(
    grants.map(async (grant) => {
      if (grant.institutionId === null || !rolesTakenOver.includes(grant.role)) return [grant];
      const merged = await scope.load(mergedIntoInstitution, grant.institutionId);
      return [grant, ...merged.map((institutionId) => heldAt(grant, institutionId))];
    }),
  );
  return all.flat();
}

function heldAt(grant: Grant, institutionId: string): Grant {
  const {
    id,
    subject,
    role,
    servicePointId,
    delegatedFromId,
    delegable,
    purpose,
    givenBy,
    from,
    to,
    reviewDueAt,
    endReason,
    version,
  } = grant;
  return {
    id,
    subject,
    role,
    servicePointId,
    delegatedFromId,
    delegable,
    purpose,
    givenBy,
    from,
    to,
    reviewDueAt,
    endReason,
    version,
    institutionId,
  };
}
