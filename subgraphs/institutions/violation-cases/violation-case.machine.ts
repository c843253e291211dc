import { legalDate } from '../../kit/base/clock.js';
import { defineMachine } from '../../kit/room/machine/machine.js';
import type { Actor, GuardContext, Refusal } from '../../kit/room/machine/machine-definition.js';

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const satisfies Actor;

/** What the guards of a case look at. */
export interface ViolationFacts {
  /** The subject of the person who opened it. */
  readonly openedBy: string;
  /** Until when the member may answer; null when it is not asked. */
  readonly answerDueAt: Date | null;
  readonly now: Date;
}

/** A conclusion needs a second person, and a member that was heard or kept silent until its answer was due. */
function afterHearing({ state, principal, facts }: GuardContext<ViolationFacts>): Refusal | undefined {
  if (principal.subject === facts.openedBy) return 'VIOLATION_SAME_PERSON';
  const { answerDueAt, now } = facts;
  if (state !== 'AWAITING_ANSWER' || answerDueAt === null || now >= answerDueAt) return undefined;
  return { code: 'MEMBER_NOT_HEARD', parameters: { dueAt: legalDate(new Date(answerDueAt.getTime() - 1)) } };
}

/**
 * A case of a violation (责令退出, charter art. 21.2). New evidence asks the member anew. The charter names no periods:
 * the days here are proposals of ours.
 */
export const violationCaseMachine = defineMachine({
  name: 'ViolationCase',
  source: 'charter art. 18, 21.2; model.md sections 2 and 3.12',
  initial: ['AWAITING_ANSWER'],
  states: {
    AWAITING_ANSWER: {
      title: { zh: '待成员答复', en: 'The member is heard' },
      waitsFor: 'INSTITUTION_ADMIN',
      dueInDays: 30,
    },
    ANSWERED: {
      title: { zh: '已答复，待结论', en: 'Answered, to be concluded' },
      waitsFor: secretariat,
      dueInDays: 30,
    },
    CONCLUDED: {
      title: { zh: '认定严重违规，待提请退出', en: 'Found serious, the exit is to be proposed' },
      waitsFor: secretariat,
      dueInDays: 30,
    },
    CLOSED: { title: { zh: '已结案', en: 'Closed without an exit' }, final: true },
    EXIT_PROPOSED: { title: { zh: '已提请责令退出', en: 'The exit was proposed' }, final: true },
  },
  actions: {
    addViolationEvidence: {
      title: { zh: '补充证据', en: 'Add evidence' },
      from: ['AWAITING_ANSWER', 'ANSWERED'],
      to: 'AWAITING_ANSWER',
      by: [secretariat],
    },
    answerViolation: {
      title: { zh: '答复', en: 'Answer' },
      from: ['AWAITING_ANSWER'],
      to: 'ANSWERED',
      by: ['INSTITUTION_ADMIN'],
    },
    concludeViolation: {
      title: { zh: '认定严重违规', en: 'Find the violation serious' },
      from: ['AWAITING_ANSWER', 'ANSWERED'],
      to: 'CONCLUDED',
      by: [secretariat],
      guard: afterHearing,
    },
    closeViolationCase: {
      title: { zh: '警告或认定不成立，结案', en: 'Close with a warning or as unfounded' },
      from: ['AWAITING_ANSWER', 'ANSWERED', 'CONCLUDED'],
      to: 'CLOSED',
      by: [secretariat],
      guard: afterHearing,
    },
    proposeViolationExit: {
      title: { zh: '提请责令退出', en: 'Propose the exit' },
      from: ['CONCLUDED'],
      to: 'EXIT_PROPOSED',
      by: [secretariat],
    },
  },
});
