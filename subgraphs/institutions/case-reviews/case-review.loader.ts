import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { CaseReviewEntity, type CaseReviewRow } from './case-review.entity.js';
import { caseReviewMachine, type CaseReviewStateName } from './case-review.machine.js';
import type { CaseReview, CaseReviewState, ItemMark, ReviewVote } from './case-review.types.js';

/** What the machine looks at when somebody acts on a review. */
export function reviewContext(scope: RequestScope, row: CaseReviewRow) {
  return {
    state: row.state as CaseReviewStateName,
    principal: scope.principal,
    facts: { expert: row.subject },
  };
}

/** What the graph shows of a review to those who may see it. */
export function showReview(scope: RequestScope, row: CaseReviewRow): CaseReview {
  const context = reviewContext(scope, row);
  return {
    id: row.id,
    caseId: row.caseId,
    caseNo: row.caseNo,
    expertId: row.expertId,
    state: row.state as CaseReviewState,
    marks: row.marks.map((mark) => mark as ItemMark),
    vote: (row.vote as ReviewVote | null) ?? null,
    opinion: row.opinion ?? null,
    reason: row.reason ?? null,
    since: row.stateSince,
    dueAt: caseReviewMachine.dueAt(context.state, row.stateSince),
    // A review is counted by concluding its case, which is a step of the case.
    availableActions: caseReviewMachine
      .availableActions(context)
      .filter(({ action }) => action !== 'concludeCaseReview'),
    version: row.version,
  };
}

/** Reviews by id; absent and hidden ones are null. */
export const caseReviewById: LoaderDefinition<string, CaseReview | null> = {
  name: 'caseReviewById',
  async batch(scope, ids) {
    const rows = await scope.find(CaseReviewEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showReview(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** How many experts review a case, and of how many the opinion is awaited; one statement for all cases of a request. */
export const opinionsByCase: LoaderDefinition<string, { readonly size: number; readonly open: number }> = {
  name: 'opinionsByCase',
  async batch(scope, caseIds) {
    const { sql } = await scope.unit();
    const rows = await sql.execute<{ case_id: string; size: number; open: number }>(
      `select case_id, count(*)::integer as size, count(*) filter (where state = 'ASSIGNED')::integer as open
       from case_review where state in ('ASSIGNED', 'GIVEN')
         and case_id in (select jsonb_array_elements_text(?::jsonb)) group by case_id`,
      [JSON.stringify(caseIds)],
    );
    const found = new Map(rows.map(({ case_id: id, size, open }) => [id, { size, open }]));
    return caseIds.map((id) => found.get(id) ?? { size: 0, open: 0 });
  },
};

/** The reviews of cases that the caller may see, in the order of their assignment. */
export const reviewsByCase: LoaderDefinition<string, CaseReview[]> = {
  name: 'reviewsByCase',
  async batch(scope, caseIds) {
    const rows = await scope.find(
      CaseReviewEntity,
      { caseId: { $in: [...caseIds] } },
      { orderBy: [{ caseId: 'asc' }, { id: 'asc' }] },
    );
    const found = Map.groupBy(rows, (row) => row.caseId);
    return caseIds.map((id) => (found.get(id) ?? []).map((row) => showReview(scope, row)));
  },
};
