import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { Actor, GuardContext, Refusal } from '../../kit/room/machine/machine-definition.js';

/** What the guards of a case look at. */
export interface MembershipCaseFacts {
  /** The subject of the person who applies. */
  readonly applicant: string;
  /** Whether the last day of what is waited for has passed. */
  readonly isOverdue: boolean;
  /** What the application does not say yet. */
  readonly missing: readonly string[];
  /**
   * Why its review cannot be concluded yet, as far as the opinions were looked at; the conclusion itself looks at them
   * again, locked.
   */
  readonly inconclusive?: Refusal | undefined;
}

const secretariat: Actor = { role: 'SECRETARIAT', anywhere: true };
const council: Actor = { role: 'COUNCIL_MEMBER', anywhere: true };

/** Application and decision by one person is what the review is there to prevent (model.md section 3.12). */
function byAnotherPerson({ principal, facts }: GuardContext<MembershipCaseFacts>) {
  return principal.subject === facts.applicant ? ('MEMBERSHIP_CASE_SAME_PERSON' as const) : undefined;
}

/** What the service would refuse is no button: experts who have not said a word, or too few of them (charter art. 16). */
function onceAllHaveSpoken(context: GuardContext<MembershipCaseFacts>): Refusal | undefined {
  return byAnotherPerson(context) ?? context.facts.inconclusive;
}

/** Half an application helps nobody: all that is missing is named at once (charter art. 12(5), 20). */
function wholeOnly({ facts: { missing } }: GuardContext<MembershipCaseFacts>) {
  return missing.length === 0
    ? undefined
    : ({ code: 'MEMBERSHIP_CASE_INCOMPLETE', parameters: { missing: missing.join(', ') } } as const);
}

/**
 * The way into the alliance. The standing council waits for no mutation of its own here: its motion approves or
 * refuses. The numbers of days are proposals [P].
 */
export const membershipCaseMachine = defineMachine({
  name: 'MembershipCase',
  source: 'model.md sections 2 (Membership) and 9.1; charter art. 12(5), 14, 16, 18, 20',
  initial: ['DRAFT'],
  states: {
    DRAFT: { title: { zh: '草稿', en: 'Draft' }, waitsFor: 'OWNER', dueInDays: 90 },
    SUBMITTED: { title: { zh: '已提交', en: 'Submitted' }, waitsFor: secretariat, dueInDays: 15 },
    UNDER_REVIEW: { title: { zh: '评审中', en: 'Under review' }, waitsFor: secretariat, dueInDays: 60 },
    SUPPLEMENT_REQUESTED: {
      title: { zh: '待补充材料', en: 'Supplement requested' },
      waitsFor: 'OWNER',
      dueInDays: 30,
    },
    REVIEW_PASSED: {
      title: { zh: '评审通过，待常务理事会审批', en: 'Review passed, awaits the standing council' },
      waitsFor: council,
      dueInDays: 90,
    },
    REVIEW_FAILED: { title: { zh: '评审未通过', en: 'Review failed' }, final: true },
    APPROVED: { title: { zh: '已批准', en: 'Approved' }, waitsFor: secretariat, dueInDays: 15 },
    REFUSED: { title: { zh: '未获批准', en: 'Refused' }, final: true },
    ACTIVATED: { title: { zh: '已入盟', en: 'Activated' }, final: true },
    WITHDRAWN: { title: { zh: '已撤回', en: 'Withdrawn' }, final: true },
  },
  actions: {
    amendMembershipCase: {
      title: { zh: '修改申请', en: 'Amend the application' },
      from: ['DRAFT'],
      by: ['OWNER'],
    },
    submitMembershipCase: {
      title: { zh: '提交申请', en: 'Submit the application' },
      from: ['DRAFT'],
      to: 'SUBMITTED',
      by: ['OWNER'],
      guard: wholeOnly,
    },
    beginCaseReview: {
      title: { zh: '受理并开始评审', en: 'Begin the review' },
      from: ['SUBMITTED'],
      to: 'UNDER_REVIEW',
      by: [secretariat],
      guard: byAnotherPerson,
    },
    assignCaseExperts: {
      title: { zh: '指派评审专家', en: 'Assign experts' },
      from: ['UNDER_REVIEW'],
      by: [secretariat],
      guard: byAnotherPerson,
    },
    requestCaseSupplement: {
      title: { zh: '要求补充材料', en: 'Request a supplement' },
      from: ['UNDER_REVIEW'],
      to: 'SUPPLEMENT_REQUESTED',
      by: [secretariat],
      guard: byAnotherPerson,
    },
    supplementMembershipCase: {
      title: { zh: '补充材料', en: 'Answer with a supplement' },
      from: ['SUPPLEMENT_REQUESTED'],
      to: 'UNDER_REVIEW',
      by: ['OWNER'],
    },
    concludeCaseReview: {
      title: { zh: '作出评审结论：通过', en: 'Conclude the review: passed' },
      from: ['UNDER_REVIEW'],
      to: 'REVIEW_PASSED',
      by: [secretariat],
      guard: onceAllHaveSpoken,
    },
    failCaseReview: {
      title: { zh: '作出评审结论：未通过', en: 'Conclude the review: failed' },
      from: ['UNDER_REVIEW'],
      to: 'REVIEW_FAILED',
      by: [secretariat],
      guard: byAnotherPerson,
    },
    approveMembershipCase: {
      title: { zh: '常务理事会表决通过', en: 'Approved by a motion of the standing council' },
      from: ['REVIEW_PASSED'],
      to: 'APPROVED',
      by: [council],
    },
    refuseMembershipCase: {
      title: { zh: '常务理事会表决未通过', en: 'Refused by a motion of the standing council' },
      from: ['REVIEW_PASSED'],
      to: 'REFUSED',
      by: [council],
    },
    acceptMembershipCharter: {
      title: { zh: '确认现行章程', en: 'Accept the charter in force' },
      from: ['APPROVED'],
      by: ['OWNER'],
    },
    activateMembership: {
      title: { zh: '生效并报备', en: 'Activate the membership and file it' },
      from: ['APPROVED'],
      to: 'ACTIVATED',
      by: [secretariat],
      guard: byAnotherPerson,
    },
    withdrawMembershipCase: {
      title: { zh: '撤回申请', en: 'Withdraw the application' },
      from: ['DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'SUPPLEMENT_REQUESTED'],
      to: 'WITHDRAWN',
      by: ['OWNER'],
    },
    closeMembershipCase: {
      title: { zh: '申请人逾期，视为撤回', en: 'Close, since the applicant is overdue' },
      from: ['DRAFT', 'SUPPLEMENT_REQUESTED'],
      to: 'WITHDRAWN',
      by: [secretariat],
      guard: ({ facts }: GuardContext<MembershipCaseFacts>) =>
        facts.isOverdue ? undefined : 'MEMBERSHIP_CASE_NOT_OVERDUE',
    },
  },
});

/** The states of a case. */
export type MembershipCaseStateName = StateOf<typeof membershipCaseMachine>;
/** The steps of a case. */
export type MembershipCaseAction = keyof (typeof membershipCaseMachine)['definition']['actions'];

/** Steps that are no mutations: they follow from what the votes of experts or of the council say. */
export const stepsByVotes: ReadonlySet<MembershipCaseAction> = new Set([
  'failCaseReview',
  'approveMembershipCase',
  'refuseMembershipCase',
]);

/** The states from which on the standing council follows a case. */
export const councilStates: readonly MembershipCaseStateName[] = [
  'REVIEW_PASSED',
  'APPROVED',
  'REFUSED',
  'ACTIVATED',
];
