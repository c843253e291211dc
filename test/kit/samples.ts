import 'reflect-metadata';
import { defineEntity, p, raw, type FilterQuery, type InferEntity } from '@mikro-orm/postgresql';
import { parseDatabaseUrl } from '../../subgraphs/kit/room/database/address.js';
import { openRoomDatabase, type RoomDatabase } from '../../subgraphs/kit/room/database/room-database.js';
import { createTestDatabase } from '../support/pg-sql.js';

/** One column of every type that the house's entities have. */
export const Sample = defineEntity({
  name: 'Sample',
  tableName: 'sample',
  properties: {
    id: p.string().primary(),
    name: p.string().nullable(),
    note: p.text().nullable(),
    kind: p.enum(['A', 'B']),
    rank: p.integer().nullable(),
    isOpen: p.boolean(),
    credits: p.decimal('string').precision(18).scale(6).nullable(),
    heldOn: p.date().nullable(),
    enteredAt: p.datetime().nullable(),
    tags: p.array(),
    content: p.json<Record<string, unknown>>().nullable(),
    version: p.integer().version(),
  },
});
export type SampleRow = InferEntity<typeof Sample>;

export const names = ['anna', 'bert', '课程', `o'neil \\ "x"`];
export const days = ['2026-01-01', '2026-02-28'];
export const instants = ['2026-01-15T08:00:00.123Z', '1999-12-31T16:00:00.000Z'];

/** A room's database with two dozen samples in it. */
export async function openSamples(): Promise<RoomDatabase & AsyncDisposable> {
  const database = await createTestDatabase([
    'create schema samples',
    `create table samples.sample (id text primary key, name text, note text, kind text not null, rank integer,
       is_open boolean not null, credits numeric(18,6), held_on date, entered_at timestamptz, tags text[] not null,
       content jsonb, version integer not null default 1)`,
    ...Array.from({ length: 24 }, (_, n) => {
      const text = (value: string | undefined) =>
        value === undefined ? 'null' : `'${value.replaceAll("'", "''")}'`;
      return `insert into samples.sample values ('s${n}', ${text(names[n % 5])}, ${text(names[n % 7])},
        '${n % 2 === 0 ? 'A' : 'B'}', ${n % 3 === 0 ? 'null' : n}, ${n % 4 === 0}, ${n % 5 === 0 ? 'null' : `${n}.5`},
        ${text(days[n % 3])}, ${text(instants[n % 3])}, ${n % 6 === 0 ? `'{}'` : `'{a,"b, c",${n}}'`},
        ${n % 4 === 0 ? 'null' : `'{"n": ${n}, "list": ["x", null]}'`})`;
    }),
  ]);
  const room = await openRoomDatabase({
    room: 'samples',
    app: parseDatabaseUrl(database.url),
    entities: [Sample],
  });
  return {
    ...room,
    async [Symbol.asyncDispose]() {
      await room.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** A condition that is written in SQL. */
export const whereInSql = (least: number): FilterQuery<SampleRow> => ({
  name: 'anna',
  [raw('length(id) + rank')]: { $gt: least },
});
