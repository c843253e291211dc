import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;
const administrator = 'INSTITUTION_ADMIN' as const;
const days = 60;

/** A sub-alliance. The administrators are those of its lead institution. It begins and ends by motions. */
export const subAllianceMachine = defineMachine({
  name: 'SubAlliance',
  source: 'charter art. 15, 17; days [P]',
  initial: ['APPLIED'],
  states: {
    APPLIED: { title: { zh: '已申请', en: 'Applied for' }, waitsFor: secretariat, dueInDays: days },
    FOUNDED: { title: { zh: '已成立', en: 'Founded' }, resting: true },
    DISSOLUTION_PROPOSED: {
      title: { zh: '拟解散或合并', en: 'To be ended' },
      waitsFor: secretariat,
      dueInDays: days,
    },
    DISSOLVED: { title: { zh: '已解散', en: 'Dissolved' }, final: true },
    MERGED: { title: { zh: '已合并', en: 'Merged' }, final: true },
    REFUSED: { title: { zh: '未批准', en: 'Refused' }, final: true },
    WITHDRAWN: { title: { zh: '已撤回', en: 'Withdrawn' }, final: true },
  },
  actions: {
    withdrawSubAlliance: {
      title: { zh: '撤回申请', en: 'Withdraw the application' },
      from: ['APPLIED'],
      to: 'WITHDRAWN',
      by: [administrator, secretariat],
    },
    proposeSubAllianceEnd: {
      title: { zh: '提议解散或合并', en: 'Propose to dissolve or merge it' },
      from: ['FOUNDED'],
      to: 'DISSOLUTION_PROPOSED',
      by: [administrator, secretariat],
    },
    resumeSubAlliance: {
      title: { zh: '撤回提议', en: 'Drop the proposal' },
      from: ['DISSOLUTION_PROPOSED'],
      to: 'FOUNDED',
      by: [administrator, secretariat],
    },
    // What the motions decide.
    found: {
      title: { zh: '表决通过', en: 'The motion is carried' },
      from: ['APPLIED'],
      to: 'FOUNDED',
      by: ['SERVICE'],
    },
    refuse: {
      title: { zh: '表决未通过', en: 'The motion fails' },
      from: ['APPLIED'],
      to: 'REFUSED',
      by: ['SERVICE'],
    },
    dissolve: {
      title: { zh: '决定解散', en: 'Dissolution is decided' },
      from: ['DISSOLUTION_PROPOSED'],
      to: 'DISSOLVED',
      by: ['SERVICE'],
    },
    merge: {
      title: { zh: '决定合并', en: 'The merger is decided' },
      from: ['DISSOLUTION_PROPOSED'],
      to: 'MERGED',
      by: ['SERVICE'],
    },
    keep: {
      title: { zh: '决定保留', en: 'The motion to end it fails' },
      from: ['DISSOLUTION_PROPOSED'],
      to: 'FOUNDED',
      by: ['SERVICE'],
    },
  },
});

/** A member of a sub-alliance: the lead institution admits, the member leaves. */
export const subAllianceMemberMachine = defineMachine({
  name: 'SubAllianceMember',
  source: 'charter art. 15; days [P]',
  initial: ['REQUESTED', 'MEMBER'],
  states: {
    REQUESTED: { title: { zh: '申请加入', en: 'Asks to join' }, waitsFor: administrator, dueInDays: 30 },
    MEMBER: { title: { zh: '成员', en: 'Member' }, resting: true },
    REFUSED: { title: { zh: '未接纳', en: 'Not admitted' }, final: true },
    LEFT: { title: { zh: '已退出', en: 'Left' }, final: true },
  },
  actions: {
    admitToSubAlliance: {
      title: { zh: '接纳', en: 'Admit' },
      from: ['REQUESTED'],
      to: 'MEMBER',
      by: [administrator],
    },
    refuseSubAllianceMember: {
      title: { zh: '不接纳', en: 'Do not admit' },
      from: ['REQUESTED'],
      to: 'REFUSED',
      by: [administrator],
    },
    leaveSubAlliance: {
      title: { zh: '退出', en: 'Leave' },
      from: ['MEMBER'],
      to: 'LEFT',
      by: [administrator, secretariat],
    },
  },
});

/** The report of a year. */
export const subAllianceReportMachine = defineMachine({
  name: 'SubAllianceReport',
  source: 'charter art. 17; days [P]',
  initial: ['SUBMITTED'],
  states: {
    SUBMITTED: { title: { zh: '已提交', en: 'Submitted' }, waitsFor: secretariat, dueInDays: days },
    INSPECTED: { title: { zh: '已检查', en: 'Inspected' }, final: true },
  },
  actions: {
    inspectSubAlliance: {
      title: { zh: '检查', en: 'Inspect' },
      from: ['SUBMITTED'],
      to: 'INSPECTED',
      by: [secretariat],
    },
  },
});

/** The states of a sub-alliance. */
export type SubAllianceStateName = StateOf<typeof subAllianceMachine>;
/** The states of its members. */
export type SubAllianceMemberStateName = StateOf<typeof subAllianceMemberMachine>;
/** The states of its reports. */
export type SubAllianceReportStateName = StateOf<typeof subAllianceReportMachine>;
