import { legalDate } from '../../kit/base/clock.js';
import { parseDecimal } from '../../kit/base/decimal.js';
import { connectionOf } from '../../kit/room/connection/connection-type.js';
import { calendarPeriods } from '../../kit/room/figures/calendar-periods.js';
import { readFigure, type AboutInstitutions } from '../../kit/room/figures/figure-part.js';
import type { FigurePoint, SeriesArguments } from '../../kit/room/figures/period.types.js';
import { readRanking } from '../../kit/room/figures/ranking.js';
import type { RankedInstitutions, RankingQuery } from '../../kit/room/figures/read-tallies.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { AgreementFigure, AgreementFigures } from './dashboard.types.js';

/** The agreements of a dashboard with their state on a day, by the rule of `stateOn`. Its parameter is the day. */
const dated = `day as (select ?::date as today),
  dated as (
    select id, party_ids, state_entered_at, created_at, coalesce(least(effective_to, terminates_on), 'infinity') as ends,
      case when state = 'REJECTED' then state
        when state <> 'SIGNED' then case when today > respond_by then 'LAPSED' else state end
        when terminates_on <= today then 'TERMINATED'
        when effective_to <= today then 'EXPIRED'
        when effective_from <= today then 'EFFECTIVE'
        else state end as state_then
    from agreement, given, day
    where ids is null or party_ids && array(select jsonb_array_elements_text(ids)))`;

const counted: Readonly<Record<AgreementFigure, string>> = {
  ALL: 'true',
  NEGOTIATED: `state_then in ('PROPOSED', 'COUNTERED', 'APPROVED')`,
  IN_FORCE: `state_then = 'EFFECTIVE'`,
};

/** The agreements of a dashboard. */
export async function agreementFigures(
  scope: RequestScope,
  { institutionIds }: AboutInstitutions,
): Promise<AgreementFigures> {
  const { consumption, ...counts } = await readFigure<AgreementFigures>(scope, {
    institutionIds,
    statement: `with ${dated}, in_force as (select party_ids, ends from dated where state_then = 'EFFECTIVE')
     select json_build_object(
       'total', (select count(*) from dated),
       'byState', (select coalesce(json_agg(one order by state), '[]') from (
         select state_then as state, count(*) as agreements from dated group by 1) as one),
       'expiringSoon', (select count(*) from in_force, day where ends <= today + 90),
       'pairsConnected', (select count(*) from (
         select distinct a, b from in_force, unnest(party_ids) as a, unnest(party_ids) as b where a < b) as pair),
       'consumption', (select coalesce(json_agg(json_build_object('scheme', credit_scheme, 'deposits', deposits,
         'consumed', consumed::text, 'reserved', reserved::text) order by credit_scheme), '[]')
         from given, consumption_totals(ids)))`,
    parameters: [today(scope)],
  });
  const exact = consumption.map(({ consumed, reserved, ...one }) => ({
    ...one,
    consumed: parseDecimal(consumed),
    reserved: parseDecimal(reserved),
  }));
  return { ...counts, consumption: exact };
}

/**
 * Institutions by their agreements. Where the dashboard names institutions, those and no others have
 * their place, with 0 where they have none.
 */
export async function rankByAgreements(
  scope: RequestScope,
  dashboard: AboutInstitutions,
  by: AgreementFigure,
  query: RankingQuery,
): Promise<RankedInstitutions> {
  const page = await readRanking(scope, dashboard, {
    ...query,
    list: `agreement ${by}`,
    statement: `with ${dated},
      party as (select unnest(party_ids) as institution_id from dated where ${counted[by]}),
      wanted as (
        select jsonb_array_elements_text(ids) as institution_id from given where ids is not null
        union select institution_id from party, given where ids is null)
      select wanted.institution_id, count(party.institution_id) as value
      from wanted left join party using (institution_id) group by 1`,
    parameters: [today(scope)],
  });
  return connectionOf(page, ({ rank, value, institution_id: id }) => ({ rank, value, institution: { id } }));
}

/**
 * Agreements by the time of their first proposal; a time without any is 0.
 * @throws AmrloError `INTERVAL_EMPTY`, `SERIES_TOO_LONG`
 */
export async function agreementSeries(
  scope: RequestScope,
  { institutionIds }: AboutInstitutions,
  of: AgreementFigure,
  { every, ...interval }: SeriesArguments,
): Promise<FigurePoint[]> {
  const points = calendarPeriods(interval, every);
  const values = await readFigure<number[]>(scope, {
    institutionIds,
    statement: `with ${dated}, made as (
       select (created_at at time zone 'Asia/Shanghai')::date as day from dated where ${counted[of]}),
     valued as (
       select place, count(made.day) as value
       from rows from (jsonb_to_recordset(?::jsonb) as ("from" date, "to" date))
           with ordinality as point ("from", "to", place)
         left join made on made.day >= "from" and made.day < "to"
       group by place)
     select json_agg(value order by place) from valued`,
    parameters: [today(scope), JSON.stringify(points)],
  });
  return points.map((point, place) => ({ ...point, value: values[place] ?? 0 }));
}

function today(scope: RequestScope): string {
  return legalDate(scope.clock.now());
}
