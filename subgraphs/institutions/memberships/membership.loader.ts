import type { FilterQuery } from '@mikro-orm/postgresql';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { MembershipEntity, type MembershipRow } from './membership.entity.js';
import { membershipMachine } from './membership.machine.js';
import { type MembershipState, type Membership } from './membership.types.js';

/** What the graph shows of a membership to the one who asks. */
export function showMembership(scope: RequestScope, row: MembershipRow): Membership {
  const state = row.state as MembershipState;
  return {
    id: row.id,
    institutionId: row.institutionId,
    memberCode: row.memberCode,
    state,
    since: row.stateSince,
    joinedOn: row.joinedOn,
    dueAt: membershipMachine.dueAt(state, row.stateSince),
    availableActions: membershipMachine.availableActions({
      state,
      principal: scope.principal,
      institutionId: row.institutionId,
      facts: undefined,
    }),
    version: row.version,
  };
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
