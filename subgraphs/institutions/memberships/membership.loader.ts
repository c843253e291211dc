import type { FilterQuery } from '@mikro-orm/postgresql';
import { hasRole } from '../../kit/base/identity/principal.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { MembershipEntity, type MembershipRow } from './membership.entity.js';
import { stepsThatFollow, membershipMachine } from './membership.machine.js';
import type { ExitGround, Membership, MembershipState } from './membership.types.js';
import { isInStanding } from './standing.js';

/** A membership and who wants to act on it, as the machine looks at them. */
export function membershipContext(scope: RequestScope, { state, institutionId }: MembershipRow) {
  return { state, principal: scope.principal, institutionId, facts: undefined };
}

/** What the graph shows of a membership to the one who asks. */
export function showMembership(scope: RequestScope, row: MembershipRow): Membership {
  return {
    id: row.id,
    institutionId: row.institutionId,
    memberCode: row.memberCode,
    state: row.state as MembershipState,
    since: row.stateSince,
    inStanding: isInStanding(row),
    exitGround: (row.exitGround as ExitGround | null | undefined) ?? null,
    suspensionReason: maySeeReasons(scope, row) ? (row.suspensionReason ?? null) : null,
    joinedOn: row.joinedOn,
    dueAt: membershipMachine.dueAt(row.state, row.stateSince),
    availableActions: membershipMachine
      .availableActions(membershipContext(scope, row))
      .filter(({ action }) => !stepsThatFollow.includes(action)),
    version: row.version,
  };
}

/** That a member is suspended is public; why, is for itself and for those who decide on it. */
function maySeeReasons({ principal }: RequestScope, { institutionId }: MembershipRow): boolean {
  return (
    hasRole(principal, ['SECRETARIAT', 'COUNCIL_MEMBER']) ||
    hasRole(principal, 'INSTITUTION_ADMIN', institutionId)
  );
}

/** Memberships by institution; null where an institution is not a member. */
export const membershipByInstitution: LoaderDefinition<string, Membership | null> = {
  name: 'membershipByInstitution',
  async batch(scope, institutionIds) {
    const rows = await scope.find(MembershipEntity, { institutionId: { $in: [...institutionIds] } });
    const found = new Map(rows.map((row) => [row.institutionId, showMembership(scope, row)]));
    return institutionIds.map((id) => found.get(id) ?? null);
  },
};

/** The members that fit a condition. */
export function membersAmong(
  scope: RequestScope,
  where: FilterQuery<MembershipRow>,
): Promise<MembershipRow[]> {
  return scope.find(MembershipEntity, where);
}
