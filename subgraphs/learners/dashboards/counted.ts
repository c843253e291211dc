import type { SeriesArguments } from '../../kit/room/figures/period.types.js';
import type { AboutInstitutions } from '../../kit/room/figures/figure-part.js';
import { tallied, tallySeries } from '../../kit/room/figures/read-tallies.js';
import { suppressParts } from '../../kit/room/figures/suppress.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { AccountFigure, AccountPoint, DepositFigure } from './dashboard.types.js';

const depositStates: Readonly<Record<DepositFigure, readonly string[] | undefined>> = {
  ALL: undefined,
  WAITING: ['VALIDATED', 'HELD'],
  BANKED: ['BANKED'],
  REVOKED: ['REVOKED'],
};
const accountStates: Readonly<Record<AccountFigure, readonly string[] | undefined>> = {
  ALL: undefined,
  ACTIVE: ['ACTIVE'],
};

/** Deposits that each figure counts. */
export const countedDeposits = tallied('deposit', 'STATE', depositStates);
/** The same by the month of their entry. */
export const enteredDeposits = tallied('deposit', 'MONTH', depositStates);
/** Accounts that each figure counts. */
export const countedAccounts = tallied('account', 'STATE', accountStates);
const openedAccounts = tallied('account', 'MONTH', accountStates);

/** Accounts by the time of their opening. Their sum is a figure of its own, so a small month hides another one. */
export async function accountSeries(
  scope: RequestScope,
  dashboard: AboutInstitutions,
  of: AccountFigure,
  time: SeriesArguments,
): Promise<AccountPoint[]> {
  const points = await tallySeries(scope, dashboard, openedAccounts[of], time);
  const shown = suppressParts(points.map(({ value }) => value));
  return points.map(({ from, to }, place) => ({ from, to, accounts: shown.parts[place]! }));
}
