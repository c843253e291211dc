import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;

/** A fee schedule: the standing council decides by a motion, whose consequence the actions of SERVICE are. */
export const feeScheduleMachine = defineMachine({
  name: 'FeeSchedule',
  source: 'charter art. 22',
  initial: ['PROPOSED'],
  states: {
    PROPOSED: {
      title: { zh: '待常务理事会审议', en: 'Before the standing council' },
      waitsFor: secretariat,
      dueInDays: 60,
    },
    ADOPTED: { title: { zh: '已通过', en: 'Adopted' }, final: true },
    REJECTED: { title: { zh: '未通过', en: 'Rejected' }, final: true },
    WITHDRAWN: { title: { zh: '已撤回', en: 'Withdrawn' }, final: true },
  },
  actions: {
    withdrawFeeSchedule: {
      title: { zh: '撤回', en: 'Withdraw' },
      from: ['PROPOSED'],
      to: 'WITHDRAWN',
      by: [secretariat],
    },
    adopt: {
      title: { zh: '常务理事会通过', en: 'The standing council adopts' },
      from: ['PROPOSED'],
      to: 'ADOPTED',
      by: ['SERVICE'],
    },
    reject: {
      title: { zh: '常务理事会否决', en: 'The standing council rejects' },
      from: ['PROPOSED'],
      to: 'REJECTED',
      by: ['SERVICE'],
    },
  },
});

/** The states of a fee schedule. */
export type FeeScheduleStateName = StateOf<typeof feeScheduleMachine>;

/** The steps of a fee schedule. */
export type FeeScheduleAction = keyof typeof feeScheduleMachine.definition.actions;
