import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { ContributionReader } from './contribution-readers.js';
import { scoreContributions, type ComponentWeight } from './score-contributions.js';

/**
 * Keeps everybody else from recording, computing and publishing a year until the end of the transaction: between the
 * look at whether it is published and what follows from that, nobody publishes it.
 */
export async function lockContributions(sql: Sql, period: number): Promise<void> {
  await sql.execute(`select pg_advisory_xact_lock(hashtext('contributions'), ?::integer)`, [period]);
}

/**
 * Computes the scores of all members in standing for a year, by the scheme in force on its last day; those computed before
 * are replaced. Members without a contribution get a score of zero, so that nobody is missing from the ranking.
 * @returns how many members have a score now
 * @throws AmrloError `CONTRIBUTION_SCHEME_MISSING`, `CONTRIBUTIONS_FROZEN`
 */
export async function computeContributions(
  sql: Sql,
  period: number,
  readers: readonly ContributionReader[],
  now: Date,
): Promise<number> {
  await lockContributions(sql, period);
  const [scheme] = await sql.execute<{ id: string; weights: string }>(
    `select id, weights::text as weights from contribution_scheme where effective_from < make_date(? + 1, 1, 1)
     order by effective_from desc limit 1`,
    [period],
  );
  if (scheme === undefined) throw refuse('CONTRIBUTION_SCHEME_MISSING', { period });
  const [frozen] = await sql.execute(
    `select 1 from contribution_score where period = ? and published_at is not null limit 1`,
    [period],
  );
  if (frozen !== undefined) throw refuse('CONTRIBUTIONS_FROZEN', { period });

  const weights = JSON.parse(scheme.weights) as ComponentWeight[];
  const members = await sql.execute<{ id: string }>(
    `select institution_id as id from membership where in_standing`,
  );
  const quantities = (await Promise.all(readers.map((read) => read(sql, period)))).flat();
  const byInstitution = Map.groupBy(quantities, ({ institutionId }) => institutionId);
  const scores = members.map(({ id }) => ({
    id: newId('ContributionScore'),
    institution_id: id,
    ...scoreContributions(weights, byInstitution.get(id) ?? []),
  }));
  await sql.execute(
    `insert into contribution_score (id, institution_id, period, scheme_id, components, points, computed_at)
     select id, institution_id, ?, ?, components, points, ?::timestamptz
     from jsonb_to_recordset(?::jsonb) as score (id text, institution_id text, components jsonb, points numeric)
     on conflict (institution_id, period) do update set scheme_id = excluded.scheme_id,
       components = excluded.components, points = excluded.points, computed_at = excluded.computed_at,
       version = contribution_score.version + 1`,
    [period, scheme.id, now.toISOString(), JSON.stringify(scores)],
  );
  return scores.length;
}

/** The period of an instant: its calendar year in Asia/Shanghai. */
export function yearOf(now: Date): number {
  return Number(legalDate(now).slice(0, 4));
}
