import { institutionsOf } from '../../kit/base/identity/principal.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import {
  SubAllianceEntity,
  type SubAllianceMemberRow,
  type SubAllianceReportRow,
  type SubAllianceRow,
} from './sub-alliance.entity.js';
import { subAllianceMachine, type SubAllianceStateName } from './sub-alliance.machine.js';
import type {
  SubAlliance,
  SubAllianceKind,
  SubAllianceMember,
  SubAllianceMemberState,
  SubAllianceReport,
  SubAllianceReportState,
  SubAllianceState,
  SupervisionFinding,
} from './sub-alliance.types.js';

/** A sub-alliance and who wants to act on it, as the machine looks at them. */
export function subAllianceContext(scope: RequestScope, row: SubAllianceRow) {
  return {
    state: row.state as SubAllianceStateName,
    principal: scope.principal,
    institutionId: row.leadInstitutionId,
    facts: undefined,
  };
}

/** What the graph shows of a sub-alliance to the one who asks. */
export function showSubAlliance(scope: RequestScope, row: SubAllianceRow): SubAlliance {
  return {
    id: row.id,
    leadInstitutionId: row.leadInstitutionId,
    successorId: row.successorId ?? null,
    name: { zh: row.nameZh, en: row.nameEn },
    kind: row.kind as SubAllianceKind,
    field: row.field,
    purpose: row.purpose,
    state: row.state as SubAllianceState,
    foundedAt: row.foundedAt ?? null,
    dueAt: subAllianceMachine.dueAt(row.state as SubAllianceStateName, row.stateSince),
    availableActions: subAllianceMachine
      .availableActions(subAllianceContext(scope, row))
      .filter(({ action }) => action.includes('SubAlliance')),
    version: row.version,
  };
}

/** What the graph shows of a member of a sub-alliance. */
export function showSubAllianceMember(row: SubAllianceMemberRow): SubAllianceMember {
  return {
    id: row.id,
    institutionId: row.institutionId,
    state: row.state as SubAllianceMemberState,
    from: row.validFrom ?? null,
    to: row.validTo ?? null,
    version: row.version,
  };
}

/** What the graph shows of a report. */
export function showSubAllianceReport(row: SubAllianceReportRow): SubAllianceReport {
  return {
    id: row.id,
    year: row.year,
    text: row.text,
    state: row.state as SubAllianceReportState,
    finding: (row.finding as SupervisionFinding | null) ?? null,
    remark: row.remark ?? null,
    version: row.version,
  };
}

/** Whether the one who asks administers an institution. */
export function administers(scope: RequestScope, institutionId: string): boolean {
  return institutionsOf(scope.principal, ['INSTITUTION_ADMIN']).includes(institutionId);
}

/** Sub-alliances by id; absent and hidden ones are null. */
export const subAllianceById: LoaderDefinition<string, SubAlliance | null> = {
  name: 'subAllianceById',
  async batch(scope, ids) {
    const rows = await scope.find(SubAllianceEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showSubAlliance(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};
