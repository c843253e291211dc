import { defineMachine } from '../../kit/room/machine/machine.js';
import type { Actor } from '../../kit/room/machine/machine-definition.js';

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const satisfies Actor;
const council = { role: 'COUNCIL_MEMBER', anywhere: true } as const satisfies Actor;

/**
 * The membership of an institution, from the moment it counts. The way in is a membership case, also for who has left and
 * comes back; each of the three ways out is a `MembershipExit`. Their steps move the membership (`stepsThatFollow`).
 * The charter names no periods: the days here are proposals of ours.
 */
export const membershipMachine = defineMachine({
  name: 'Membership',
  source: 'model.md sections 2, 3.13, 3.14 and 9.3; charter art. 11, 18, 20, 21',
  initial: ['ACTIVE'],
  states: {
    ACTIVE: { title: { zh: '正式成员', en: 'Active member' }, resting: true },
    SUSPENDED: { title: { zh: '暂停', en: 'Suspended' }, waitsFor: secretariat, dueInDays: 90 },
    EXIT_PROPOSED: {
      title: { zh: '退出待决定', en: 'The standing council has to decide on the exit' },
      waitsFor: council,
      dueInDays: 180,
    },
    RUN_OFF: {
      title: { zh: '履行存续义务', en: 'Obligations are being fulfilled' },
      waitsFor: secretariat,
      dueInDays: 365,
    },
    EXITED: { title: { zh: '已退出', en: 'Has left' }, resting: true },
    MERGED: { title: { zh: '已并入', en: 'Merged into its successor' }, final: true },
  },
  actions: {
    suspendMembership: {
      title: { zh: '暂停成员资格', en: 'Suspend the membership' },
      from: ['ACTIVE'],
      to: 'SUSPENDED',
      by: [secretariat],
    },
    reinstateMembership: {
      title: { zh: '恢复成员资格', en: 'Reinstate the membership' },
      from: ['SUSPENDED'],
      to: 'ACTIVE',
      by: [secretariat],
    },
    openViolationCase: {
      title: { zh: '立案调查', en: 'Open a case of a violation' },
      from: ['ACTIVE', 'SUSPENDED'],
      by: [secretariat],
    },
    proposeInactivityExit: {
      title: { zh: '提请因不活动退出', en: 'Propose the exit for inactivity' },
      // Whoever is suspended could not act: its inactivity is not its own (model.md section 2).
      from: ['ACTIVE'],
      to: 'EXIT_PROPOSED',
      by: [secretariat],
    },
    requestVoluntaryExit: {
      title: { zh: '申请退出', en: 'Ask to leave' },
      from: ['ACTIVE', 'SUSPENDED'],
      to: 'EXIT_PROPOSED',
      by: ['INSTITUTION_ADMIN'],
    },
    mergeMembership: {
      title: { zh: '并入其他成员', en: 'Merge into another member' },
      from: ['ACTIVE'],
      to: 'MERGED',
      by: [secretariat],
    },
    proposeViolationExit: {
      title: { zh: '提请责令退出', en: 'Propose the exit that a violation orders' },
      from: ['ACTIVE', 'SUSPENDED'],
      to: 'EXIT_PROPOSED',
      by: [secretariat],
    },
    keepActive: {
      title: { zh: '不予退出', en: 'The exit is rejected or withdrawn' },
      from: ['EXIT_PROPOSED'],
      to: 'ACTIVE',
      by: [council, secretariat, 'INSTITUTION_ADMIN'],
    },
    keepSuspended: {
      title: { zh: '不予退出，仍暂停', en: 'The exit is rejected or withdrawn, the suspension goes on' },
      from: ['EXIT_PROPOSED'],
      to: 'SUSPENDED',
      by: [council, secretariat, 'INSTITUTION_ADMIN'],
    },
    beginRunOff: {
      title: { zh: '决定退出', en: 'The standing council decides the exit' },
      from: ['EXIT_PROPOSED'],
      to: 'RUN_OFF',
      by: [council],
    },
    endRunOff: {
      title: { zh: '完成退出', en: 'Every obligation is fulfilled' },
      from: ['RUN_OFF'],
      to: 'EXITED',
      by: [secretariat],
    },
    readmitMembership: {
      title: { zh: '重新入盟', en: 'Admitted again by a new application' },
      from: ['EXITED'],
      to: 'ACTIVE',
      by: [secretariat],
    },
  },
});

/** What is no mutation on a membership: it follows from a step of its exit, of a violation case or of an application. */
export const stepsThatFollow: readonly string[] = [
  'proposeViolationExit',
  'keepActive',
  'keepSuspended',
  'beginRunOff',
  'endRunOff',
  'readmitMembership',
];

/** An action that moves or concerns a membership. */
export type MembershipAction = Parameters<typeof membershipMachine.check>[0];
