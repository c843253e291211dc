import type { WorkSource } from '../../kit/room/work/work-source.js';
import { DepositEntity, type DepositRow } from './deposit.entity.js';
import { depositMachine } from './deposit.machine.js';

/** Of a deposit, what the inbox of officials is told. */
export type DepositWork = Pick<
  DepositRow,
  'id' | 'version' | 'state' | 'stateEnteredAt' | 'issuerId' | 'title' | 'courseCode' | 'enteredBy'
>;

/** A deposit waits for another official of its school than the one who entered it, then perhaps for its account. */
export const depositWork: WorkSource<DepositWork> = {
  type: 'Deposit',
  entity: DepositEntity as never,
  machine: depositMachine,
  mutations: { holdDeposit: 'reviewDeposit', rejectDeposit: 'reviewDeposit' },
  item: (row) => ({
    about: row.courseCode == null ? row.title : `${row.courseCode} ${row.title}`,
    since: row.stateEnteredAt,
    institutionIds: [row.issuerId],
    notFor: row.state === 'VALIDATED' ? [row.enteredBy] : [],
  }),
  steps: ({ id, version, state }) => {
    if (state !== 'VALIDATED') return [];
    const review = { mutation: 'reviewDeposit', input: { depositId: id, expectedVersion: version } };
    return [
      {
        ...review,
        action: 'reviewDeposit',
        input: { ...review.input, decision: 'APPROVE' },
        reasoned: false,
      },
      { ...review, action: 'rejectDeposit', input: { ...review.input, decision: 'REJECT' }, reasoned: true },
    ];
  },
};
