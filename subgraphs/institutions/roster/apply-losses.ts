import type { Sql } from '../../kit/room/database/sql.js';
import type { ConfirmedLoss } from './confirmed-losses.js';

/**
 * Writes what was confirmed of institutions that a list does not have any more, with the list's date. Facts only: the
 * memberships of these institutions are not touched (charter art. 21: only the standing council ends one).
 */
export async function applyLosses(
  sql: Sql,
  comparisonId: string,
  asOf: string,
  losses: readonly ConfirmedLoss[],
): Promise<void> {
  const given = JSON.stringify(losses);
  await sql.execute(
    `update roster_change set decision = loss.decision, decided_successor = loss.successor
     from jsonb_to_recordset(?::jsonb) as loss ("moeCode" text, decision text, successor text)
     where comparison_id = ? and moe_code = loss."moeCode"`,
    [given, comparisonId],
  );
  await sql.execute(
    `update institution set listing = case loss.decision when 'GONE' then 'GONE' else 'MERGED' end,
       listing_since = ?::date, merged_into = successor.id, version = institution.version + 1
     from jsonb_to_recordset(?::jsonb) as loss ("moeCode" text, decision text, successor text)
       left join institution successor on successor.moe_code = loss.successor
     where institution.moe_code = loss."moeCode" and loss.decision <> 'KEEP'`,
    [asOf, given],
  );
}
