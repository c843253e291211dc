import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { Actor } from '../../kit/room/machine/machine-definition.js';

const secretariat: Actor = { role: 'SECRETARIAT', anywhere: true };

/** A person's place in the pool of experts. Thirty days are a proposal [P]. */
export const expertMachine = defineMachine({
  name: 'Expert',
  source: 'charter art. 16',
  initial: ['NOMINATED'],
  states: {
    NOMINATED: { title: { zh: '已提名', en: 'Nominated' }, waitsFor: secretariat, dueInDays: 30 },
    ACTIVE: { title: { zh: '在任', en: 'Active' }, resting: true },
    RETIRED: { title: { zh: '已退出', en: 'Retired' }, final: true },
  },
  actions: {
    confirmExpert: {
      title: { zh: '确认入库', en: 'Take into the pool' },
      from: ['NOMINATED'],
      to: 'ACTIVE',
      by: [secretariat],
    },
    retireExpert: {
      title: { zh: '退出专家库', en: 'Leave the pool, or not be taken into it' },
      from: ['NOMINATED', 'ACTIVE'],
      to: 'RETIRED',
      by: [secretariat],
    },
  },
});

/** The states of an expert. */
export type ExpertStateName = StateOf<typeof expertMachine>;
