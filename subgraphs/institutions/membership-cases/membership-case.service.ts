import type { FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId, stableId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { releaseCaseReviews } from '../case-reviews/release-case-reviews.js';
import { InstitutionEntity, type InstitutionRow } from '../institutions/institution.entity.js';
import { MembershipEntity } from '../memberships/membership.entity.js';
import { charterChange, contentChange, letterChange, type ContentChange } from './case-content.js';
import { nextCaseNo } from './case-number.js';
import { auditedCase, dueOnOf, lockForStep, openCase, takeStep } from './case-step.js';
import { isCreditCode } from './credit-code.js';
import { lastEndedCase } from './ended-case.js';
import { MembershipCaseEntity, type MembershipCaseRow } from './membership-case.entity.js';
import type {
  AcceptMembershipCharterInput,
  AmendMembershipCaseInput,
  MembershipCaseContentInput,
  MembershipCasePayload,
  OpenMembershipCaseInput,
  SubmitMembershipCaseInput,
  SupplementMembershipCaseInput,
  WithdrawMembershipCaseInput,
} from './membership-case.inputs.js';
import { membershipCaseById, showCase } from './membership-case.loader.js';
import type { MembershipCaseAction } from './membership-case.machine.js';
import {
  MembershipCaseOrder,
  type MembershipCase,
  type MembershipCaseFilter,
  type MembershipCasesArguments,
} from './membership-case.types.js';
import type { MembershipLetterService } from './membership-letter.service.js';

constraintRefuses('membership_case_open_key', () => refuse('MEMBERSHIP_CASE_OPEN'));
constraintRefuses('membership_case_draft_key', () => refuse('MEMBERSHIP_CASE_OPEN'));

/** What an applicant writes in words. */
const words = z.string().trim().min(1, '1–2000').max(2_000, '1–2000');
const charter = z.string().trim().min(1, '1–40').max(40, '1–40');

const orders: Record<MembershipCaseOrder, QueryOrderMap<MembershipCaseRow>> = {
  [MembershipCaseOrder.NEWEST]: { createdAt: 'desc' },
  [MembershipCaseOrder.DUE_FIRST]: { dueOn: 'asc nulls last' },
  [MembershipCaseOrder.CASE_NO_ASC]: { caseNo: 'asc' },
};

/** Applications for membership: what the applicant does, and what everybody reads. */
export class MembershipCaseService {
  readonly #letters: MembershipLetterService;

  constructor(letters: MembershipLetterService) {
    this.#letters = letters;
  }

  /** One case, or null. */
  byId(scope: RequestScope, id: string): Promise<MembershipCase | null> {
    return scope.load(membershipCaseById, id);
  }

  /** A page of the cases that the caller may see. */
  async list(
    scope: RequestScope,
    args: MembershipCasesArguments,
    withTotal: boolean,
  ): Promise<Connection<MembershipCase>> {
    const page = await scope.page(MembershipCaseEntity, args, {
      where: conditionOf(args.filter ?? {}, legalDate(scope.clock.now())),
      orderBy: [orders[args.orderBy ?? MembershipCaseOrder.NEWEST]],
      withTotal,
    });
    return connectionOf(page, (row) => showCase(scope, row));
  }

  /** Opens a draft for an institution that is no member or no longer one; whoever is signed in may. */
  open(scope: RequestScope, input: OpenMembershipCaseInput): Promise<MembershipCasePayload> {
    return mutate(
      scope,
      {
        operation: 'openMembershipCase',
        action: 'CHANGE_MEMBERSHIP_CASE',
        subjectType: 'MembershipCase',
        input,
      },
      async (transaction) => {
        const { subject } = scope.principal;
        if (scope.principal.kind !== 'PERSON') {
          throw refuse('ACTION_FORBIDDEN', { action: 'openMembershipCase' });
        }
        const named = await institutionNamed(transaction, input);
        await assertNoMember(transaction, named.institutionId);
        const now = scope.clock.now();
        const given = input.content ?? {};
        const content = await this.#change(given, named.isListed, subject, now);
        const row = transaction.create(MembershipCaseEntity, {
          id: newId('MembershipCase'),
          caseNo: await nextCaseNo(transaction.sql, now),
          applicant: subject,
          ...named,
          ...content,
          previousCaseNo: await lastEndedCase(transaction, named.institutionId),
          reviewers: [],
          checklist: [],
          supplementItems: [],
          state: 'DRAFT',
          stateSince: now,
          dueOn: dueOnOf('DRAFT', now),
          steps: 1,
          version: 1,
          createdAt: now,
        });
        await openCase(transaction, scope, row);
        transaction.audited({ subjectId: row.id, after: auditedCase(row, now) });
        return { membershipCase: showCase(scope, row) };
      },
    );
  }

  /** Changes a draft. */
  amend(scope: RequestScope, input: AmendMembershipCaseInput): Promise<MembershipCasePayload> {
    return this.#step(scope, 'amendMembershipCase', input, async (row, now) => ({
      change: await this.#change(input.content, row.isListed, scope.principal.subject, now),
    }));
  }

  /** Submits a draft that says everything. */
  submit(scope: RequestScope, input: SubmitMembershipCaseInput): Promise<MembershipCasePayload> {
    return this.#step(scope, 'submitMembershipCase', input, async (row, _now, transaction) => {
      await assertNoMember(transaction, row.institutionId);
      return {};
    });
  }

  /** Answers the request for a supplement; the review goes on. */
  supplement(scope: RequestScope, input: SupplementMembershipCaseInput): Promise<MembershipCasePayload> {
    return this.#step(scope, 'supplementMembershipCase', input, async () => {
      const { answer } = checkInput(z.object({ answer: words }), input);
      const letter =
        input.letterUploadId == null
          ? {}
          : letterChange(await this.#letters.received(input.letterUploadId, scope.principal.subject));
      return { change: { supplementAnswer: answer, ...letter }, remark: answer };
    });
  }

  /** Withdraws a case before its review has ended; its experts are released. */
  withdraw(scope: RequestScope, input: WithdrawMembershipCaseInput): Promise<MembershipCasePayload> {
    return this.#step(
      scope,
      'withdrawMembershipCase',
      input,
      async () => ({ remark: checkInput(z.object({ reason: words }), input).reason }),
      (row, now, transaction) => releaseCaseReviews(transaction, row.id, now),
    );
  }

  /** Accepts the charter that came into force after the submission, without which nobody becomes a member. */
  acceptCharter(scope: RequestScope, input: AcceptMembershipCharterInput): Promise<MembershipCasePayload> {
    return this.#step(scope, 'acceptMembershipCharter', input, async (_row, now) => {
      const { charterVersion } = checkInput(z.object({ charterVersion: charter }), input);
      return {
        change: charterChange(charterVersion, scope.principal.subject, now),
        remark: charterVersion,
      };
    });
  }

  #step(
    scope: RequestScope,
    action: MembershipCaseAction,
    input: { readonly caseId: string; readonly expectedVersion: number },
    work: (
      row: MembershipCaseRow,
      now: Date,
      transaction: MutationTransaction,
    ) => Promise<{ change?: ContentChange; remark?: string }>,
    after?: (row: MembershipCaseRow, now: Date, transaction: MutationTransaction) => Promise<void>,
  ): Promise<MembershipCasePayload> {
    return mutate(
      scope,
      { operation: action, action: 'CHANGE_MEMBERSHIP_CASE', subjectType: 'MembershipCase', input },
      async (transaction) => {
        const shown = (row: MembershipCaseRow) => ({ membershipCase: showCase(scope, row) });
        const row = await lockForStep(transaction, scope, action, input, shown);
        const now = scope.clock.now();
        const before = auditedCase(row, now);
        const taken = await work(row, now, transaction);
        await takeStep(transaction, scope, row, { action, role: 'APPLICANT', ...taken });
        await after?.(row, now, transaction);
        transaction.audited({ subjectId: row.id, before, after: auditedCase(row, now), detail: { action } });
        return shown(row);
      },
    );
  }

  async #change(
    given: MembershipCaseContentInput,
    isListed: boolean,
    subject: string,
    now: Date,
  ): Promise<ContentChange> {
    const letter =
      given.letterUploadId == null ? undefined : await this.#letters.received(given.letterUploadId, subject);
    return contentChange(given, { isListed, letter }, subject, now);
  }
}

/** The institution that a case names: one of the roster, or one that will be there by its credit code. */
async function institutionNamed(
  transaction: MutationTransaction,
  { institutionId, creditCode }: OpenMembershipCaseInput,
) {
  if ((institutionId == null) === (creditCode == null)) {
    throw refuse('INPUT_INVALID', { detail: 'institutionId | creditCode' }, ['input']);
  }
  if (creditCode == null) {
    const [listed] = await transaction.find(InstitutionEntity, { id: institutionId! });
    if (listed === undefined)
      throw refuse('NOT_FOUND', { type: 'Institution', id: institutionId! }, ['input', 'institutionId']);
    return factsOf(listed);
  }
  const code = creditCode.trim().toUpperCase();
  if (!isCreditCode(code)) throw refuse('CREDIT_CODE_INVALID', {}, ['input', 'creditCode']);
  // The roster may know it by its code under another id: one institution is never two.
  const [known] = await transaction.find(InstitutionEntity, { creditCode: code });
  return known === undefined
    ? { institutionId: stableId('Institution', `credit:${code}`), isListed: false, creditCode: code }
    : factsOf(known);
}

function factsOf({ id, name, kind, province, creditCode }: InstitutionRow) {
  return {
    institutionId: id,
    isListed: true,
    name,
    kind,
    province: province ?? null,
    creditCode: creditCode ?? null,
  };
}

/** Whoever has left may apply again (model.md section 2: a new attempt is a new case that names the old one). */
async function assertNoMember(transaction: MutationTransaction, institutionId: string): Promise<void> {
  const [member] = await transaction.find(MembershipEntity, { institutionId, state: { $ne: 'EXITED' } });
  if (member !== undefined) throw refuse('MEMBER_EXISTS', {}, ['input', 'institutionId']);
}

function conditionOf(filter: MembershipCaseFilter, today: string): FilterQuery<MembershipCaseRow> {
  const conditions: FilterQuery<MembershipCaseRow>[] = [];
  if (filter.states != null) conditions.push({ state: { $in: filter.states } });
  if (filter.institutionId != null) conditions.push({ institutionId: filter.institutionId });
  if (filter.caseNo != null) conditions.push({ caseNo: filter.caseNo });
  if (filter.overdue === true) conditions.push({ dueOn: { $lt: today } });
  if (filter.overdue === false) conditions.push({ $or: [{ dueOn: null }, { dueOn: { $gte: today } }] });
  return conditions.length === 0 ? {} : { $and: conditions };
}
