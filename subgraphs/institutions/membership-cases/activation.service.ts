import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { releaseCaseReviews } from '../case-reviews/release-case-reviews.js';
import { fileWithCouncil } from '../council-filings/new-filing.js';
import { createGrant } from '../grants/new-grant.js';
import { InstitutionEntity, type InstitutionRow } from '../institutions/institution.entity.js';
import { admitInstitution } from '../memberships/new-membership.js';
import { charterVersionInForce } from '../regulations/regulation-in-force.js';
import { auditedCase, lockForStep, takeStep } from './case-step.js';
import type { MembershipCaseRow } from './membership-case.entity.js';
import type {
  ActivateMembershipInput,
  CloseMembershipCaseInput,
  MembershipCasePayload,
} from './membership-case.inputs.js';
import { showCase } from './membership-case.loader.js';

const reason = z.object({ reason: z.string().trim().min(1, '1–2000').max(2_000, '1–2000') });

/** How the secretariat ends a case: by making the institution a member, or because the applicant is overdue. */
export class ActivationService {
  /**
   * Makes the applicant of an approved case a member, or again one, in one transaction: the institution where it is on no list, the
   * membership, the filing with the council, the applicant's grant.
   */
  activate(scope: RequestScope, input: ActivateMembershipInput): Promise<MembershipCasePayload> {
    const action = 'activateMembership';
    return mutate(
      scope,
      { operation: action, action: 'DECIDE_MEMBERSHIP', subjectType: 'MembershipCase', input },
      async (transaction) => {
        const shown = (row: MembershipCaseRow) => ({ membershipCase: showCase(scope, row) });
        const row = await lockForStep(transaction, scope, action, input, shown);
        const now = scope.clock.now();
        const before = auditedCase(row, now);
        const charterInForce = await acceptedCharter(transaction, row, input, now);
        const institution = await institutionOf(transaction, row, now);
        const membership = await admitInstitution(transaction, scope, {
          institutionId: institution.id,
          memberCode: input.memberCode,
          joinedOn: legalDate(now),
          charterVersion: charterInForce,
        });
        createGrant(transaction, scope, {
          subject: row.applicant,
          role: 'INSTITUTION_ADMIN',
          institutionId: institution.id,
        });
        await takeStep(transaction, scope, row, {
          action,
          role: 'SECRETARIAT',
          remark: input.memberCode,
          change: { membershipId: membership.id, activatedAt: now, charterInForce },
        });
        await fileWithCouncil(transaction, {
          caseId: row.id,
          institutionId: institution.id,
          membershipId: membership.id,
          memberCode: membership.memberCode,
          name: institution.name,
          approvedAt: row.approvedAt ?? now,
          admittedAt: now,
        });
        transaction.audited({ subjectId: row.id, before, after: auditedCase(row, now), detail: { action } });
        return shown(row);
      },
    );
  }

  /** Closes a case whose applicant has let the time pass; a new one may be opened. */
  close(scope: RequestScope, input: CloseMembershipCaseInput): Promise<MembershipCasePayload> {
    const action = 'closeMembershipCase';
    return mutate(
      scope,
      { operation: action, action: 'CHANGE_MEMBERSHIP_CASE', subjectType: 'MembershipCase', input },
      async (transaction) => {
        const shown = (row: MembershipCaseRow) => ({ membershipCase: showCase(scope, row) });
        const row = await lockForStep(transaction, scope, action, input, shown);
        const now = scope.clock.now();
        const before = auditedCase(row, now);
        const { reason: remark } = checkInput(reason, input);
        await takeStep(transaction, scope, row, { action, role: 'SECRETARIAT', remark });
        await releaseCaseReviews(transaction, row.id, now);
        transaction.audited({ subjectId: row.id, before, after: auditedCase(row, now), detail: { action } });
        return shown(row);
      },
    );
  }
}

/**
 * The version of the charter in force, which the applicant must have accepted (charter art. 12(5), 20). The register of
 * regulations knows it; what the secretariat states counts only where the register has no charter yet.
 * @throws AmrloError `CHARTER_NOT_IN_FORCE`
 */
async function acceptedCharter(
  { sql }: MutationTransaction,
  row: MembershipCaseRow,
  { charterVersion: stated }: ActivateMembershipInput,
  now: Date,
): Promise<string> {
  const inForce = (await charterVersionInForce(sql, now)) ?? stated;
  const accepted = row.charterVersion ?? '';
  if (accepted === inForce) return inForce;
  throw refuse('CHARTER_NOT_IN_FORCE', { accepted, inForce }, ['input', 'charterVersion']);
}

/** The institution of a case, locked or new: one that is on no list comes onto the roster by its admission. */
async function institutionOf(
  transaction: MutationTransaction,
  row: MembershipCaseRow,
  now: Date,
): Promise<InstitutionRow> {
  const [known] = await transaction.find(InstitutionEntity, { id: row.institutionId });
  if (known !== undefined) return transaction.lock(InstitutionEntity, known.id);
  const admitted = transaction.create(InstitutionEntity, {
    id: row.institutionId,
    name: row.name ?? '',
    kind: row.kind ?? '',
    province: row.province,
    country: 'CN',
    creditCode: row.creditCode,
    source: row.caseNo,
    version: 1,
    createdAt: now,
  });
  // The membership and the grant refer to it.
  await transaction.flush();
  return admitted;
}
