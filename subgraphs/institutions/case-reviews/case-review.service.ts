import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import type { Refusal } from '../../kit/room/machine/machine-definition.js';
import { dueDateAfter } from '../../kit/room/machine/due-date.js';
import type { AvailableAction } from '../../kit/room/schema/shared-types.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { longestSupplementDays, type AdmissionRules } from '../membership-cases/admission-rules.js';
import { auditedCase, lockForStep, takeStep, type CaseStep } from '../membership-cases/case-step.js';
import { lastEndedCase } from '../membership-cases/ended-case.js';
import type { MembershipCaseRow } from '../membership-cases/membership-case.entity.js';
import { showCase } from '../membership-cases/membership-case.loader.js';
import { membershipCaseMachine, stepsByVotes } from '../membership-cases/membership-case.machine.js';
import type { MembershipCase } from '../membership-cases/membership-case.types.js';
import { activeExperts, assertNoConflict, countedReviews, expertsOf } from './case-experts.js';
import { CaseReviewEntity, type CaseReviewRow } from './case-review.entity.js';
import { opinionsByCase } from './case-review.loader.js';
import { caseReviewMachine } from './case-review.machine.js';
import type {
  AssignCaseExpertsInput,
  BeginCaseReviewInput,
  ConcludeCaseReviewInput,
  RequestCaseSupplementInput,
  ReviewedCasePayload,
} from './case-review.types.js';
import { caseReviewWork } from './case-review.work.js';
import { reviewChecklist } from './review-checklist.presets.js';
import { countVotes, isPassed, isReviewSize, stepsOfConclusion } from './review-conclusion.js';

constraintRefuses('case_review_expert_key', () => refuse('EXPERT_ASSIGNED', {}, ['input', 'expertIds']));
constraintRefuses('case_review_conflict', () => refuse('EXPERT_CONFLICT', { names: '—' }));

const request = z.object({
  items: z.array(z.string().trim().min(1, '1–500').max(500, '1–500')).min(1, '1–20').max(20, '1–20'),
});
const conclusion = z.object({ conclusion: z.string().trim().min(1, '1–4000').max(4_000, '1–4000') });

type CaseStepInput = BeginCaseReviewInput;
type ReviewAction = 'beginCaseReview' | 'assignCaseExperts' | 'requestCaseSupplement' | 'concludeCaseReview';

/** How the secretariat leads the review of an institution (机构审核, charter art. 16 and 18). */
export class CaseReviewService {
  readonly #rules: AdmissionRules;

  constructor(rules: AdmissionRules) {
    this.#rules = rules;
  }

  /** What the one who asks may do with a case now. */
  async availableActions(scope: RequestScope, of: MembershipCase): Promise<AvailableAction[]> {
    const { state, applicant, isOverdue, completeness } = of;
    const missing = completeness.flatMap(({ item, isComplete }) => (isComplete ? [] : [item]));
    const inconclusive = state === 'UNDER_REVIEW' ? await this.#inconclusive(scope, of.id) : undefined;
    return membershipCaseMachine
      .availableActions({
        state,
        principal: scope.principal,
        owner: applicant,
        facts: { applicant, isOverdue, missing, inconclusive },
      })
      .filter(({ action }) => !stepsByVotes.has(action));
  }

  /** Takes a submitted case into review, with the checklist of today and the case that it follows. */
  begin(scope: RequestScope, input: BeginCaseReviewInput): Promise<ReviewedCasePayload> {
    return this.#lead(scope, 'beginCaseReview', input, async (transaction, row) => [
      {
        action: 'beginCaseReview',
        role: 'SECRETARIAT',
        change: {
          checklistVersion: reviewChecklist.version,
          checklist: reviewChecklist.items,
          previousCaseNo: row.previousCaseNo ?? (await lastEndedCase(transaction, row.institutionId)),
        },
      },
    ]);
  }

  /** Adds experts, so that an odd number of active ones without a conflict of interest reviews the case. */
  assign(scope: RequestScope, input: AssignCaseExpertsInput): Promise<ReviewedCasePayload> {
    return this.#lead(scope, 'assignCaseExperts', input, async (transaction, row, now) => {
      const present = await countedReviews(transaction, row.id);
      const added = await activeExperts(transaction, [...new Set(input.expertIds)]);
      await assertNoConflict(transaction, added, row, now);
      this.#assertSize(present.length + added.length);
      for (const { id: expertId, subject } of added) {
        const review = transaction.create(CaseReviewEntity, {
          id: newId('CaseReview'),
          caseId: row.id,
          caseNo: row.caseNo,
          applicant: row.applicant,
          expertId,
          subject,
          state: 'ASSIGNED',
          stateSince: now,
          marks: [],
          sharedWith: [],
          version: 1,
          createdAt: now,
        });
        await transaction.work(caseReviewWork, review);
      }
      const reviewers = [...present, ...added].map(({ subject }) => subject);
      return [{ action: 'assignCaseExperts', role: 'SECRETARIAT', change: { reviewers } }];
    });
  }

  /** Asks the applicant for more; the experts keep their reviews meanwhile. */
  requestSupplement(scope: RequestScope, input: RequestCaseSupplementInput): Promise<ReviewedCasePayload> {
    return this.#lead(scope, 'requestCaseSupplement', input, async (_transaction, _row, now) => {
      const { items } = checkInput(request, input);
      const today = legalDate(now);
      if (input.dueOn <= today || input.dueOn > dueDateAfter(today, longestSupplementDays)) {
        throw refuse('INPUT_INVALID', { detail: `1–${longestSupplementDays} d` }, ['input', 'dueOn']);
      }
      return [
        {
          action: 'requestCaseSupplement',
          role: 'SECRETARIAT',
          remark: items.join('；'),
          dueOn: input.dueOn,
          change: { supplementItems: items, supplementAnswer: null },
        },
      ];
    });
  }

  /** Ends the review with the result that the votes give: passed by more than half of the assigned experts. */
  conclude(scope: RequestScope, input: ConcludeCaseReviewInput): Promise<ReviewedCasePayload> {
    return this.#lead(scope, 'concludeCaseReview', input, async (transaction, row, now) => {
      const { conclusion: words } = checkInput(conclusion, input);
      const reviews = await countedReviews(transaction, row.id);
      this.#assertSize(reviews.length);
      const votes = countVotes(reviews.map(({ state, vote }) => (state === 'GIVEN' ? vote : null)));
      if (votes.open > 0) throw refuse('OPINIONS_OPEN', { count: votes.open });
      // A bond may have been declared since the assignment; such a vote must not count.
      await assertNoConflict(transaction, await expertsOf(transaction, reviews), row, now);
      await concludeAll(transaction, reviews, now);
      const reviewers = reviews.map(({ subject }) => subject);
      const result = { conclusion: words, votesPass: votes.pass, votesFail: votes.fail, reviewers };
      return stepsOfConclusion(isPassed(votes), this.#rules).map((action): CaseStep =>
        action === 'approveMembershipCase'
          ? { action, role: 'REVIEW', change: { approvedBy: 'REVIEW', approvedAt: now } }
          : { action, role: 'REVIEW', remark: words, change: result },
      );
    });
  }

  async #inconclusive(scope: RequestScope, caseId: string): Promise<Refusal | undefined> {
    const { size, open } = await scope.load(opinionsByCase, caseId);
    if (!isReviewSize(size, this.#rules)) {
      return { code: 'EXPERT_NUMBER', parameters: { count: size, minimum: this.#rules.minimumExperts } };
    }
    return open > 0 ? { code: 'OPINIONS_OPEN', parameters: { count: open } } : undefined;
  }

  #assertSize(count: number): void {
    if (isReviewSize(count, this.#rules)) return;
    throw refuse('EXPERT_NUMBER', { count, minimum: this.#rules.minimumExperts });
  }

  /** One step of the secretariat: locks the case, prepares what changes, takes the steps that follow. */
  #lead(
    scope: RequestScope,
    action: ReviewAction,
    input: CaseStepInput,
    prepare: (transaction: MutationTransaction, row: MembershipCaseRow, now: Date) => Promise<CaseStep[]>,
  ): Promise<ReviewedCasePayload> {
    return mutate(
      scope,
      { operation: action, action: 'REVIEW_INSTITUTION', subjectType: 'MembershipCase', input },
      async (transaction) => {
        const shown = (row: MembershipCaseRow) => ({ membershipCase: showCase(scope, row) });
        const row = await lockForStep(transaction, scope, action, input, shown);
        const now = scope.clock.now();
        const before = auditedCase(row, now);
        for (const step of await prepare(transaction, row, now)) {
          await takeStep(transaction, scope, row, step);
        }
        transaction.audited({ subjectId: row.id, before, after: auditedCase(row, now), detail: { action } });
        return shown(row);
      },
    );
  }
}

/** Counts the reviews in; from now on their authors read each other's. */
async function concludeAll(
  transaction: MutationTransaction,
  reviews: readonly CaseReviewRow[],
  now: Date,
): Promise<void> {
  const subjects = reviews.map(({ subject }) => subject);
  for (const review of reviews) {
    Object.assign(review, {
      state: caseReviewMachine.next('concludeCaseReview', 'GIVEN'),
      stateSince: now,
      sharedWith: subjects.filter((subject) => subject !== review.subject),
    });
    await transaction.work(caseReviewWork, review);
  }
}
