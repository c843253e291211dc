import { refuse } from '../../base/errors/amrlo-error.js';
import { connectionOf, type Connection } from '../connection/connection-type.js';
import type { RequestScope } from '../scope/request-scope.js';
import { calendarPeriods } from './calendar-periods.js';
import { readFigure, type AboutInstitutions } from './figure-part.js';
import type { FigurePoint, SeriesArguments } from './period.types.js';
import { readRanking, type RankingEntry, type RankingQuestion } from './ranking.js';
import { inTensSql, smallestGroup } from './suppress.js';

/** One group of a tally, added up over the institutions asked for. */
export interface TallyGroup {
  /** The table that is counted. */
  readonly of: string;
  readonly figure: string;
  readonly keys: readonly (string | null)[];
  readonly rows: number;
  /** An exact decimal. */
  readonly amount: string;
}

/** Which groups of a tally count: those of a figure whose first key is one of `states`, where that is given. */
export interface TallyFigure {
  readonly of: string;
  readonly figure: string;
  readonly states?: readonly string[] | undefined;
}

/** One figure per name, each counting the rows in some states; undefined: in all. */
export function tallied<Name extends string>(
  of: string,
  figure: string,
  states: Readonly<Record<Name, readonly string[] | undefined>>,
): Readonly<Record<Name, TallyFigure>> {
  const entries = Object.entries<readonly string[] | undefined>(states);
  return Object.fromEntries(
    entries.map(([name, counted]) => [name, { of, figure, states: counted }]),
  ) as Record<Name, TallyFigure>;
}

/** Figures of several tallies. */
export function readTallies(
  scope: RequestScope,
  { institutionIds }: AboutInstitutions,
  wanted: readonly { readonly of: string; readonly figures: readonly string[] }[],
): Promise<TallyGroup[]> {
  const parts = wanted.map(
    ({ of, figures }) =>
      `select '${of}' as of, figure, keys, sum(rows) as rows, sum(amount)::text as amount
       from ${of}_tally, given where figure in (${figures.map((one) => `'${one}'`).join(', ')})
         and (ids is null or institution_id in (select jsonb_array_elements_text(ids)))
       group by figure, keys having sum(rows) <> 0`,
  );
  return readFigure(scope, {
    institutionIds,
    statement: `select coalesce(json_agg(one order by of, figure, keys), '[]')
      from (${parts.join(' union all ')}) as one`,
    parameters: [],
  });
}

/** A page of a ranking. */
export type RankingQuery = Omit<RankingQuestion, 'list' | 'statement' | 'parameters'> & {
  /** Whether it counts people: then fewer than ten are left out, but not nobody, and the others are told in tens. */
  readonly ofPeople?: boolean;
};

/** Institutions in the order of a figure. */
export type RankedInstitutions = Connection<RankingEntry<{ id: string }>>;

/**
 * One page of the institutions ranked by a figure. Where institutions are named, each of them has its place, those
 * without a row with 0; otherwise only institutions that have rows are ranked: no other is known here.
 */
export async function rankByTally(
  scope: RequestScope,
  dashboard: AboutInstitutions,
  { of, figure, states }: TallyFigure,
  query: RankingQuery,
): Promise<RankedInstitutions> {
  const counted = `select institution_id, sum(rows)::bigint as value from ${of}_tally
    where figure = '${figure}' and (?::jsonb is null or keys[1] in (select jsonb_array_elements_text(?::jsonb)))
    group by institution_id`;
  const wantedStates = states === undefined ? null : JSON.stringify(states);
  const placed =
    dashboard.institutionIds === null
      ? `select * from (${counted}) as counted where value > 0`
      : `select id as institution_id, coalesce(value, 0) as value
         from (select jsonb_array_elements_text(ids) as id from given) as named
           left join (${counted}) as counted on institution_id = id`;
  const page = await readRanking(scope, dashboard, {
    ...query,
    list: `${of} ${figure} ${wantedStates}`,
    statement:
      query.ofPeople === true
        ? `select institution_id, ${inTensSql('value')} as value from (${placed}) as placed
           where value = 0 or value >= ${smallestGroup}`
        : placed,
    parameters: [wantedStates, wantedStates],
  });
  return connectionOf(page, ({ rank, value, institution_id: id }) => ({ rank, value, institution: { id } }));
}

/**
 * How many rows fall into each calendar period; the figure's last key is a month. A period without
 * rows is 0.
 * @throws AmrloError `INTERVAL_EMPTY`, `SERIES_TOO_LONG`, `SERIES_NOT_WHOLE_MONTHS`
 */
export async function tallySeries(
  scope: RequestScope,
  { institutionIds }: AboutInstitutions,
  { of, figure, states }: TallyFigure,
  { every, ...interval }: SeriesArguments,
): Promise<FigurePoint[]> {
  for (const end of ['from', 'to'] as const) {
    if (!interval[end].endsWith('-01')) throw refuse('SERIES_NOT_WHOLE_MONTHS', {}, [end]);
  }
  const points = calendarPeriods(interval, every);
  const wantedStates = states === undefined ? null : JSON.stringify(states);
  const values = await readFigure<number[]>(scope, {
    institutionIds,
    statement: `with counted as (
       select keys[array_upper(keys, 1)] as month, sum(rows) as value from ${of}_tally, given
       where figure = '${figure}' and (ids is null or institution_id in (select jsonb_array_elements_text(ids)))
         and (?::jsonb is null or keys[1] in (select jsonb_array_elements_text(?::jsonb)))
       group by 1),
     valued as (
       select place, coalesce(sum(value), 0) as value
       from rows from (jsonb_to_recordset(?::jsonb) as ("from" text, "to" text))
           with ordinality as point ("from", "to", place)
         left join counted on month >= left("from", 7) and month < left("to", 7)
       group by place)
     select json_agg(value order by place) from valued`,
    parameters: [wantedStates, wantedStates, JSON.stringify(points)],
  });
  return points.map((point, place) => ({ ...point, value: values[place] ?? 0 }));
}
