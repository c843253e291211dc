import { parseDecimal } from '../../kit/base/decimal.js';
import type { NewEvent } from '../../kit/room/outbox/emit.js';
import type { DepositRow } from './deposit.entity.js';

/** What the ledger of other rooms needs to know of a deposit. */
export type BankedDeposit = Pick<
  DepositRow,
  'id' | 'learnerId' | 'ownerSubject' | 'issuerId' | 'category' | 'creditAmount' | 'creditScheme' | 'version'
>;

/** A deposit counts from now on. */
export function depositBanked(row: BankedDeposit): NewEvent {
  return event('DepositBanked', row);
}

/** A deposit counts no longer. Emitted only for deposits that were banked. */
export function depositRevoked(row: BankedDeposit): NewEvent {
  return event('DepositRevoked', row);
}

function event(type: string, row: BankedDeposit): NewEvent {
  return {
    type,
    aggregateType: 'Deposit',
    aggregateId: row.id,
    version: row.version,
    payload: {
      depositId: row.id,
      learnerId: row.learnerId ?? null,
      ownerSubject: row.ownerSubject ?? null,
      issuerId: row.issuerId,
      category: row.category,
      credits: { amount: parseDecimal(row.creditAmount), scheme: row.creditScheme },
    },
  };
}
