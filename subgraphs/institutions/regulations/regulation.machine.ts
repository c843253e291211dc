import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;

/** One edition of a text. From when to when it is in force follows from the dates of the adopted ones. */
export const regulationMachine = defineMachine({
  name: 'Regulation',
  source: 'charter art. 24 to 26; model.md section 9.2',
  initial: ['DRAFT', 'ADOPTED'],
  states: {
    DRAFT: { title: { zh: '草案', en: 'Draft' }, waitsFor: secretariat, dueInDays: 180 },
    ADOPTED: { title: { zh: '已通过', en: 'Adopted' }, final: true },
    REJECTED: { title: { zh: '未通过', en: 'Not adopted' }, final: true },
    WITHDRAWN: { title: { zh: '撤回', en: 'Withdrawn' }, final: true },
  },
  actions: {
    amendRegulationDraft: {
      title: { zh: '修改草案', en: 'Change the draft' },
      from: ['DRAFT'],
      by: [secretariat],
    },
    withdrawRegulationDraft: {
      title: { zh: '撤回草案', en: 'Withdraw the draft' },
      from: ['DRAFT'],
      to: 'WITHDRAWN',
      by: [secretariat],
    },
    // The motion that puts it to the vote decides it.
    adopt: {
      title: { zh: '表决通过', en: 'The motion is carried' },
      from: ['DRAFT'],
      to: 'ADOPTED',
      by: ['SERVICE'],
    },
    reject: {
      title: { zh: '表决未通过', en: 'The motion fails' },
      from: ['DRAFT'],
      to: 'REJECTED',
      by: ['SERVICE'],
    },
  },
});

/** The states of an edition. */
export type RegulationStateName = StateOf<typeof regulationMachine>;
