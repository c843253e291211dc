import type { AdmissionRules } from '../membership-cases/admission-rules.js';
import type { MembershipCaseAction } from '../membership-cases/membership-case.machine.js';

/** How the experts of a case voted. */
export interface ReviewVotes {
  readonly pass: number;
  readonly fail: number;
  /** Assigned experts who have not voted. */
  readonly open: number;
}

/** Counts the votes of the experts who are assigned to a case. */
export function countVotes(votes: readonly (string | null | undefined)[]): ReviewVotes {
  const pass = votes.filter((vote) => vote === 'PASS').length;
  const fail = votes.filter((vote) => vote === 'FAIL').length;
  return { pass, fail, open: votes.length - pass - fail };
}

/** Whether a review is passed: more than half of all assigned experts say so, in integers. */
export function isPassed({ pass, fail, open }: ReviewVotes): boolean {
  return pass * 2 > pass + fail + open;
}

/** Whether so many experts make a review: an odd number, so that there is no tie, and not too few. */
export function isReviewSize(count: number, { minimumExperts }: AdmissionRules): boolean {
  return count >= minimumExperts && count % 2 === 1;
}

/** The steps that a conclusion takes; where the standing council has no say, a passed review approves (art. 20). */
export function stepsOfConclusion(passed: boolean, rules: AdmissionRules): MembershipCaseAction[] {
  if (!passed) return ['failCaseReview'];
  return rules.approvalByStandingCouncil
    ? ['concludeCaseReview']
    : ['concludeCaseReview', 'approveMembershipCase'];
}
