import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { endGrant } from './end-grant.js';
import { GrantEntity, GrantStepEntity, type GrantRow } from './grant.entity.js';
import { GrantReviewEntity, type GrantReviewRow } from './grant-review.entity.js';
import { grantReviewMachine, type GrantReviewStateName } from './grant-review.machine.js';
import {
  GrantReviewDecision,
  type GrantReview,
  type GrantReviewOutcome,
  type GrantReviewState,
  type ReviewGrantInput,
} from './grant-review.types.js';
import { grantReviewWork } from './grant-review.work.js';
import { assertAdministersForGood } from './grant-rights.js';
import { reviewDueAfter } from './grant-rules.js';
import type { GrantRole } from './grant.types.js';
import { isOver, showGrant } from './show-grant.js';

const reason = z.string().trim().min(1).max(1_000);

/** Whether grants are still needed: once a year, by somebody else than the holder. */
export class GrantReviewService {
  /** Keeps a grant until the next review, or ends it; also before the review is due. */
  review(scope: RequestScope, input: ReviewGrantInput): Promise<GrantReviewOutcome> {
    return mutate(
      scope,
      { operation: 'reviewGrant', action: 'REVIEW_GRANT', subjectType: 'Grant', input },
      async (transaction) => {
        checkInput(z.object({ reason }), input);
        const grant = await transaction.lock(GrantEntity, input.grantId, {
          expectedVersion: input.expectedVersion,
        });
        const { principal, clock } = scope;
        const institutionId = grant.institutionId ?? null;
        assertAdministersForGood(principal, 'reviewGrant', { role: grant.role, institutionId });
        const now = clock.now();
        if (isOver(grant, now)) throw refuse('GRANT_ENDED', {}, ['input', 'grantId']);
        const review = await openReviewOf(transaction, grant, now);
        const action = input.decision === GrantReviewDecision.KEEP ? 'reviewGrant' : 'endReviewedGrant';
        const state = review.state as GrantReviewStateName;
        const facts = { holder: grant.subject };
        grantReviewMachine.check(action, { state, principal, institutionId, facts });
        const decision = { by: principal.subject, at: now, reason: input.reason };
        if (action === 'reviewGrant') keepGrant(transaction, grant, decision);
        else await endGrant(transaction, grant, decision);
        review.state = grantReviewMachine.next(action, state);
        review.stateSince = now;
        review.decidedBy = principal.subject;
        review.reason = input.reason;
        await transaction.work(grantReviewWork, review);
        transaction.audited({
          subjectId: grant.id,
          detail: { decision: input.decision, reason: input.reason },
        });
        return { review: showReview(review, grant) };
      },
    );
  }
}

/** The review that waits, or a new one where somebody looks at a grant before its time. */
async function openReviewOf(
  transaction: MutationTransaction,
  grant: GrantRow,
  now: Date,
): Promise<GrantReviewRow> {
  const [open] = await transaction.find(GrantReviewEntity, { grantId: grant.id, state: 'OPEN' });
  if (open !== undefined) return transaction.lock(GrantReviewEntity, open.id);
  return transaction.create(GrantReviewEntity, {
    id: newId('GrantReview'),
    grantId: grant.id,
    role: grant.role,
    institutionId: grant.institutionId ?? null,
    state: 'OPEN',
    stateSince: now,
    version: 1,
    createdAt: now,
  });
}

function keepGrant(
  transaction: MutationTransaction,
  grant: GrantRow,
  decision: { by: string; at: Date; reason: string },
): void {
  grant.reviewDueAt = reviewDueAfter(decision.at);
  transaction.create(GrantStepEntity, {
    grantId: grant.id,
    subject: grant.subject,
    institutionId: grant.institutionId ?? null,
    kind: 'KEPT',
    ...decision,
  });
}

function showReview(row: GrantReviewRow, grant: GrantRow): GrantReview {
  return {
    id: row.id,
    grant: showGrant(grant),
    role: row.role as GrantRole,
    state: row.state as GrantReviewState,
    since: row.stateSince,
    decidedBy: row.decidedBy ?? null,
    reason: row.reason ?? null,
    version: row.version,
  };
}
