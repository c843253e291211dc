import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import {
  readRanking,
  type RankedRow,
  type RankingEntry,
  type RankingQuestion,
} from '../../kit/room/figures/ranking.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { Institution } from '../institutions/institution.types.js';
import type { Dashboard } from './dashboard.types.js';
import { institutionIn } from './institution-record.js';

/**
 * A page of a ranking of this room, with its institutions.
 * @param question its statement is a select of `institution_id` and `value`; who has no value is not in the ranking
 * @throws AmrloError `PAGE_SIZE_INVALID`, `CURSOR_INVALID`
 */
export async function rankInstitutions(
  scope: RequestScope,
  dashboard: Dashboard,
  question: RankingQuestion,
): Promise<Connection<RankingEntry<Institution>>> {
  const page = await readRanking<RankedRow & { institution: Record<string, unknown> }>(scope, dashboard, {
    ...question,
    statement: `select valued.institution_id, valued.value, to_jsonb(about) as institution
      from (${question.statement}) as valued join institution about on about.id = valued.institution_id
      where valued.value is not null`,
  });
  return connectionOf(page, ({ rank, institution, value }) => ({
    rank,
    institution: institutionIn(institution),
    value,
  }));
}
