import { add, parseDecimal } from '../../kit/base/decimal.js';
import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import { noteReads } from '../audit/read-audit.js';
import type { ArchiveCategory } from './archive-summary.types.js';
import { DepositEntity, type DepositRow } from './deposit.entity.js';
import { asPersonal } from './deposit.loader.js';
import type { DepositCategory } from './deposit.types.js';

/** What learners have banked, by category, as far as the caller may see it. */
export const archiveSummaryByLearner: LoaderDefinition<string, ArchiveCategory[]> = {
  name: 'archiveSummaryByLearner',
  async batch(scope, learnerIds) {
    const rows = await scope.find(DepositEntity, { learnerId: { $in: [...learnerIds] }, state: 'BANKED' });
    noteReads(scope, 'READ_ARCHIVE', 'Learner', rows.map(asPersonal));
    return learnerIds.map((id) => summarize(rows.filter((row) => row.learnerId === id)));
  },
};

/** Sums deposits per category and credit scheme, in the order of their names. */
export function summarize(
  rows: readonly Pick<DepositRow, 'category' | 'creditScheme' | 'creditAmount'>[],
): ArchiveCategory[] {
  return [...Map.groupBy(rows, ({ category }) => category)].sort(byName).map(([category, own]) => ({
    category: category as DepositCategory,
    deposits: own.length,
    credits: [...Map.groupBy(own, ({ creditScheme }) => creditScheme)].sort(byName).map(([scheme, same]) => ({
      scheme,
      amount: add(...same.map(({ creditAmount }) => parseDecimal(creditAmount))),
    })),
  }));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
