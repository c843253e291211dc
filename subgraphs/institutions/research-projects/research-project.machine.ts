import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';

const lead = 'INSTITUTION_ADMIN' as const;
const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;

/** A research project: proposed by its leading member, entered by the secretariat, run and reported by the member. */
export const researchProjectMachine = defineMachine({
  name: 'ResearchProject',
  source: 'charter art. 9, 10',
  initial: ['PROPOSED'],
  states: {
    PROPOSED: { title: { zh: '已申报', en: 'Proposed' }, waitsFor: secretariat, dueInDays: 30 },
    APPROVED: { title: { zh: '已立项', en: 'Approved' }, waitsFor: lead, dueInDays: 90 },
    RUNNING: { title: { zh: '进行中', en: 'Running' }, waitsFor: lead, dueInDays: 30 },
    COMPLETED: { title: { zh: '已结项', en: 'Completed' }, final: true },
    STOPPED: { title: { zh: '已终止', en: 'Stopped' }, final: true },
  },
  actions: {
    approveResearchProject: {
      title: { zh: '立项', en: 'Enter in the registry' },
      from: ['PROPOSED'],
      to: 'APPROVED',
      by: [secretariat],
    },
    startResearchProject: {
      title: { zh: '开题', en: 'Start' },
      from: ['APPROVED'],
      to: 'RUNNING',
      by: [lead],
    },
    addResearchOutput: {
      title: { zh: '登记成果', en: 'Add an output' },
      from: ['RUNNING', 'COMPLETED'],
      by: [lead],
    },
    completeResearchProject: {
      title: { zh: '结项', en: 'Complete' },
      from: ['RUNNING'],
      to: 'COMPLETED',
      by: [lead],
    },
    stopResearchProject: {
      title: { zh: '终止', en: 'Stop' },
      from: ['PROPOSED', 'APPROVED', 'RUNNING'],
      to: 'STOPPED',
      by: [lead, secretariat],
    },
  },
});

/** The states of a project. */
export type ResearchProjectStateName = StateOf<typeof researchProjectMachine>;

/** The steps of a project; each is a mutation. */
export type ResearchProjectAction = keyof typeof researchProjectMachine.definition.actions;
