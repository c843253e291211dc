import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { Actor, GuardContext } from '../../kit/room/machine/machine-definition.js';

/** What the guards of a review look at. */
export interface CaseReviewFacts {
  /** The subject of the expert whose review it is. */
  readonly expert: string;
}

const secretariat: Actor = { role: 'SECRETARIAT', anywhere: true };
const expert: Actor = { role: 'EXPERT', anywhere: true };

/** The role of an expert alone gives no right to the review of another one. */
function ownReview(action: string) {
  return ({ principal, facts }: GuardContext<CaseReviewFacts>) =>
    principal.subject === facts.expert
      ? undefined
      : ({ code: 'ACTION_FORBIDDEN', parameters: { action } } as const);
}

/** One expert's review of a case. Thirty days are a proposal [P]. */
export const caseReviewMachine = defineMachine({
  name: 'CaseReview',
  source: 'model.md section 2 (Membership); charter art. 16, 18',
  initial: ['ASSIGNED'],
  states: {
    ASSIGNED: { title: { zh: '待提交意见', en: 'Opinion awaited' }, waitsFor: expert, dueInDays: 30 },
    GIVEN: { title: { zh: '已提交意见', en: 'Opinion given' }, resting: true },
    DECLINED: { title: { zh: '已谢绝', en: 'Declined' }, final: true },
    RELEASED: { title: { zh: '已解除', en: 'Released' }, final: true },
    CONCLUDED: { title: { zh: '已计入结论', en: 'Counted in the conclusion' }, final: true },
  },
  actions: {
    submitCaseOpinion: {
      title: { zh: '提交评审意见', en: 'Give the opinion' },
      from: ['ASSIGNED'],
      to: 'GIVEN',
      by: [expert],
      guard: ownReview('submitCaseOpinion'),
    },
    amendCaseOpinion: {
      title: { zh: '修改评审意见', en: 'Amend the opinion' },
      from: ['GIVEN'],
      by: [expert],
      guard: ownReview('amendCaseOpinion'),
    },
    declineCaseReview: {
      title: { zh: '谢绝评审', en: 'Decline the review' },
      from: ['ASSIGNED'],
      to: 'DECLINED',
      by: [expert],
      guard: ownReview('declineCaseReview'),
    },
    releaseCaseReview: {
      title: { zh: '解除指派', en: 'Release the expert' },
      from: ['ASSIGNED', 'GIVEN'],
      to: 'RELEASED',
      by: [secretariat],
    },
    concludeCaseReview: {
      title: { zh: '计入结论', en: 'Count in the conclusion' },
      from: ['GIVEN'],
      to: 'CONCLUDED',
      by: [secretariat],
    },
  },
});

/** The states of a review. */
export type CaseReviewStateName = StateOf<typeof caseReviewMachine>;
/** The steps of a review. */
export type CaseReviewAction = keyof (typeof caseReviewMachine)['definition']['actions'];
