import 'reflect-metadata';
import { createHash } from 'node:crypto';
import type { GraphQLResolveInfo } from 'graphql';
import { ArgsType, Field, Int, ObjectType, registerEnumType, type ClassType } from 'type-graphql';
import { AmrloError } from '../../base/errors/amrlo-error.js';
import { connectionType, type Connection } from '../connection/connection-type.js';
import { selectsTotal } from '../connection/selects-total.js';
import { pageSizes } from '../connection/page-arguments.js';
import type { Page } from '../connection/read-page.js';
import type { RequestScope } from '../scope/request-scope.js';
import { readFigure, type AboutInstitutions } from './figure-part.js';

/** Which end of a ranking comes first. */
export enum RankingOrder {
  HIGHEST = 'HIGHEST',
  LOWEST = 'LOWEST',
}
registerEnumType(RankingOrder, { name: 'RankingOrder', description: 'Which end of a ranking comes first.' });

/** Where in a ranking to read. */
@ArgsType()
export class RankingArguments {
  @Field(() => RankingOrder, { defaultValue: RankingOrder.HIGHEST })
  order!: RankingOrder;

  @Field(() => Int, { nullable: true, description: 'Institutions per page, 1 to 100; 20 when left out.' })
  first?: number;

  @Field(() => String, { nullable: true, description: 'Read on after this cursor.' })
  after?: string;
}

/** Where in a ranking to read, as the client asks for it. */
export type PlaceInRanking = Pick<RankingQuestion, 'order' | 'first' | 'after' | 'withTotal'>;

/** The place in a ranking that a field was asked for. */
export function placeOf(args: RankingArguments, info: GraphQLResolveInfo): PlaceInRanking {
  const { order, first = null, after = null } = args;
  return { order, first, after, withTotal: selectsTotal(info) };
}

/** One institution in a ranking. */
export interface RankingEntry<Institution extends object> {
  rank: number;
  institution: Institution | null;
  value: number;
}

/** The connection type of a ranking of institutions by a whole number, for example `AdapterRanking`. */
export function rankingType<Institution extends object>(
  name: string,
  institution: ClassType<Institution>,
  value: { description: string },
): ClassType<Connection<RankingEntry<Institution>>> {
  @ObjectType(`${name}Entry`)
  class Entry {
    @Field(() => Int, { description: 'From 1; institutions with the same value have the same rank.' })
    rank!: number;

    @Field(() => institution, { nullable: true })
    institution!: Institution | null;

    @Field(() => Int, value)
    value!: number;
  }
  return connectionType(Entry, name);
}

/** A statement that gives every institution its value, and where in the ranking to read. */
export interface RankingQuestion {
  /** What the cursors belong to: the ranking's name and the figure. */
  readonly list: string;
  /**
   * A select with the columns `institution_id` and `value` (a whole number, not null), one row per institution. It may
   * read `given (ids)`, as a `FigurePart` may.
   */
  readonly statement: string;
  readonly parameters: readonly unknown[];
  readonly order: RankingOrder;
  readonly first?: number | null;
  readonly after?: string | null;
  /** Whether the client selected `totalCount`. */
  readonly withTotal: boolean;
}

/** A row of a ranking, with the further columns of its statement. */
export type RankedRow = { readonly institution_id: string; readonly rank: number; readonly value: number };

/**
 * One page of a ranking: institutions with the same value have the same rank and stand in the order of their ids, so
 * that none is lost or repeated between two pages.
 * @throws AmrloError `PAGE_SIZE_INVALID` or `CURSOR_INVALID`
 */
export async function readRanking<Row extends RankedRow = RankedRow>(
  scope: RequestScope,
  { institutionIds }: AboutInstitutions,
  question: RankingQuestion,
): Promise<Page<Row>> {
  const size = question.first ?? pageSizes.usual;
  if (size < 1 || size > pageSizes.most) throw new AmrloError('PAGE_SIZE_INVALID', { max: pageSizes.most });
  const mark = createHash('sha256')
    .update(`${question.list} ${question.order}`)
    .digest('base64url')
    .slice(0, 6);
  const place = question.after == null ? undefined : placeIn(question.after, mark);
  const [direction, beyond] = question.order === RankingOrder.HIGHEST ? ['desc', '<'] : ['asc', '>'];
  const { entries, total } = await readFigure<{ entries: Row[]; total: number | null }>(scope, {
    institutionIds,
    statement: `with figure as (${question.statement}),
     ranked as (select figure.*, rank() over (order by value ${direction}) as rank from figure),
     page as (
       select * from ranked
       ${place === undefined ? '' : `where value ${beyond} ?::bigint or (value = ?::bigint and institution_id > ?)`}
       order by value ${direction}, institution_id limit ${size + 1})
     select json_build_object(
       'entries', coalesce(json_agg(row_to_json(page) order by value ${direction}, institution_id), '[]'),
       'total', ${question.withTotal ? '(select count(*) from ranked)' : 'null'})
     from page`,
    parameters: [
      ...question.parameters,
      ...(place === undefined ? [] : [place.value, place.value, place.id]),
    ],
  });
  const rows = entries.slice(0, size);
  return {
    rows,
    cursors: rows.map(
      ({ value, institution_id: id }) =>
        mark + Buffer.from(JSON.stringify([value, id])).toString('base64url'),
    ),
    hasNextPage: entries.length > size,
    hasPreviousPage: place !== undefined,
    totalCount: total,
  };
}

/** What a cursor of ours says; anything else is refused before it reaches a statement. */
function placeIn(cursor: string, mark: string): { value: number; id: string } {
  try {
    const [value, id]: unknown[] = JSON.parse(Buffer.from(cursor.slice(6), 'base64url').toString('utf8'));
    const isOurs = Number.isSafeInteger(value) && typeof id === 'string' && !id.includes('\0');
    if (cursor.startsWith(mark) && isOurs) return { value: value as number, id };
  } catch {
    // Not a cursor at all.
  }
  throw new AmrloError('CURSOR_INVALID');
}
