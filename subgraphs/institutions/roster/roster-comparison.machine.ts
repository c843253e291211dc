import { defineMachine } from '../../kit/room/machine/machine.js';

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;

/** A newer list of the Ministry, from the comparison to the decision of a person. */
export const rosterComparisonMachine = defineMachine({
  name: 'RosterComparison',
  source: 'charter art. 11(1)',
  initial: ['COMPARED'],
  states: {
    COMPARED: { title: { zh: '待确认', en: 'To be confirmed' }, waitsFor: secretariat, dueInDays: 30 },
    APPLIED: { title: { zh: '已采用', en: 'Applied' }, final: true },
    DISCARDED: { title: { zh: '已放弃', en: 'Discarded' }, final: true },
  },
  actions: {
    applyRosterComparison: {
      title: { zh: '采用名单', en: 'Apply the list' },
      from: ['COMPARED'],
      to: 'APPLIED',
      by: [secretariat],
    },
    discardRosterComparison: {
      title: { zh: '放弃', en: 'Discard the comparison' },
      from: ['COMPARED'],
      to: 'DISCARDED',
      by: [secretariat],
    },
  },
});
