import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import type { ExitGround } from '../memberships/membership.types.js';
import { MembershipExitEntity, type MembershipExitRow } from './membership-exit.entity.js';
import { decidedByMotion, membershipExitMachine } from './membership-exit.machine.js';
import type { InactivityFinding, MembershipExit, MembershipExitState } from './membership-exit.types.js';

/** An exit and who wants to act on it, as the machine looks at them. */
export function exitContext(scope: RequestScope, row: MembershipExitRow) {
  const { state, institutionId, ground } = row;
  return { state, principal: scope.principal, institutionId, facts: { ground, institutionId } };
}

/** What the graph shows of an exit to the one who asks. */
export function showExit(scope: RequestScope, row: MembershipExitRow): MembershipExit {
  return {
    id: row.id,
    exitNo: row.exitNo,
    membershipId: row.membershipId,
    institutionId: row.institutionId,
    ground: row.ground as ExitGround,
    reason: row.reason,
    inactivity: row.inactivity == null ? null : showFinding(row.inactivity),
    state: row.state as MembershipExitState,
    since: row.stateSince,
    dueAt: membershipExitMachine.dueAt(row.state, row.stateSince),
    proposedBy: row.proposedBy,
    proposedAt: row.proposedAt,
    motionNo: row.motionNo ?? null,
    decidedAt: row.decidedAt ?? null,
    runOffSince: row.runOffSince ?? null,
    exitedAt: row.exitedAt ?? null,
    availableActions: membershipExitMachine
      .availableActions(exitContext(scope, row))
      .filter(({ action }) => !decidedByMotion.includes(action)),
    version: row.version,
    violationCaseId: row.violationCaseId ?? null,
  };
}

/** Exits by id; absent and hidden ones are null. */
export const exitById: LoaderDefinition<string, MembershipExit | null> = {
  name: 'exitById',
  async batch(scope, ids) {
    const rows = await scope.find(MembershipExitEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showExit(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/**
 * The last exit that a membership goes through or went through: not the rejected and withdrawn ones; null without one.
 * A member that came back may leave again.
 */
export const exitOfMembership: LoaderDefinition<string, MembershipExit | null> = {
  name: 'exitOfMembership',
  async batch(scope, membershipIds) {
    const rows = await scope.find(
      MembershipExitEntity,
      { membershipId: { $in: [...membershipIds] }, state: { $in: ['PROPOSED', 'RUN_OFF', 'COMPLETED'] } },
      { orderBy: [{ proposedAt: 'asc' }, { id: 'asc' }] },
    );
    const found = new Map(rows.map((row) => [row.membershipId, showExit(scope, row)]));
    return membershipIds.map((id) => found.get(id) ?? null);
  },
};

function showFinding(finding: NonNullable<MembershipExitRow['inactivity']>): InactivityFinding {
  return {
    windowFrom: new Date(finding.windowFrom),
    windowTo: new Date(finding.windowTo),
    memberSince: new Date(finding.memberSince),
    lastActivityAt: finding.lastActivityAt === null ? null : new Date(finding.lastActivityAt),
    counts: [...finding.counts],
  };
}
