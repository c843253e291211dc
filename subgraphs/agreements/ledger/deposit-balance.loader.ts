import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import { DepositBalanceEntity, type DepositBalanceRow } from './deposit-balance.entity.js';

/** The balances of deposits; null for deposits that were never banked or that the caller may not see. */
export const balanceByDeposit: LoaderDefinition<string, DepositBalanceRow | null> = {
  name: 'balanceByDeposit',
  async batch(scope, ids) {
    const rows = await scope.find(DepositBalanceEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  },
};
