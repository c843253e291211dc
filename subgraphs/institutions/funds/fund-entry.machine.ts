import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { GuardContext } from '../../kit/room/machine/machine-definition.js';

/** What the steps of an entry depend on. */
export interface FundEntryFacts {
  readonly recordedBy: string;
}

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const;

/** An entry of the funds: who records it does not decide on it; a confirmed one is taken back by a counter-entry. */
export const fundEntryMachine = defineMachine({
  name: 'FundEntry',
  source: 'charter art. 23; model.md section 3.12',
  initial: ['RECORDED'],
  states: {
    RECORDED: { title: { zh: '待确认', en: 'To be confirmed' }, waitsFor: secretariat, dueInDays: 14 },
    CONFIRMED: { title: { zh: '已入账', en: 'Confirmed' }, resting: true },
    REJECTED: { title: { zh: '已驳回', en: 'Rejected' }, final: true },
  },
  actions: {
    confirmFundEntry: {
      title: { zh: '确认', en: 'Confirm' },
      from: ['RECORDED'],
      to: 'CONFIRMED',
      by: [secretariat],
      guard: otherPerson,
    },
    rejectFundEntry: {
      title: { zh: '驳回', en: 'Reject' },
      from: ['RECORDED'],
      to: 'REJECTED',
      by: [secretariat],
      guard: otherPerson,
    },
    correctFundEntry: {
      title: { zh: '登记更正', en: 'Record its counter-entry' },
      from: ['CONFIRMED'],
      by: [secretariat],
    },
  },
});

/** The states of an entry. */
export type FundEntryStateName = StateOf<typeof fundEntryMachine>;

/** The steps of an entry; each is a mutation. */
export type FundEntryAction = keyof typeof fundEntryMachine.definition.actions;

function otherPerson({ principal, facts }: GuardContext<FundEntryFacts>) {
  return principal.subject === facts.recordedBy ? ('ENTRY_SAME_PERSON' as const) : undefined;
}
