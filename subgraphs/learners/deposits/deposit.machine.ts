import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { GuardContext } from '../../kit/room/machine/machine-definition.js';

/** What the guards of a deposit look at. */
export interface DepositFacts {
  /** The subject of the person who entered it. */
  readonly enteredBy: string;
}

/** Entry and review of one record by one person is what the review is there to prevent (model.md section 3.12). */
function bySomebodyElse({ principal, facts }: GuardContext<DepositFacts>) {
  return principal.subject === facts.enteredBy ? ('DEPOSIT_SAME_PERSON' as const) : undefined;
}

/**
 * The deposit of a result that was read from the school's live record: it enters VALIDATED. `reviewDeposit` with
 * APPROVE is `reviewDeposit` or, without an active account, `holdDeposit`; with REJECT it is `rejectDeposit`.
 */
export const depositMachine = defineMachine({
  name: 'Deposit',
  source: 'model.md section 2 (Deposit, bulk), sections 3.3 and 3.12',
  initial: ['VALIDATED'],
  states: {
    VALIDATED: {
      title: { zh: '待复核', en: 'To be reviewed' },
      waitsFor: ['REGISTRAR', 'INSTITUTION_ADMIN'],
      dueInDays: 15,
    },
    HELD: {
      title: { zh: '暂存', en: 'Held until the account is active' },
      waitsFor: ['REGISTRAR', 'INSTITUTION_ADMIN'],
      dueInDays: 365,
    },
    BANKED: { title: { zh: '已存入', en: 'Banked' }, resting: true },
    REJECTED: { title: { zh: '未通过', en: 'Rejected' }, final: true },
    REVOKED: { title: { zh: '已撤销', en: 'Revoked' }, final: true },
  },
  actions: {
    reviewDeposit: {
      title: { zh: '复核通过', en: 'Approve' },
      from: ['VALIDATED'],
      to: 'BANKED',
      by: ['REGISTRAR', 'INSTITUTION_ADMIN'],
      guard: bySomebodyElse,
    },
    holdDeposit: {
      title: { zh: '复核通过，待开户', en: 'Approve without an active account' },
      from: ['VALIDATED'],
      to: 'HELD',
      by: ['REGISTRAR', 'INSTITUTION_ADMIN'],
      guard: bySomebodyElse,
    },
    rejectDeposit: {
      title: { zh: '复核不通过', en: 'Reject' },
      from: ['VALIDATED'],
      to: 'REJECTED',
      by: ['REGISTRAR', 'INSTITUTION_ADMIN'],
      guard: bySomebodyElse,
    },
    releaseDeposit: {
      title: { zh: '开户后入账', en: 'Release to the active account' },
      from: ['HELD'],
      to: 'BANKED',
      by: ['SERVICE'],
    },
    revokeDeposit: {
      title: { zh: '撤销', en: 'Revoke' },
      from: ['HELD', 'BANKED'],
      to: 'REVOKED',
      by: ['REGISTRAR', 'INSTITUTION_ADMIN'],
    },
  },
});

/** The states of a deposit. */
export type DepositStateName = StateOf<typeof depositMachine>;
