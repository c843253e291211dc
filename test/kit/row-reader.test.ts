import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { defineEntity, p, raw, type FilterQuery, type InferEntity } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { parseDatabaseUrl } from '../../subgraphs/kit/room/database/address.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import {
  openRoomDatabase,
  type DatabaseUnit,
  type RoomDatabase,
} from '../../subgraphs/kit/room/database/room-database.js';
import { RowReader } from '../../subgraphs/kit/room/database/row-reader.js';
import { createTestDatabase, type TestDatabase } from '../support/pg-sql.js';

/** One column of every type that the house's entities have. */
const Sample = defineEntity({
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
type SampleRow = InferEntity<typeof Sample>;

const names = ['anna', 'bert', '课程', `o'neil \\ "x"`];
const days = ['2026-01-01', '2026-02-28'];
const instants = ['2026-01-15T08:00:00.123Z', '1999-12-31T16:00:00.000Z'];

let database: TestDatabase;
let room: RoomDatabase;

beforeAll(async () => {
  database = await createTestDatabase([
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
  room = await openRoomDatabase({
    room: 'samples',
    app: parseDatabaseUrl(database.url),
    entities: [Sample],
  });
});
afterAll(async () => {
  await room.close();
  await database[Symbol.asyncDispose]();
});

const inUnit = <T>(work: (unit: DatabaseUnit) => Promise<T>) => room.transact(servicePrincipal('test'), work);
const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe('reading without entities', () => {
  test('gives the same values as reading entities, for a column of every type', async () => {
    await inUnit(async (unit) => {
      const entities = await unit.em.find(Sample, {}, { orderBy: { id: 'asc' } });
      const rows = await new RowReader().read(unit, Sample, {}, { orderBy: { id: 'asc' } });
      expect(rows).toHaveLength(24);
      expect(rows).toEqual(entities.map((entity) => ({ ...entity })));
      expect(rows.every((row) => Object.getPrototypeOf(row) === Object.prototype)).toBe(true);
    });
  });

  test('gives the rows that a condition selects, whatever the condition and however often it was asked before', async () => {
    const text = fc.constantFrom(...names, 'who?', '$1');
    const instant = fc.constantFrom(...instants).map((value) => new Date(value));
    const leaf = fc.oneof(
      text.map((name) => ({ name })),
      text.map((note) => ({ note: { $ne: note } })),
      fc.array(text, { maxLength: 4 }).map((list) => ({ name: { $in: list } })),
      fc.array(text, { maxLength: 2 }).map((list) => ({ note: { $nin: list } })),
      fc.constantFrom<FilterQuery<SampleRow>>({ name: null }, { enteredAt: { $ne: null } }, { isOpen: true }),
      fc.constantFrom('A' as const, 'B' as const).map((kind) => ({ kind })),
      fc.constantFrom('%a%', 'b_rt', '课%').map((pattern) => ({ name: { $like: pattern } })),
      fc.integer({ min: 0, max: 24 }).map((rank) => ({ rank: { $gt: rank } })),
      fc.constantFrom('1.5', '7', '0').map((credits) => ({ credits: { $gte: credits } })),
      fc.constantFrom(...days).map((heldOn) => ({ heldOn: { $lte: heldOn } })),
      instant.map((enteredAt) => ({ enteredAt: { $lt: enteredAt } })),
      fc.constantFrom(['a'], ['b, c', '7'], []).map((tags) => ({ tags: { $overlap: tags } })),
    ) as fc.Arbitrary<FilterQuery<SampleRow>>;
    const { condition } = fc.letrec<{ condition: FilterQuery<SampleRow> }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map(($and) => ({ $and })),
        fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map(($or) => ({ $or })),
      ),
    }));
    const reader = new RowReader();
    await inUnit(async (unit) => {
      await fc.assert(
        fc.asyncProperty(condition, fc.constantFrom(undefined, 3), async (where, limit) => {
          const options = { orderBy: { id: 'asc' as const }, ...(limit === undefined ? {} : { limit }) };
          const entities = await unit.em.fork({ keepTransactionContext: true }).find(Sample, where, options);
          expect(idsOf(await reader.read(unit, Sample, where, options))).toEqual(idsOf(entities));
        }),
        { numRuns: 300 },
      );
    });
  });

  test('builds a statement once for all conditions that differ in values only', async () => {
    const reader = new RowReader();
    await inUnit(async (unit) => {
      const built = jest.spyOn(unit.em, 'createQueryBuilder');
      for (const name of names) {
        const rows = await reader.read(unit, Sample, { name, kind: { $in: ['A', 'B'] } });
        expect(new Set(rows.map((row) => row.name))).toEqual(new Set([name]));
      }
      expect(built).toHaveBeenCalledTimes(1);
      await reader.read(unit, Sample, { name: 'anna', kind: { $in: ['A'] } });
      await reader.read(unit, Sample, { name: null, kind: { $in: ['A'] } });
      await reader.read(unit, Sample, { name: 'bert', enteredAt: { $gt: new Date(instants[1]!) } });
      expect(
        await reader.read(unit, Sample, { name: 'bert', enteredAt: { $gt: new Date(instants[0]!) } }),
      ).toEqual([]);
      expect(built).toHaveBeenCalledTimes(4);
    });
  });

  test('does not take a text for another condition of the same look', async () => {
    const reader = new RowReader();
    await inUnit(async (unit) => {
      expect(await reader.read(unit, Sample, { name: 'text' })).toEqual([]);
      expect(await reader.read(unit, Sample, { name: 'instant' })).toEqual([]);
      expect(await reader.read(unit, Sample, { name: 'anna' })).toHaveLength(5);
    });
  });

  test('keeps a condition in SQL of its own', async () => {
    await inUnit(async (unit) => {
      for (const least of [20, 22]) {
        const where = { name: 'anna', [raw('length(id) + rank')]: { $gt: least } } as FilterQuery<SampleRow>;
        const entities = await unit.em.fork({ keepTransactionContext: true }).find(Sample, where);
        expect(idsOf(await new RowReader().read(unit, Sample, where)).sort()).toEqual(idsOf(entities).sort());
      }
    });
  });

  test('reads the fields that are named, and no others', async () => {
    await inUnit(async (unit) => {
      const [row] = await new RowReader().read(unit, Sample, { id: 's1' }, { fields: ['id', 'credits'] });
      expect(row).toEqual({ id: 's1', credits: '1.500000' });
    });
  });
});
