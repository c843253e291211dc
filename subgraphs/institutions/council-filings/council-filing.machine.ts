import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { Actor } from '../../kit/room/machine/machine-definition.js';

const council: Actor = { role: 'COUNCIL_MEMBER', anywhere: true };

/** The filing of an admitted member with the council. The charter gives no time; 180 days are a proposal [P]. */
export const councilFilingMachine = defineMachine({
  name: 'CouncilFiling',
  source: 'model.md section 9.1; charter art. 20',
  initial: ['PENDING'],
  states: {
    PENDING: { title: { zh: '待理事会备案', en: 'Awaits the council' }, waitsFor: council, dueInDays: 180 },
    ACKNOWLEDGED: { title: { zh: '已备案', en: 'Acknowledged' }, final: true },
  },
  actions: {
    acknowledgeFiling: {
      title: { zh: '备案', en: 'Take note of the filing' },
      from: ['PENDING'],
      to: 'ACKNOWLEDGED',
      by: [council],
    },
  },
});

/** The states of a filing. */
export type CouncilFilingStateName = StateOf<typeof councilFilingMachine>;
