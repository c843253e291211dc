import { defineMachine } from '../../kit/room/machine/machine.js';

/**
 * The membership of an institution, from the moment it counts. The way in (application, review, approval) and the
 * three ways out are declared with the membership cases that carry them.
 */
export const membershipMachine = defineMachine({
  name: 'Membership',
  source: 'model.md section 2; charter art. 11, 20, 21',
  initial: ['ACTIVE'],
  states: {
    ACTIVE: { title: { zh: '正式成员', en: 'Active member' }, resting: true },
    SUSPENDED: {
      title: { zh: '暂停', en: 'Suspended' },
      waitsFor: { role: 'SECRETARIAT', anywhere: true },
      dueInDays: 90,
    },
  },
  actions: {
    suspendMembership: {
      title: { zh: '暂停成员资格', en: 'Suspend the membership' },
      from: ['ACTIVE'],
      to: 'SUSPENDED',
      by: [{ role: 'SECRETARIAT', anywhere: true }],
    },
    reinstateMembership: {
      title: { zh: '恢复成员资格', en: 'Reinstate the membership' },
      from: ['SUSPENDED'],
      to: 'ACTIVE',
      by: [{ role: 'SECRETARIAT', anywhere: true }],
    },
  },
});
