import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { MembershipCaseEntity } from '../membership-cases/membership-case.entity.js';
import { boundExperts, expertsOf } from './case-experts.js';
import { CaseReviewEntity, type CaseReviewRow } from './case-review.entity.js';
import { caseReviewById, reviewContext, showReview } from './case-review.loader.js';
import { caseReviewMachine, type CaseReviewAction } from './case-review.machine.js';
import type {
  CaseOpinionInput,
  CaseReview,
  CaseReviewPayload,
  DeclineCaseReviewInput,
  ReleaseCaseReviewInput,
  SubmitCaseOpinionInput,
} from './case-review.types.js';
import { caseReviewWork } from './case-review.work.js';
import { marksFor } from './opinion-marks.js';

const opinionText = z.object({ opinion: z.string().trim().min(1, '1–4000').max(4_000, '1–4000') });
const reasoned = z.object({ reason: z.string().trim().min(1, '1–2000').max(2_000, '1–2000') });

/** What each expert says of a case. */
export class CaseOpinionService {
  /** One review, or null. */
  byId(scope: RequestScope, id: string): Promise<CaseReview | null> {
    return scope.load(caseReviewById, id);
  }

  /** Gives the opinion. */
  submit(scope: RequestScope, input: SubmitCaseOpinionInput): Promise<CaseReviewPayload> {
    return this.#give(scope, 'submitCaseOpinion', input);
  }

  /** Changes an opinion before the conclusion. */
  amend(scope: RequestScope, input: CaseOpinionInput): Promise<CaseReviewPayload> {
    return this.#give(scope, 'amendCaseOpinion', input);
  }

  /** Declines a review; the case is no longer the expert's to read. */
  decline(scope: RequestScope, input: DeclineCaseReviewInput): Promise<CaseReviewPayload> {
    return this.#step(
      scope,
      'declineCaseReview',
      input,
      async (_transaction, row) => {
        row.reason = checkInput(reasoned, input).reason;
      },
      leaveCase,
    );
  }

  /**
   * Releases an expert whose opinion does not come, so that another one can be assigned. An opinion that was given
   * counts; only a conflict of interest that came to light afterwards takes it out.
   */
  release(scope: RequestScope, input: ReleaseCaseReviewInput): Promise<CaseReviewPayload> {
    return this.#step(
      scope,
      'releaseCaseReview',
      input,
      async (transaction, row) => {
        row.reason = checkInput(reasoned, input).reason;
        const reviewed = await transaction.lock(MembershipCaseEntity, row.caseId);
        const experts = await expertsOf(transaction, [row]);
        if (row.state === 'GIVEN') {
          const bound = await boundExperts(transaction, experts, reviewed, scope.clock.now());
          if (bound.length === 0) throw refuse('OPINION_GIVEN');
        }
        reviewed.reviewers = reviewed.reviewers.filter((subject) => subject !== row.subject);
      },
      lockCase,
    );
  }

  #give(
    scope: RequestScope,
    action: 'submitCaseOpinion' | 'amendCaseOpinion',
    input: CaseOpinionInput,
  ): Promise<CaseReviewPayload> {
    return this.#step(scope, action, input, async (transaction, row) => {
      const { opinion } = checkInput(opinionText, input);
      const [reviewed] = await transaction.find(MembershipCaseEntity, { id: row.caseId });
      // The applicant is asked for more: what is missing may change the opinion, so it waits.
      if (reviewed === undefined || reviewed.state !== 'UNDER_REVIEW') {
        const state = reviewed?.state ?? '';
        throw refuse('ACTION_NOT_ALLOWED', { type: 'MembershipCase', state, action });
      }
      const marks = marksFor(reviewed.checklist, input.marks);
      Object.assign(row, { marks, vote: input.vote, opinion });
    });
  }

  #step(
    scope: RequestScope,
    action: CaseReviewAction,
    input: { readonly caseReviewId: string; readonly expectedVersion: number },
    change: (transaction: MutationTransaction, row: CaseReviewRow) => Promise<void>,
    beforehand?: (transaction: MutationTransaction, row: CaseReviewRow) => Promise<void>,
  ): Promise<CaseReviewPayload> {
    return mutate(
      scope,
      { operation: action, action: 'REVIEW_INSTITUTION', subjectType: 'CaseReview', input },
      async (transaction) => {
        const shown = (row: CaseReviewRow) => ({ caseReview: showReview(scope, row) });
        // Whoever changes a case and its reviews takes the case first: the other order would wait for itself.
        const [unlocked] = await transaction.find(CaseReviewEntity, { id: input.caseReviewId });
        if (unlocked !== undefined) await beforehand?.(transaction, unlocked);
        const row = await transaction.lock(CaseReviewEntity, input.caseReviewId, {
          expectedVersion: input.expectedVersion,
          current: shown,
        });
        const context = reviewContext(scope, row);
        caseReviewMachine.check(action, context);
        await change(transaction, row);
        const next = caseReviewMachine.next(action, context.state);
        if (next !== row.state) Object.assign(row, { state: next, stateSince: scope.clock.now() });
        await transaction.work(caseReviewWork, row);
        transaction.audited({
          subjectId: row.id,
          before: { state: context.state },
          after: { state: row.state },
          detail: { action },
        });
        transaction.wake('MembershipCase', row.caseId);
        return shown(row);
      },
    );
  }
}

/** Takes the expert off the readers of the case; they may not change the case, so the database does it for them. */
async function leaveCase({ sql }: MutationTransaction, row: CaseReviewRow): Promise<void> {
  await sql.execute(`select leave_membership_case(?)`, [row.caseId]);
}

async function lockCase(transaction: MutationTransaction, row: CaseReviewRow): Promise<void> {
  await transaction.lock(MembershipCaseEntity, row.caseId);
}
