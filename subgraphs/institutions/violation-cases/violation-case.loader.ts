import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import {
  ViolationCaseEntity,
  type ViolationCaseRow,
  type ViolationStatementRow,
} from './violation-case.entity.js';
import { violationCaseMachine } from './violation-case.machine.js';
import type {
  ViolationCase,
  ViolationCaseState,
  ViolationFinding,
  ViolationStatement,
  ViolationStatementKind,
} from './violation-case.types.js';

/** A case and who wants to act on it, as the machine looks at them. */
export function caseContext(
  scope: RequestScope,
  { state, stateSince, institutionId, openedBy }: ViolationCaseRow,
) {
  const answerDueAt = state === 'AWAITING_ANSWER' ? violationCaseMachine.dueAt(state, stateSince) : null;
  return {
    state,
    principal: scope.principal,
    institutionId,
    facts: { openedBy, answerDueAt, now: scope.clock.now() },
  };
}

/** What the graph shows of a case to the one who asks. */
export function showCase(scope: RequestScope, row: ViolationCaseRow): ViolationCase {
  return {
    id: row.id,
    caseNo: row.caseNo,
    membershipId: row.membershipId,
    institutionId: row.institutionId,
    provision: row.provision,
    summary: row.summary,
    state: row.state as ViolationCaseState,
    since: row.stateSince,
    dueAt: violationCaseMachine.dueAt(row.state, row.stateSince),
    finding: (row.finding as ViolationFinding | null | undefined) ?? null,
    conclusion: row.conclusion ?? null,
    openedBy: row.openedBy,
    openedAt: row.openedAt,
    concludedBy: row.concludedBy ?? null,
    concludedAt: row.concludedAt ?? null,
    availableActions: violationCaseMachine.availableActions(caseContext(scope, row)),
    version: row.version,
  };
}

/** What the graph shows of what was said. */
export function showStatement(row: ViolationStatementRow): ViolationStatement {
  const { place, text, givenBy, givenAt } = row;
  return {
    place,
    kind: row.kind as ViolationStatementKind,
    text,
    reference: row.reference ?? null,
    givenBy,
    givenAt,
  };
}

/** Cases by id; absent and hidden ones are null. */
export const violationCaseById: LoaderDefinition<string, ViolationCase | null> = {
  name: 'violationCaseById',
  async batch(scope, ids) {
    const rows = await scope.find(ViolationCaseEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showCase(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};
