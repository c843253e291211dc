import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { GuardContext } from '../../kit/room/machine/machine-definition.js';

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;

/** An invoice. Its state follows from the sums of its confirmed entries: settled when nothing is due any more. */
export const invoiceMachine = defineMachine({
  name: 'Invoice',
  source: 'charter art. 22',
  initial: ['OPEN'],
  states: {
    OPEN: { title: { zh: '待缴', en: 'Due' }, waitsFor: secretariat, dueInDays: 60 },
    SETTLED: { title: { zh: '已结清', en: 'Settled' }, resting: true },
  },
  actions: {
    recordPayment: {
      title: { zh: '登记缴费', en: 'Record a payment' },
      from: ['OPEN'],
      by: [secretariat],
    },
    waiveInvoice: {
      title: { zh: '登记减免', en: 'Record a waiver' },
      from: ['OPEN'],
      by: [secretariat],
    },
    recordRefund: {
      title: { zh: '登记退款', en: 'Record a refund' },
      from: ['OPEN', 'SETTLED'],
      by: [secretariat],
    },
    confirmInvoiceEntry: {
      title: { zh: '确认后结清', en: 'The last entry is confirmed' },
      from: ['OPEN'],
      to: 'SETTLED',
      by: [secretariat],
    },
    reopenByRefund: {
      title: { zh: '退款后待缴', en: 'A refund is confirmed' },
      from: ['SETTLED'],
      to: 'OPEN',
      by: ['SERVICE'],
    },
  },
});

/** The states of an invoice. */
export type InvoiceStateName = StateOf<typeof invoiceMachine>;

/** What the steps of an entry depend on. */
export interface EntryFacts {
  readonly recordedBy: string;
}

/** An entry of an invoice: who records it does not decide on it. */
export const invoiceEntryMachine = defineMachine({
  name: 'InvoiceEntry',
  source: 'charter art. 22; model.md section 3.12',
  initial: ['RECORDED'],
  states: {
    RECORDED: { title: { zh: '待确认', en: 'To be confirmed' }, waitsFor: secretariat, dueInDays: 14 },
    CONFIRMED: { title: { zh: '已确认', en: 'Confirmed' }, final: true },
    REJECTED: { title: { zh: '已驳回', en: 'Rejected' }, final: true },
  },
  actions: {
    confirmInvoiceEntry: {
      title: { zh: '确认', en: 'Confirm' },
      from: ['RECORDED'],
      to: 'CONFIRMED',
      by: [secretariat],
      guard: otherPerson,
    },
    rejectInvoiceEntry: {
      title: { zh: '驳回', en: 'Reject' },
      from: ['RECORDED'],
      to: 'REJECTED',
      by: [secretariat],
      guard: otherPerson,
    },
  },
});

/** The states of an entry. */
export type InvoiceEntryStateName = StateOf<typeof invoiceEntryMachine>;

/** The steps of an entry; each is a mutation. */
export type InvoiceEntryAction = keyof typeof invoiceEntryMachine.definition.actions;

function otherPerson({ principal, facts }: GuardContext<EntryFacts>) {
  return principal.subject === facts.recordedBy ? ('ENTRY_SAME_PERSON' as const) : undefined;
}
