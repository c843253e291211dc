import { expect } from '@jest/globals';
import type { RoomModule } from '../../subgraphs/kit/room/room-module.js';
import {
  workAnsweredType,
  workOf,
  type WorkAnswered,
  type WorkChanged,
} from '../../subgraphs/kit/room/work/work-event.js';
import type { AnyWorkSource, WorkRow } from '../../subgraphs/kit/room/work/work-source.js';
import type { RoomOnPostgres } from '../rooms/room-on-postgres.js';
import { pgSql } from '../support/pg-sql.js';

/** The rows of a source as its room's code sees them, read behind the room's back. */
export async function rowsOf(
  { sql }: Pick<RoomOnPostgres, 'sql'>,
  source: AnyWorkSource,
): Promise<WorkRow[]> {
  const { rows } = await sql.query(
    `select row_to_json(t) as row from ${source.entity.meta.tableName} t order by id`,
  );
  return rows.map(({ row }) =>
    Object.fromEntries(
      Object.entries(row as object).map(([column, value]) => [
        column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
        typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : value,
      ]),
    ),
  ) as never;
}

/** What every row of a room means for officials now. */
export async function workOfAll(
  room: Pick<RoomOnPostgres, 'sql'>,
  module: RoomModule,
): Promise<WorkChanged[]> {
  const all: WorkChanged[] = [];
  for (const source of module.work ?? []) {
    for (const row of await rowsOf(room, source)) all.push(await workOf(source, row, pgSql(room.sql)));
  }
  return all;
}

/**
 * Fails where the last that a room has told of a row is not what is true of it, or where a row waits of which it never
 * told. Of a row that never waited (a founding member) nothing has to be told.
 */
export async function expectAllTold(room: RoomOnPostgres, module: RoomModule): Promise<void> {
  const { rows } = await room.sql.query<{
    type: string;
    version: number;
    payload: WorkChanged & WorkAnswered;
  }>(
    `select type, version, payload from outbox_event where type in ('WorkChanged', 'WorkAnswered') order by seq`,
  );
  const told = new Map<string, WorkChanged>();
  for (const { type, version, payload } of rows) {
    const key = `${payload.type} ${payload.id}`;
    const known = told.get(key);
    if (type === workAnsweredType && known !== undefined) {
      const notFor = [...new Set([...known.notFor, payload.subject])].toSorted();
      told.set(key, { ...known, version, notFor });
    } else told.set(key, payload);
  }
  const inOrder = (list: readonly WorkChanged[]) =>
    list.toSorted((a, b) => (`${a.type} ${a.id}` < `${b.type} ${b.id}` ? -1 : 1));
  const all = await workOfAll(room, module);
  const toBeTold = all.filter(({ type, id, waitsFor }) => waitsFor.length > 0 || told.has(`${type} ${id}`));
  expect(inOrder([...told.values()])).toEqual(inOrder(toBeTold));
}
