import { legalDate } from '../../kit/base/clock.js';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { readFigure } from '../../kit/room/figures/figure-part.js';
import type { PlaceInRanking, RankingEntry } from '../../kit/room/figures/ranking.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { ActivityKind } from '../activities/activity.types.js';
import { asked, isCandidate, members } from '../activities/inactivity-evidence.js';
import type { Institution } from '../institutions/institution.types.js';
import type { ActivityFigures } from './activity-figures.types.js';
import type { Dashboard } from './dashboard.types.js';
import { rankInstitutions } from './institution-ranking.js';

const selected = (institution: string) =>
  `(ids is null or ${institution} in (select jsonb_array_elements_text(ids)))`;
const counts = `counted.occurred_on > asked.since and counted.occurred_on <= asked.as_of`;

/** What members did in the three years until the dashboard's day, and who did nothing. */
export function activityFigures(
  scope: RequestScope,
  { institutionIds, asOf }: Dashboard,
): Promise<ActivityFigures> {
  return readFigure(scope, {
    institutionIds,
    statement: `select json_build_object('since', asked.since,
      'byKind', (select coalesce(json_agg(one order by kind), '[]') from (
        select kind, count(*) as activities, count(distinct institution_id) as institutions
        from counted_activity counted where ${counts} and ${selected('institution_id')} group by kind) as one),
      'exitCandidates', (select count(*) from ${members}
        where ${isCandidate} and ${selected('member.institution_id')}))
      from ${asked}, given`,
    parameters: [legalDate(asOf), legalDate(asOf)],
  });
}

/** Those who are members now by their activities of the last three years, of one kind or of all; some have none. */
export function activityRanking(
  scope: RequestScope,
  dashboard: Dashboard,
  { kind, ...place }: PlaceInRanking & { readonly kind: ActivityKind | null },
): Promise<Connection<RankingEntry<Institution>>> {
  return rankInstitutions(scope, dashboard, {
    ...place,
    list: `ActivityRanking ${kind}`,
    statement: `select member.institution_id, coalesce(done.value, 0) as value
      from given cross join membership member left join (
        select institution_id, count(*) as value from counted_activity counted, ${asked}
        where ${counts} and (?::text is null or kind = ?::text) group by institution_id) as done using (institution_id)
      where member.state not in ('EXITED', 'MERGED') and ${selected('member.institution_id')}`,
    parameters: [legalDate(dashboard.asOf), kind, kind],
  });
}
