import { parseDecimal } from '../../kit/base/decimal.js';
import type { AboutInstitutions } from '../../kit/room/figures/figure-part.js';
import { readTallies, type TallyGroup } from '../../kit/room/figures/read-tallies.js';
import { suppressParts } from '../../kit/room/figures/suppress.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { AccountState } from '../accounts/account.types.js';
import type { DepositCategory, DepositState } from '../deposits/deposit.types.js';
import type { AccountFigures, DepositFigures } from './dashboard.types.js';

/** The accounts of a dashboard. */
export async function accountFigures(
  scope: RequestScope,
  dashboard: AboutInstitutions,
): Promise<AccountFigures> {
  const byState = await readTallies(scope, dashboard, [{ of: 'account', figures: ['STATE'] }]);
  const shown = suppressParts(byState.map(({ rows }) => rows));
  return {
    total: shown.total,
    byState: byState.map(({ keys }, place) => ({
      state: keys[0] as AccountState,
      accounts: shown.parts[place]!,
    })),
  };
}

/** The deposits of a dashboard. */
export async function depositFigures(
  scope: RequestScope,
  dashboard: AboutInstitutions,
): Promise<DepositFigures> {
  const both = await readTallies(scope, dashboard, [{ of: 'deposit', figures: ['STATE', 'AWARDED'] }]);
  const groups = both.filter(({ figure }) => figure === 'STATE');
  const awarded = both.filter(({ figure }) => figure === 'AWARDED');
  const banked = groups.filter(({ keys }) => keys[0] === 'BANKED');
  return {
    total: sumOf(groups),
    byState: [...Map.groupBy(groups, ({ keys }) => keys[0] as DepositState)].map(([state, own]) => ({
      state,
      deposits: sumOf(own),
    })),
    byCategory: [...Map.groupBy(banked, ({ keys }) => keys[1] as DepositCategory)].map(([category, own]) => ({
      category,
      deposits: sumOf(own),
      credits: own.map(({ keys, amount }) => ({ scheme: keys[2] ?? '', amount: parseDecimal(amount) })),
    })),
    byAwardYear: awarded
      .filter(({ keys }) => keys[0] === 'BANKED')
      .map(({ keys, rows }) => ({ year: keys[1] == null ? null : Number(keys[1]), deposits: rows }))
      .sort((a, b) => (b.year ?? 0) - (a.year ?? 0)),
  };
}

function sumOf(groups: readonly TallyGroup[]): number {
  return groups.reduce((sum, { rows }) => sum + rows, 0);
}
