import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { GuardContext } from '../../kit/room/machine/machine-definition.js';

/** What the steps of a request depend on. */
export interface ActivityFacts {
  readonly startsOn: string;
  /** Whether its first day has come. */
  readonly started: boolean;
  /** Whether the step that is waited for is late. */
  readonly overdue: boolean;
}

const member = 'INSTITUTION_ADMIN' as const;
const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;

/**
 * A request to act in the alliance's name. The standing council decides by a motion; the actions of SERVICE are the
 * motion's consequence and no mutations.
 */
export const activityRequestMachine = defineMachine({
  name: 'ActivityRequest',
  source: 'charter art. 12(1)',
  initial: ['DRAFT'],
  states: {
    DRAFT: { title: { zh: '草稿', en: 'Draft' }, waitsFor: member, dueInDays: 60 },
    SUBMITTED: {
      title: { zh: '待常务理事会审议', en: 'Before the standing council' },
      waitsFor: secretariat,
      dueInDays: 30,
    },
    APPROVED: { title: { zh: '已批准', en: 'Approved' }, waitsFor: member, dueInDays: 30 },
    REFUSED: { title: { zh: '未批准', en: 'Refused' }, final: true },
    HELD: { title: { zh: '已举办', en: 'Held' }, final: true },
    WITHDRAWN: { title: { zh: '已撤回', en: 'Withdrawn' }, final: true },
    LAPSED: { title: { zh: '逾期失效', en: 'Lapsed' }, final: true },
  },
  actions: {
    amendActivityRequest: {
      title: { zh: '修改', en: 'Amend the draft' },
      from: ['DRAFT'],
      by: [member],
    },
    submitActivityRequest: {
      title: { zh: '提交', en: 'Hand in' },
      from: ['DRAFT'],
      to: 'SUBMITTED',
      by: [member],
      guard: notStarted,
    },
    returnActivityRequest: {
      title: { zh: '退回补充', en: 'Give back to be completed' },
      from: ['SUBMITTED'],
      to: 'DRAFT',
      by: [secretariat],
    },
    approve: {
      title: { zh: '常务理事会通过', en: 'The standing council agrees' },
      from: ['SUBMITTED'],
      to: 'APPROVED',
      by: ['SERVICE'],
    },
    refuse: {
      title: { zh: '常务理事会否决', en: 'The standing council does not agree' },
      from: ['SUBMITTED'],
      to: 'REFUSED',
      by: ['SERVICE'],
    },
    reportActivity: {
      title: { zh: '提交活动报告', en: 'Report that it was held' },
      from: ['APPROVED'],
      to: 'HELD',
      by: [member],
    },
    withdrawActivityRequest: {
      title: { zh: '撤回', en: 'Withdraw' },
      from: ['DRAFT', 'SUBMITTED', 'APPROVED'],
      to: 'WITHDRAWN',
      by: [member],
    },
    closeActivityRequest: {
      title: { zh: '作逾期处理', en: 'Close as lapsed' },
      from: ['DRAFT', 'SUBMITTED', 'APPROVED'],
      to: 'LAPSED',
      by: [secretariat],
      guard: ({ facts }: GuardContext<ActivityFacts>) => (facts.overdue ? undefined : 'ACTIVITY_NOT_OVERDUE'),
    },
  },
});

/** The states of a request. */
export type ActivityRequestStateName = StateOf<typeof activityRequestMachine>;

/** The steps of a request that are mutations. */
export type ActivityRequestAction = keyof typeof activityRequestMachine.definition.actions;

/** The steps that only a motion takes. */
export const decisionsOfMotion: readonly string[] = ['approve', 'refuse'];

function notStarted({ facts }: GuardContext<ActivityFacts>) {
  return facts.started
    ? ({ code: 'ACTIVITY_STARTED', parameters: { startsOn: facts.startsOn } } as const)
    : undefined;
}
