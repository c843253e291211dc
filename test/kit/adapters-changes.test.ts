import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mappingSchema } from '../../subgraphs/adapters/kit/mapping.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import {
  createAdapterClient,
  entitiesOf,
  errorsOf,
  type AdapterClient,
} from '../conformance/adapter-client.js';
import { tableAdapter, tableSystem, wholeMapping, type TableSystem } from './adapters-table-school.js';

let client: AdapterClient;
let stateDir: string;
beforeAll(async () => {
  client = await createAdapterClient();
});
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'amrlo-state-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

interface Changes {
  changes: { studentNumber: string; kind: string; at: string }[];
  cursor: string;
  hasMore: boolean;
  restarted: boolean;
  findsRemovals: boolean;
}
const selection = '{ changes { studentNumber kind at } cursor hasMore restarted findsRemovals }';
const comparing = mappingSchema.parse({ ...wholeMapping, changes: { compare: { studentNumber: 'XH' } } });

function asking(system: TableSystem, options: Partial<Parameters<typeof tableAdapter>[2]> = {}) {
  const clock = new FakeClock('2026-01-15T08:00:00Z');
  const open = () =>
    tableAdapter(system, client.verifier, { mapping: comparing, clock, stateDir, ...options });
  let adapter = open();
  return {
    clock,
    /** As after a restart of the process. */
    restart: () => (adapter = open()),
    ask: (args: string) => client.institution(adapter, `recordChanges(${args}) ${selection}`),
    changes: async (since: string | null, first = 100): Promise<Changes> => {
      // A later question is a new one: fingerprints are as good as new for five minutes.
      clock.advance(300_000);
      const args = `since: ${JSON.stringify(since)}, first: ${first}`;
      return entitiesOf(await client.institution(adapter, `recordChanges(${args}) ${selection}`))[0]![
        'recordChanges'
      ] as Changes;
    },
  };
}
const told = ({ changes }: Changes) => changes.map(({ studentNumber, kind }) => `${studentNumber} ${kind}`);
const rows = (...students: [number: string, grade: string][]) =>
  students.map(([XH, CJ]) => ({ XH, CJ, KCDM: 'M1' }));

describe('changes found by comparing', () => {
  test('are all students first, then what was added, altered and removed', async () => {
    const system = tableSystem({ fingerprints: rows(['2', '80'], ['1', '70'], ['1', '60']) });
    const { changes } = asking(system);
    const first = await changes(null);
    expect(told(first)).toEqual(['1 CHANGED', '2 CHANGED']);
    expect(first).toMatchObject({ hasMore: false, restarted: false, findsRemovals: true });
    expect(told(await changes(first.cursor))).toEqual([]);
    system.tables.fingerprints = rows(['3', '90'], ['1', '60'], ['1', '71']);
    const second = await changes(first.cursor);
    expect(told(second)).toEqual(['1 CHANGED', '2 REMOVED', '3 CHANGED']);
    expect(second.changes[0]!.at).toBe('2026-01-15T08:15:00.000Z');
    expect(told(await changes(second.cursor))).toEqual([]);
  });

  test('are none when only the order of rows is another', async () => {
    const system = tableSystem({ fingerprints: rows(['1', '70'], ['1', '60'], ['2', '80']) });
    const { changes } = asking(system);
    const { cursor } = await changes(null);
    system.tables.fingerprints = system.tables.fingerprints!.toReversed();
    expect(await changes(cursor)).toMatchObject({ changes: [], cursor });
  });

  test('hold for every reader by itself, also after a restart of the process', async () => {
    const system = tableSystem({ fingerprints: rows(['1', '70']) });
    const { changes, restart } = asking(system);
    const slow = await changes(null);
    system.tables.fingerprints = rows(['1', '70'], ['2', '80']);
    const quick = await changes(slow.cursor);
    system.tables.fingerprints = rows(['1', '71'], ['2', '80']);
    restart();
    expect(told(await changes(quick.cursor))).toEqual(['1 CHANGED']);
    expect(told(await changes(slow.cursor))).toEqual(['1 CHANGED', '2 CHANGED']);
  });

  test('go on page by page over the same comparison, though the system changes meanwhile', async () => {
    const system = tableSystem({ fingerprints: rows(['1', '1'], ['2', '2'], ['3', '3']) });
    const { changes, restart } = asking(system);
    const first = await changes(null, 2);
    expect([told(first), first.hasMore]).toEqual([['1 CHANGED', '2 CHANGED'], true]);
    system.tables.fingerprints = rows(['1', '10'], ['2', '2']);
    restart();
    const second = await changes(first.cursor, 2);
    expect([told(second), second.hasMore]).toEqual([['3 CHANGED'], false]);
    expect(told(await changes(second.cursor))).toEqual(['1 CHANGED', '3 REMOVED']);
  });

  test.each([['nonsense'], ['eyJ0byI6ICJnb25lIn0'], [''], ['💥'], ['bnVsbA']])(
    'start again with the cursor %j, which nobody knows, and say so on every page',
    async (since) => {
      const { changes } = asking(tableSystem({ fingerprints: rows(['1', '1'], ['2', '2']) }));
      const first = await changes(since, 1);
      expect(first).toMatchObject({ restarted: true, hasMore: true });
      const second = await changes(first.cursor, 1);
      expect([told(second), second.restarted, second.hasMore]).toEqual([['2 CHANGED'], true, false]);
      expect(await changes(second.cursor)).toMatchObject({ changes: [], restarted: false });
    },
  );

  test('start again when their generation is gone or damaged', async () => {
    const system = tableSystem({ fingerprints: rows(['1', '1']) });
    const { changes, restart } = asking(system);
    const { cursor } = await changes(null);
    for (const name of readdirSync(stateDir)) writeFileSync(join(stateDir, name), '["1","torn');
    system.tables.fingerprints = rows(['1', '1'], ['2', '2']);
    restart();
    const again = await changes(cursor);
    expect([told(again), again.restarted]).toEqual([['1 CHANGED', '2 CHANGED'], true]);
  });

  test('find no removals where the system does not say how much there is', async () => {
    const system = tableSystem({ fingerprints: rows(['1', '1'], ['2', '2']) });
    const { changes } = asking(system);
    const { cursor } = await changes(null);
    system.tables.fingerprints = rows(['1', '10']);
    system.incomplete.add('fingerprints');
    const partial = await changes(cursor);
    expect([told(partial), partial.findsRemovals]).toEqual([['1 CHANGED'], false]);
    system.incomplete.clear();
    expect(told(await changes(partial.cursor))).toEqual(['2 REMOVED']);
  });

  test('take a view that has become empty for a fault, not for everybody having gone', async () => {
    const system = tableSystem({ fingerprints: rows(['1', '1']) });
    const { changes, ask, clock } = asking(system);
    const { cursor } = await changes(null);
    system.tables.fingerprints = [];
    clock.advance(300_000);
    expect(errorsOf(await ask(`since: "${cursor}"`))).toEqual([
      ['_entities.0.recordChanges', 'SCHOOL_UNAVAILABLE'],
    ]);
    system.tables.fingerprints = rows(['1', '1']);
    expect(told(await changes(cursor))).toEqual([]);
  });

  test('ask the system once in five minutes, however many ask', async () => {
    const system = tableSystem({ fingerprints: rows(['1', '1']) });
    const { ask } = asking(system);
    await Promise.all(Array.from({ length: 5 }, () => ask('first: 10')));
    await ask('first: 10');
    expect(system.asked).toEqual(['fingerprints']);
  });

  test('keep fingerprints that only this user can read, and forget the oldest', async () => {
    const system = tableSystem({ fingerprints: [] });
    const { changes } = asking(system);
    for (let round = 0; round < 40; round += 1) {
      system.tables.fingerprints = rows(['1', String(round)]);
      await changes(null);
    }
    const files = readdirSync(stateDir);
    expect(statSync(stateDir).mode & 0o077).toBe(0);
    expect(files).toHaveLength(32);
    for (const name of files) expect(statSync(join(stateDir, name)).mode & 0o077).toBe(0);
    expect(JSON.stringify(files)).not.toContain('"1"');
  });

  test('lead a reader who follows them to what the system holds, whatever happens there', async () => {
    const state = fc.dictionary(fc.constantFrom('1', '2', '3', '4', '5'), fc.constantFrom('60', '70'), {
      minKeys: 1,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(state, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 3 }),
        async (states, first) => {
          const system = tableSystem({ fingerprints: [] });
          const { changes } = asking(system);
          const copy = new Map<string, string>();
          let cursor: string | null = null;
          for (const wanted of states) {
            system.tables.fingerprints = rows(...Object.entries(wanted));
            for (let more = true; more;) {
              const page: Changes = await changes(cursor, first);
              for (const { studentNumber, kind } of page.changes) {
                if (kind === 'REMOVED') copy.delete(studentNumber);
                else copy.set(studentNumber, wanted[studentNumber]!);
              }
              ({ cursor, hasMore: more } = page);
            }
            expect(Object.fromEntries(copy)).toEqual({ ...wanted });
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test('are refused without a folder to keep fingerprints in', async () => {
    const system = tableSystem({ fingerprints: rows(['1', '1']) });
    const { ask } = asking(system, { stateDir: undefined });
    expect(errorsOf(await ask('first: 1'))).toEqual([['_entities.0.recordChanges', 'RECORD_NOT_SUPPLIED']]);
  });
});

describe('changes by the time that the system keeps', () => {
  const log = Array.from({ length: 5 }, (_, at) => ({
    XH: String(at % 3),
    XGSJ: `2026-01-1${at} 09:05:11`,
  }));
  const timed = (more: Partial<TableSystem> = {}): TableSystem => ({
    ...tableSystem({ changes: [] }),
    changedSince: async (since, limit) => {
      const from = since === null ? 0 : Number(since);
      const page = log.slice(from, from + limit);
      return { rows: page, next: String(from + page.length), hasMore: from + limit < log.length };
    },
    ...more,
  });

  test('are pages of students with the instant of the school’s clock', async () => {
    const { changes } = asking(timed(), { mapping: wholeMapping });
    const first = await changes(null, 2);
    expect(first).toMatchObject({
      changes: [
        { studentNumber: '0', kind: 'CHANGED', at: '2026-01-10T01:05:11.000Z' },
        { studentNumber: '1', kind: 'CHANGED', at: '2026-01-11T01:05:11.000Z' },
      ],
      hasMore: true,
      restarted: false,
      findsRemovals: false,
    });
    const rest = await changes(first.cursor, 100);
    expect([told(rest), rest.hasMore]).toEqual([['2 CHANGED', '0 CHANGED', '1 CHANGED'], false]);
    expect(await changes(rest.cursor)).toMatchObject({ changes: [], hasMore: false });
  });

  test('start again with a cursor that nobody knows', async () => {
    const { changes } = asking(timed(), { mapping: wholeMapping });
    const first = await changes('nonsense', 4);
    expect(first).toMatchObject({ restarted: true, hasMore: true });
    const second = await changes(first.cursor, 4);
    expect([told(second), second.restarted]).toEqual([['1 CHANGED'], true]);
    expect(await changes(second.cursor)).toMatchObject({ restarted: false });
  });

  test('are refused for a page that is too large', async () => {
    const { ask } = asking(timed(), { mapping: wholeMapping });
    expect(errorsOf(await ask('first: 1001'))).toEqual([['_entities.0.recordChanges', 'PAGE_SIZE_INVALID']]);
  });
});
