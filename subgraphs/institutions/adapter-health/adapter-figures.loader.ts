import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { LegalPeriod } from '../../kit/room/figures/calendar-periods.js';
import { readFigure } from '../../kit/room/figures/figure-part.js';
import type { PlaceInRanking, RankingEntry } from '../../kit/room/figures/ranking.js';
import { responseTimeBounds } from '../../kit/room/figures/response-times.js';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { Dashboard } from '../dashboards/dashboard.types.js';
import { rankInstitutions } from '../dashboards/institution-ranking.js';
import { institutionIn } from '../dashboards/institution-record.js';
import type { Institution } from '../institutions/institution.types.js';
import { AdapterRankingFigure, type AdapterFigures } from './adapter-health.types.js';

/** Rows of hours or days added up, class by class; PostgreSQL has no sum of lists that is as quick. */
const summed = (times: string) =>
  `array[${Array.from({ length: responseTimeBounds.length + 1 }, (_, place) => `sum(${times}[${place + 1}])`).join(', ')}]`;

/** The schools that a dashboard is about and that are connected. */
const connected = `connected as (
    select school.id from connected_schools() as school(id), given
    where ids is null or school.id in (select jsonb_array_elements_text(ids)))`;

/**
 * How the adapters are doing. Questions are those of today and yesterday: for thousands of schools the hours would be
 * twenty times as many rows.
 */
export async function adapterFigures(
  scope: RequestScope,
  { institutionIds, asOf }: Dashboard,
): Promise<AdapterFigures> {
  const { from, to } = lastDays(asOf, 2);
  const record = await readFigure<AdapterRecord>(scope, {
    institutionIds,
    statement: `with ${connected}, instant as (select ?::timestamptz as now, ?::date as yesterday, ?::date as tomorrow),
     latest as (
       select connected.id, known.freshness,
         case when known.sampled_at > now - interval '5 minutes' then known.health else 'SILENT' end as health,
         floor(extract(epoch from now - known.last_answer_at))::integer as stale
       from connected cross join instant left join adapter_health known on known.institution_id = connected.id),
     days as (
       select institution_id, sum(calls) as calls, sum(failures) as failures, max(longest_ms) as longest,
         ${summed('response_times')} as times
       from adapter_health_day, instant
       where day >= yesterday and day < tomorrow and institution_id in (select id from connected)
       group by institution_id),
     every as (
       select response_time(times, 50, longest) as p50, response_time(times, 95, longest) as p95
       from (select max(longest) as longest, ${summed('times')}::bigint[] as times from days) as one),
     slowest as (
       select to_jsonb(about) as institution, one.value
       from (select institution_id, response_time(times, 95, longest) as value from days) as one
         join institution about on about.id = one.institution_id
       order by one.value desc nulls last, about.id limit 1),
     stalest as (
       select to_jsonb(about) as institution, stale as value
       from latest join institution about using (id)
       where stale is not null order by stale desc, about.id limit 1)
     select json_build_object(
       'connected', (select count(*) from latest),
       'up', (select count(*) from latest where health = 'UP'),
       'degraded', (select count(*) from latest where health = 'DEGRADED'),
       'down', (select count(*) from latest where health = 'DOWN'),
       'silent', (select count(*) from latest where health = 'SILENT'),
       'byFreshness', (select coalesce(json_agg(one), '[]') from (
         select freshness, count(*) as adapters from latest where freshness is not null and health <> 'SILENT'
         group by freshness order by freshness) as one),
       'calls', (select coalesce(sum(calls), 0) from days),
       'failures', (select coalesce(sum(failures), 0) from days),
       'responseP50Ms', (select p50 from every), 'responseP95Ms', (select p95 from every),
       'longestMs', (select max(longest) from days),
       'slowest', (select to_jsonb(slowest) from slowest where value is not null),
       'stalest', (select to_jsonb(stalest) from stalest))`,
    parameters: [asOf.toISOString(), from, to],
  });
  return { ...record, slowest: extreme(record.slowest), stalest: extreme(record.stalest) };
}

/** The figures as the statement gives them: institutions are rows yet. */
type AdapterRecord = Omit<AdapterFigures, 'slowest' | 'stalest'> & {
  readonly slowest: Extreme | null;
  readonly stalest: Extreme | null;
};

interface Extreme {
  readonly institution: Record<string, unknown>;
  readonly value: number;
}

function extreme(found: Extreme | null): AdapterFigures['slowest'] {
  return found === null ? null : { institution: institutionIn(found.institution), value: found.value };
}

/** What a ranking is asked for. */
export interface AdapterRankingQuestion extends PlaceInRanking {
  readonly by: AdapterRankingFigure;
  /** The last seven legal days, today among them, when there is none. */
  readonly period: LegalPeriod | null;
}

/**
 * The connected schools in the order of a figure, a page of them with their institutions. Who has no
 * such figure (was never asked, never answered) is not in the ranking; who had no failure is, with zero.
 * @throws AmrloError `INTERVAL_EMPTY`, `PAGE_SIZE_INVALID`, `CURSOR_INVALID`
 */
export async function adapterRanking(
  scope: RequestScope,
  dashboard: Dashboard,
  { by, period, ...page }: AdapterRankingQuestion,
): Promise<Connection<RankingEntry<Institution>>> {
  const { from, to } = period ?? lastDays(dashboard.asOf, 7);
  if (to <= from) throw refuse('INTERVAL_EMPTY', {}, ['period', 'to']);
  return rankInstitutions(scope, dashboard, {
    ...page,
    list: `AdapterRanking ${by}`,
    statement: `with ${connected},
      period as (select ?::timestamptz as now, ?::date as first, ?::date as beyond)
      select id as institution_id, value from (${valueOf[by]}) as valued`,
    parameters: [dashboard.asOf.toISOString(), from, to],
  });
}

const daysOf = (value: string) => `
  select connected.id, ${value}::bigint as value
  from connected cross join period left join adapter_health_day kept
    on kept.institution_id = connected.id and kept.day >= first and kept.day < beyond
  group by connected.id`;

const valueOf: Record<AdapterRankingFigure, string> = {
  [AdapterRankingFigure.RESPONSE_P95]: daysOf(
    `response_time(${summed('response_times')}, 95, max(longest_ms))`,
  ),
  [AdapterRankingFigure.FAILURES]: daysOf('coalesce(sum(failures), 0)'),
  [AdapterRankingFigure.UNAVAILABLE]: daysOf('coalesce(sum(unavailable_seconds), 0)'),
  [AdapterRankingFigure.STALENESS]: `
    select connected.id, greatest(0, floor(extract(epoch from now - last_answer_at)))::bigint as value
    from connected cross join period join adapter_health known on known.institution_id = connected.id`,
};

function lastDays(now: Date, days: number): LegalPeriod {
  const day = (offset: number) => legalDate(new Date(now.getTime() + offset * 86_400_000));
  return { from: day(1 - days), to: day(1) };
}
