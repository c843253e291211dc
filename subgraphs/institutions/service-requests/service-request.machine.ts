import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';

const member = ['INSTITUTION_ADMIN', 'REGISTRAR'] as const;
const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;

/** A question of a member. The days here are the longest; each request keeps its own due date, by its category. */
export const serviceRequestMachine = defineMachine({
  name: 'ServiceRequest',
  source: 'charter art. 11(3), 11(4)',
  initial: ['OPEN'],
  states: {
    OPEN: { title: { zh: '待受理', en: 'Open' }, waitsFor: secretariat, dueInDays: 20 },
    ASSIGNED: { title: { zh: '办理中', en: 'Assigned' }, waitsFor: secretariat, dueInDays: 20 },
    ANSWERED: { title: { zh: '已答复', en: 'Answered' }, waitsFor: member, dueInDays: 14 },
    REOPENED: { title: { zh: '重新提出', en: 'Reopened' }, waitsFor: secretariat, dueInDays: 20 },
    CLOSED: { title: { zh: '已办结', en: 'Closed' }, resting: true },
  },
  actions: {
    assignServiceRequest: {
      title: { zh: '指派', en: 'Assign' },
      from: ['OPEN', 'ASSIGNED', 'REOPENED'],
      to: 'ASSIGNED',
      by: [secretariat],
    },
    answerServiceRequest: {
      title: { zh: '答复', en: 'Answer' },
      from: ['OPEN', 'ASSIGNED', 'REOPENED'],
      to: 'ANSWERED',
      by: [secretariat],
    },
    closeServiceRequest: {
      title: { zh: '办结', en: 'Close' },
      from: ['ANSWERED'],
      to: 'CLOSED',
      by: member,
    },
    reopenServiceRequest: {
      title: { zh: '重新提出', en: 'Reopen' },
      from: ['ANSWERED', 'CLOSED'],
      to: 'REOPENED',
      by: member,
    },
    commentServiceRequest: {
      title: { zh: '留言', en: 'Remark' },
      from: ['OPEN', 'ASSIGNED', 'ANSWERED', 'REOPENED', 'CLOSED'],
      by: [...member, secretariat],
    },
  },
});

/** The states of a request. */
export type ServiceRequestStateName = StateOf<typeof serviceRequestMachine>;

/** The steps of a request; each is a mutation. */
export type ServiceRequestAction = keyof typeof serviceRequestMachine.definition.actions;
