import { hasRole } from '../../kit/base/identity/principal.js';
import { endOfLegalDay } from '../../kit/room/machine/due-date.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import type { InstitutionKind } from '../institutions/institution.types.js';
import { completenessOf } from './case-completeness.js';
import { caseContext } from './case-step.js';
import {
  MembershipCaseEntity,
  MembershipCaseStepEntity,
  type MembershipCaseRow,
} from './membership-case.entity.js';
import {
  showChecklist,
  type MembershipCase,
  type MembershipCaseState,
  type MembershipCaseStep,
} from './membership-case.types.js';

/** What the graph shows of a case to the one who asks. */
export function showCase(scope: RequestScope, row: MembershipCaseRow): MembershipCase {
  const { principal } = scope;
  const seesContact = principal.subject === row.applicant || hasRole(principal, ['SECRETARIAT', 'SERVICE']);
  return {
    id: row.id,
    caseNo: row.caseNo,
    institutionId: row.institutionId,
    isListed: row.isListed,
    name: row.name ?? null,
    kind: (row.kind as InstitutionKind | null) ?? null,
    creditCode: row.creditCode ?? null,
    province: row.province ?? null,
    contact: seesContact
      ? {
          name: row.contactName ?? null,
          phone: row.contactPhone ?? null,
          email: row.contactEmail ?? null,
        }
      : null,
    letter:
      row.letterUploadId == null
        ? null
        : { fileName: row.letterFileName ?? row.caseNo, sha256: row.letterSha256 ?? '' },
    charterVersion: row.charterVersion ?? null,
    charterAcceptedAt: row.charterAcceptedAt ?? null,
    truthAttestedAt: row.truthAttestedAt ?? null,
    previousCaseNo: row.previousCaseNo ?? null,
    completeness: completenessOf(row),
    supplementItems: [...row.supplementItems],
    supplementAnswer: row.supplementAnswer ?? null,
    checklistVersion: row.checklistVersion ?? null,
    checklist: showChecklist(row.checklist, scope.locale),
    votesPass: row.votesPass ?? null,
    votesFail: row.votesFail ?? null,
    conclusion: row.conclusion ?? null,
    motionNo: row.motionNo ?? null,
    approvedAt: row.approvedAt ?? null,
    activatedAt: row.activatedAt ?? null,
    membershipId: row.membershipId ?? null,
    state: row.state as MembershipCaseState,
    since: row.stateSince,
    dueOn: row.dueOn ?? null,
    dueAt: row.dueOn == null ? null : endOfLegalDay(row.dueOn),
    isOverdue: caseContext(scope, row).facts.isOverdue,
    version: row.version,
    createdAt: row.createdAt,
    letterUploadId: row.letterUploadId ?? null,
    applicant: row.applicant,
  };
}

/** Cases by id; absent and hidden ones are null. */
export const membershipCaseById: LoaderDefinition<string, MembershipCase | null> = {
  name: 'membershipCaseById',
  async batch(scope, ids) {
    const rows = await scope.find(MembershipCaseEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showCase(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** The steps of cases that the caller sees, in the order in which they were taken. */
export const stepsByCase: LoaderDefinition<string, MembershipCaseStep[]> = {
  name: 'stepsByCase',
  async batch(scope, caseIds) {
    const rows = await scope.find(
      MembershipCaseStepEntity,
      { caseId: { $in: [...caseIds] } },
      { orderBy: [{ caseId: 'asc' }, { place: 'asc' }] },
    );
    const found = Map.groupBy(rows, (row) => row.caseId);
    return caseIds.map((id) =>
      (found.get(id) ?? []).map((row) => ({
        place: row.place,
        action: row.action,
        fromState: (row.fromState as MembershipCaseState | null) ?? null,
        toState: row.toState as MembershipCaseState,
        role: row.role,
        remark: row.remark ?? null,
        takenAt: row.takenAt,
      })),
    );
  },
};
