import { endOfLegalDay } from '../../kit/room/machine/due-date.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { CouncilFilingEntity, type CouncilFilingRow } from './council-filing.entity.js';
import { councilFilingMachine, type CouncilFilingStateName } from './council-filing.machine.js';
import type { CouncilFiling, CouncilFilingState } from './council-filing.types.js';

/** What the graph shows of a filing to the one who asks. */
export function showFiling(scope: RequestScope, row: CouncilFilingRow): CouncilFiling {
  const dueAt = row.dueOn == null ? null : endOfLegalDay(row.dueOn);
  return {
    id: row.id,
    caseId: row.caseId,
    institutionId: row.institutionId,
    memberCode: row.memberCode,
    name: row.name,
    approvedOn: row.approvedOn,
    admittedOn: row.admittedOn,
    state: row.state as CouncilFilingState,
    since: row.stateSince,
    dueAt,
    isOverdue: dueAt !== null && scope.clock.now() >= dueAt,
    meetingId: row.meetingId ?? null,
    remark: row.remark ?? null,
    availableActions: councilFilingMachine.availableActions({
      state: row.state as CouncilFilingStateName,
      principal: scope.principal,
      facts: undefined,
    }),
    version: row.version,
  };
}

/** Filings by id; absent and hidden ones are null. */
export const councilFilingById: LoaderDefinition<string, CouncilFiling | null> = {
  name: 'councilFilingById',
  async batch(scope, ids) {
    const rows = await scope.find(CouncilFilingEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showFiling(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};
