import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { calendarPeriods, type LegalPeriod } from '../../kit/room/figures/calendar-periods.js';
import { readFigure } from '../../kit/room/figures/figure-part.js';
import type { SeriesStep } from '../../kit/room/figures/period.types.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { Dashboard, MemberChanges, MemberFigures, MemberSeriesPoint } from './dashboard.types.js';

/** States in which somebody was a member and is none. */
const over = `('EXITED', 'MERGED')`;

/**
 * From which day until before which day each institution of a dashboard was a member, by the history of the roster: a
 * membership is over for good once it has ended.
 */
const stays = `stays as (
    select institution_id, min(valid_from) as joined_on, min(valid_from) filter (where state in ${over}) as left_on
    from membership_period, given
    where ids is null or institution_id in (select jsonb_array_elements_text(ids))
    group by institution_id)`;

/**
 * The members by state, kind and province on a legal day, the dashboard's where none is named. Kind and province are
 * those of today.
 * @throws AmrloError `FIGURES_OF_THE_FUTURE`
 */
export function memberFigures(
  scope: RequestScope,
  { institutionIds, asOf }: Dashboard,
  day: string | null = null,
): Promise<MemberFigures> {
  const today = legalDate(asOf);
  if (day !== null && day > today) throw refuse('FIGURES_OF_THE_FUTURE', { time: day }, ['asOf']);
  return readFigure(scope, {
    institutionIds,
    statement: `with asked as (select ?::date as day),
     listed as (
       select period.state, about.kind, about.province
       from membership_period period join institution about on about.id = period.institution_id, given, asked
       where valid_from <= day and (valid_to is null or valid_to > day)
         and (ids is null or period.institution_id in (select jsonb_array_elements_text(ids)))),
     present as (select * from listed where state not in ${over})
     select json_build_object(
       'total', (select count(*) from present),
       'provincesCovered', (select count(distinct province) from present),
       'byState', (select coalesce(json_agg(one), '[]') from (
         select state, count(*) as members from listed group by state order by state) as one),
       'byKind', (select coalesce(json_agg(one), '[]') from (
         select kind, count(*) as members from present group by kind order by kind) as one),
       'byProvince', (select coalesce(json_agg(one), '[]') from (
         select province, count(*) as members from present group by province
         order by count(*) desc, province) as one))`,
    parameters: [day ?? today],
  });
}

/** Who came and who went in a time. */
export function memberChanges(
  scope: RequestScope,
  { institutionIds }: Dashboard,
  { from, to }: LegalPeriod,
): Promise<MemberChanges> {
  return readFigure(scope, {
    institutionIds,
    statement: `with ${stays}, period as (select ?::date as first, ?::date as beyond)
     select json_build_object(
       'joined', count(*) filter (where joined_on >= first and joined_on < beyond),
       'left', count(*) filter (where left_on >= first and left_on < beyond))
     from period left join stays on true`,
    parameters: [from, to],
  });
}

/**
 * The members over time.
 * @throws AmrloError `INTERVAL_EMPTY`, `SERIES_TOO_LONG`
 */
export async function memberSeries(
  scope: RequestScope,
  { institutionIds }: Dashboard,
  interval: LegalPeriod,
  every: SeriesStep,
): Promise<MemberSeriesPoint[]> {
  const points = calendarPeriods(interval, every).map(({ from, to }) => ({ first: from, beyond: to }));
  return readFigure(scope, {
    institutionIds,
    statement: `with ${stays}, counted as (
       select first, beyond,
         count(*) filter (where joined_on < beyond and (left_on is null or left_on >= beyond)) as members,
         count(*) filter (where joined_on >= first and joined_on < beyond) as joined,
         count(*) filter (where left_on >= first and left_on < beyond) as left
       from jsonb_to_recordset(?::jsonb) as point(first date, beyond date) left join stays on true
       group by first, beyond)
     select json_agg(json_build_object('from', first, 'to', beyond, 'members', members, 'joined', joined,
       'left', counted.left) order by first)
     from counted`,
    parameters: [JSON.stringify(points)],
  });
}
