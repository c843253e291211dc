import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';

const parties = 'INSTITUTION_ADMIN' as const;

/**
 * The agreement. An action of the parties is the mutation of the same name; the actions of SERVICE are the calendar's
 * and happen by themselves on their date (`stateOn`).
 */
export const agreementMachine = defineMachine({
  name: 'Agreement',
  source: 'model.md section 2 (Agreement); charter art. 11(2), 12(6)',
  initial: ['PROPOSED'],
  states: {
    PROPOSED: { title: { zh: '已提出', en: 'Proposed' }, waitsFor: parties, dueInDays: 90 },
    COUNTERED: { title: { zh: '已反提', en: 'Countered' }, waitsFor: parties, dueInDays: 90 },
    APPROVED: {
      title: { zh: '各方已同意', en: 'Approved by all parties' },
      waitsFor: parties,
      dueInDays: 90,
    },
    SIGNED: { title: { zh: '已签署', en: 'Signed' }, resting: true },
    EFFECTIVE: { title: { zh: '生效', en: 'In force' }, resting: true },
    EXPIRED: { title: { zh: '期满', en: 'Expired' }, final: true },
    TERMINATED: { title: { zh: '终止', en: 'Terminated' }, final: true },
    REJECTED: { title: { zh: '被拒绝', en: 'Rejected' }, final: true },
    LAPSED: { title: { zh: '逾期失效', en: 'Lapsed' }, final: true },
  },
  actions: {
    counterAgreement: {
      title: { zh: '提出修改', en: 'Propose another content' },
      from: ['PROPOSED', 'COUNTERED'],
      to: 'COUNTERED',
      by: [parties],
    },
    approveAgreement: {
      title: { zh: '同意', en: 'Approve the content' },
      from: ['PROPOSED', 'COUNTERED'],
      to: 'APPROVED',
      by: [parties],
    },
    rejectAgreement: {
      title: { zh: '拒绝', en: 'Reject' },
      from: ['PROPOSED', 'COUNTERED'],
      to: 'REJECTED',
      by: [parties],
    },
    signAgreement: { title: { zh: '签署', en: 'Sign' }, from: ['APPROVED'], to: 'SIGNED', by: [parties] },
    lapse: {
      title: { zh: '逾期', en: 'Nobody answered in time' },
      from: ['PROPOSED', 'COUNTERED', 'APPROVED'],
      to: 'LAPSED',
      by: ['SERVICE'],
    },
    takeEffect: {
      title: { zh: '生效', en: 'The first day comes' },
      from: ['SIGNED'],
      to: 'EFFECTIVE',
      by: ['SERVICE'],
    },
    expire: {
      title: { zh: '期满', en: 'The last day is over' },
      from: ['EFFECTIVE'],
      to: 'EXPIRED',
      by: ['SERVICE'],
    },
    terminateAgreement: {
      title: { zh: '通知终止', en: 'Give notice' },
      from: ['SIGNED', 'EFFECTIVE'],
      by: [parties],
    },
    endByNotice: {
      title: { zh: '通知期满', en: 'The notice has run' },
      from: ['SIGNED', 'EFFECTIVE'],
      to: 'TERMINATED',
      by: ['SERVICE'],
    },
  },
});

/** The states of an agreement. */
export type AgreementStateName = StateOf<typeof agreementMachine>;
