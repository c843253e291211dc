import { parseDecimal } from '../../kit/base/decimal.js';
import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import type { DepositSummary } from './institution.types.js';

interface FiguresRow {
  readonly issuer_id: string;
  /** Null in the row that sums up the institution. */
  readonly credit_scheme: string | null;
  readonly deposits: string;
  readonly credits: string;
  readonly learners: string | null;
}

/** What institutions have banked: one grouped statement per request, which gives figures and never rows. */
export const depositSummaryByInstitution: LoaderDefinition<string, DepositSummary> = {
  name: 'depositSummaryByInstitution',
  async batch(scope, institutionIds) {
    const { sql } = await scope.unit();
    const rows = await sql.execute<FiguresRow>(
      `select issuer_id, credit_scheme, deposits::text as deposits, credits::text as credits, learners::text as learners
       from deposit_figures(?::jsonb) order by credit_scheme`,
      [JSON.stringify(institutionIds)],
    );
    return institutionIds.map((id) => {
      const own = rows.filter((row) => row.issuer_id === id);
      const total = own.find((row) => row.credit_scheme === null);
      return {
        deposits: Number(total?.deposits ?? 0),
        learners: total?.learners == null ? null : Number(total.learners),
        credits: own.flatMap(({ credit_scheme: scheme, credits }) =>
          scheme === null ? [] : [{ scheme, amount: parseDecimal(credits) }],
        ),
      };
    });
  },
};
