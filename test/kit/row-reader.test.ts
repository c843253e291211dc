import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { FilterQuery } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import type { DatabaseUnit } from '../../subgraphs/kit/room/database/room-database.js';
import { RowReader } from '../../subgraphs/kit/room/database/row-reader.js';
import { idsIn } from '../../subgraphs/kit/room/policy/ids-in.js';
import { days, instants, names, openSamples, Sample, whereInSql, type SampleRow } from './samples.js';

let room: Awaited<ReturnType<typeof openSamples>>;
beforeAll(async () => {
  room = await openSamples();
});
afterAll(async () => room[Symbol.asyncDispose]());

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
        const where = whereInSql(least);
        const entities = await unit.em.fork({ keepTransactionContext: true }).find(Sample, where);
        expect(idsOf(await new RowReader().read(unit, Sample, where)).sort()).toEqual(idsOf(entities).sort());
      }
    });
  });

  test('asks a condition in SQL with the parameters of every asking, not with those of the first', async () => {
    const reader = new RowReader();
    await inUnit(async (unit) => {
      for (const name of ['anna', 'bert', 'anna']) {
        const where = { name: idsIn('select ?::text', [name]) };
        const rows = await reader.read(unit, Sample, where);
        expect(new Set(rows.map((row) => row.name))).toEqual(new Set([name]));
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
