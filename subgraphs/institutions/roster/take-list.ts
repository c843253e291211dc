import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';
import { emit } from '../../kit/room/outbox/emit.js';
import { workChanged } from '../../kit/room/work/work-event.js';
import { applyRoster, type RosterChanges } from './apply-roster.js';
import { compareRosters, type ComparedRosters } from './compare-rosters.js';
import { editionInForce, heldRoster, lockRoster, recordEdition, rosterPrint } from './held-roster.js';
import type { RejectedRow, Roster } from './parse-roster.js';
import type { RosterComparisonRow } from './roster-comparison.entity.js';
import { rosterComparisonWork } from './roster-comparison.work.js';

/** What became of a list: taken over, or compared and waiting for a person. */
export type TakenList = RosterChanges | { readonly comparisonId: string; readonly unchanged: number };

/** Who projects what waits for officials. */
export const workConsumers: readonly string[] = ['institutions'];

/**
 * Takes a list in the caller's transaction: the first list at once, a newer one only if it says nothing else than the
 * roster; otherwise it is compared, and nothing is taken. The same import asked twice compares once.
 * @throws AmrloError `ROSTER_OLDER`, and `ROSTER_INCOMPLETE` where rejected rows could hide institutions
 */
export async function takeList(
  sql: Sql,
  roster: Roster,
  { jobId, now }: { readonly jobId: string; readonly now: Date },
): Promise<TakenList> {
  await lockRoster(sql);
  const previousAsOf = await editionInForce(sql);
  const edition = {
    asOf: roster.asOf,
    institutions: roster.rows.length,
    appliedBy: 'service:institutions',
    at: now,
  };
  if (previousAsOf === undefined) {
    const changes = await applyRoster(sql, roster, now);
    await recordEdition(sql, edition);
    return changes;
  }
  if (roster.asOf < previousAsOf) throw refuse('ROSTER_OLDER', { asOf: roster.asOf, previousAsOf });
  const hiding = roster.rejected.filter(hidesInstitutions).length;
  if (hiding > 0) throw refuse('ROSTER_INCOMPLETE', { rows: hiding });
  const held = await heldRoster(sql);
  const compared = compareRosters(held, roster.rows);
  const { unchanged } = compared;
  if (compared.differences.length === 0) {
    if (roster.asOf > previousAsOf) await recordEdition(sql, edition);
    return { added: 0, changed: 0, unchanged };
  }
  const row: RosterComparisonRow = {
    id: newId('RosterComparison'),
    jobId,
    asOf: roster.asOf,
    previousAsOf,
    rosterPrint: rosterPrint(held),
    listed: roster.rows.length,
    unchanged,
    state: 'COMPARED',
    stateEnteredAt: now,
    version: 1,
    createdAt: now,
  };
  return { comparisonId: await keepComparison(sql, row, compared), unchanged };
}

/** A row that repeats another one hides nothing, and neither does a province with more rows than it says. */
function hidesInstitutions({ code, parameters }: RejectedRow): boolean {
  if (code === 'ROSTER_COUNT_DIFFERS') return Number(parameters['found']) < Number(parameters['expected']);
  return code !== 'ROW_DUPLICATE';
}

/** @returns the id of the import's comparison, also when an earlier attempt of the same import has kept it */
async function keepComparison(
  sql: Sql,
  row: RosterComparisonRow,
  { differences }: ComparedRosters,
): Promise<string> {
  const now = row.createdAt.toISOString();
  const [kept] = await sql.execute<{ id: string }>(
    `insert into roster_comparison (id, job_id, as_of, previous_as_of, roster_print, listed, unchanged, state,
       state_entered_at, version, created_at)
     values (?, ?, ?::date, ?::date, ?, ?::integer, ?::integer, 'COMPARED', ?::timestamptz, 1, ?::timestamptz)
     on conflict (job_id) do nothing returning id`,
    [row.id, row.jobId, row.asOf, row.previousAsOf, row.rosterPrint, row.listed, row.unchanged, now, now],
  );
  if (kept === undefined) {
    const [earlier] = await sql.execute<{ id: string }>('select id from roster_comparison where job_id = ?', [
      row.jobId,
    ]);
    return earlier!.id;
  }
  const changes = differences.map((difference) => ({
    id: newId('RosterChange'),
    ...difference,
    name: (difference.after ?? difference.before)!.name,
    province: (difference.after ?? difference.before)!.province ?? '',
  }));
  await sql.execute(
    `insert into roster_change
       (id, comparison_id, kind, moe_code, institution_id, name, province, before, after, successor)
     select id, ?, kind, "moeCode", "institutionId", name, province, before, after, successor
     from jsonb_to_recordset(?::jsonb) as change (id text, kind text, "moeCode" text, "institutionId" text, name text,
       province text, before jsonb, after jsonb, successor jsonb)`,
    [row.id, JSON.stringify(changes)],
  );
  await emit(sql, await workChanged(rosterComparisonWork, row, sql), workConsumers);
  return row.id;
}
