import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareRosters } from '../../subgraphs/institutions/roster/compare-rosters.js';
import type { HeldInstitution } from '../../subgraphs/institutions/roster/held-roster.js';
import { parseRoster, type RosterRow } from '../../subgraphs/institutions/roster/parse-roster.js';
import { applyComparison, importList, listOf, ministryList, school } from './institutions-roster-lists.js';
import { secretariat, startInstitutions } from './institutions-room.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

const schools = fc.uniqueArray(
  fc.record({
    n: fc.integer({ min: 1, max: 12 }),
    name: fc.constantFrom('宁夏学院', '宁夏大学', '银川职业学院', '银川大学分校', '固原学院'),
    city: fc.constantFrom('银川市', '固原市'),
  }),
  { selector: ({ n }) => n, minLength: 1, maxLength: 12 },
);
type Schools = { n: number; name: string; city: string }[];
const sheetOf = (asOf: string, list: Schools) =>
  listOf(asOf, ...list.map(({ n, name, city }) => school(n, { B: `${name}${n % 3}`, E: city })));
const rowsOf = (list: Schools) => parseRoster(sheetOf('2025-06-20', list)).rows;
const held = (rows: readonly RosterRow[]): HeldInstitution[] =>
  rows.map((row) => ({ ...row, id: row.moeCode, listing: 'LISTED' }));

describe('comparing two lists', () => {
  test('accounts for every institution of both, once, and finds nothing in the same list', () => {
    fc.assert(
      fc.property(schools, schools, (a, b) => {
        const [before, after] = [rowsOf(a), rowsOf(b)];
        const { differences, unchanged } = compareRosters(held(before), after);
        const lost = differences.filter((one) => one.after === null).map(({ moeCode }) => moeCode);
        const codes = new Set(after.map(({ moeCode }) => moeCode));
        expect(differences.length - lost.length + unchanged).toBe(after.length);
        expect(lost).toEqual(before.map(({ moeCode }) => moeCode).filter((code) => !codes.has(code)));
        for (const { kind, successor } of differences)
          expect(successor !== null && codes.has(successor.moeCode)).toBe(kind === 'MERGE_CANDIDATE');
        expect(compareRosters(held(after), after)).toEqual({ differences: [], unchanged: after.length });
      }),
    );
  });

  const [row] = rowsOf([{ n: 1, name: '宁夏学院', city: '银川市' }]);
  const one = (moeCode: string, name: string, city = '银川市'): RosterRow => ({
    ...row!,
    moeCode,
    name,
    city,
  });
  const guessed = (gone: RosterRow, kept: RosterRow[], fresh: RosterRow[]) =>
    compareRosters(held([gone, ...kept]), [...kept, ...fresh]).differences.at(-1)!.successor;

  test.each([
    [
      'SAME_SCHOOL_CODE',
      guessed(one('4164013325', '甲学院'), [], [one('4264013325', '乙大学'), one('4264000001', '甲大学')]),
    ],
    [
      'SAME_NAME_STEM',
      guessed(one('4164000002', '银川能源学院'), [], [one('4164000003', '银川能源大学', '固原市')]),
    ],
    ['PARENT_NAME', guessed(one('4164013325', '宁夏大学新华学院'), [one('4164010749', '宁夏大学')], [])],
    [
      'SAME_PLACE',
      guessed(one('4164000004', '甲学院'), [one('4164000005', '丙学院')], [one('4164000006', '乙大学')]),
    ],
    [
      undefined,
      guessed(
        one('4164000004', '甲学院'),
        [],
        [one('4164000006', '乙大学'), one('4164000007', '丁大学'), one('4164000008', '戊大学', '固原市')],
      ),
    ],
  ])('guesses where an institution went by %s', (reason, successor) => {
    expect(successor?.reason).toBe(reason);
  });
});

describe('a roster that follows the lists', () => {
  let room: RoomOnPostgres;
  beforeAll(async () => {
    room = await startInstitutions();
  });
  afterAll(async () => room[Symbol.asyncDispose]());
  const empty = () =>
    room.sql.query('truncate institution, roster_edition, roster_comparison, outbox_event cascade');
  const listed = async () =>
    (
      await room.sql.query(
        `select moe_code as "moeCode", name, authority, province, city, level, note from institution
         where listing = 'LISTED' order by moe_code`,
      )
    ).rows as RosterRow[];
  const sorted = (rows: readonly RosterRow[]) =>
    rows.toSorted((a, b) => (a.moeCode < b.moeCode ? -1 : 1)).map((row) => ({ ...row }));

  /** Imports a newer list and confirms every guess of it. */
  async function follow(list: string) {
    const { job, comparison } = await importList(room, list);
    expect(job).toEqual({ state: 'SUCCEEDED', errorCode: null });
    if (comparison === null) return;
    const confirmations: Parameters<typeof applyComparison>[2][number][] = [];
    for (let after: string | null = null, more = true; more;) {
      const { data } = await room.ask(
        secretariat,
        `query ($id: ID!, $after: String) { rosterComparison(id: $id) {
           changes(filter: { kinds: [GONE, MERGE_CANDIDATE] }, first: 100, after: $after) {
             edges { node { moeCode successor { moeCode } } } pageInfo { hasNextPage endCursor } } } }`,
        { id: comparison.id, after },
      );
      const { edges, pageInfo } = data.rosterComparison.changes;
      for (const { node } of edges)
        confirmations.push(
          node.successor === null
            ? { moeCode: node.moeCode, decision: 'GONE' }
            : { moeCode: node.moeCode, decision: 'MERGED_INTO', successorMoeCode: node.successor.moeCode },
        );
      more = pageInfo.hasNextPage;
      after = pageInfo.endCursor;
    }
    expect((await applyComparison(room, comparison, confirmations)).userErrors).toEqual([]);
  }

  test('holds after any list what that list says, and finds nothing when it is compared again', async () => {
    await fc.assert(
      fc.asyncProperty(schools, schools, schools, async (a, b, c) => {
        await empty();
        for (const [asOf, list] of [
          ['2025-06-20', a],
          ['2026-06-20', b],
          ['2027-06-20', c],
        ] as const) {
          await follow(sheetOf(asOf, list));
          expect(await listed()).toEqual(sorted(rowsOf(list)));
          const again = await importList(room, sheetOf(asOf, list));
          expect(again).toMatchObject({ added: 0, changed: 0, unchanged: list.length, comparison: null });
        }
      }),
      { numRuns: 8 },
    );
  }, 120_000);

  (ministryList === undefined ? test.skip : test)(
    'follows the Ministry’s whole list through a year of new names, mergers, new schools and schools that are gone',
    async () => {
      await empty();
      await importList(room, ministryList!);
      const sheet = JSON.parse(ministryList!) as Record<string, unknown>[];
      const [, nameKey, codeKey] = Object.keys(sheet[1]!) as [string, string, string];
      const numberKey = Object.keys(sheet[1]!)[0]!;
      sheet[0]![numberKey] = '全国普通高等学校名单\n（截至2026年6月20日）';
      const colleges = sheet.filter((cells) =>
        (cells[nameKey] as string | undefined)?.endsWith('职业技术学院'),
      );
      for (const cells of colleges.slice(0, 40))
        cells[nameKey] = String(cells[nameKey]).replace(/学院$/, '大学');
      // Forty others get another code, as after a merger; five are gone, and their province says so.
      for (const cells of colleges.slice(40, 80)) cells[codeKey] = Number(cells[codeKey]) + 100_000_000;
      const lost = new Set(colleges.slice(80, 85));
      const next = sheet.filter((cells) => !lost.has(cells));
      let heading: Record<string, unknown> | undefined;
      let found = 0;
      const close = () => {
        if (heading !== undefined)
          heading[numberKey] = String(heading[numberKey]).replace(/\d+/, String(found));
      };
      for (const cells of next.slice(2)) {
        if (/（\d+所）$/.test(String(cells[numberKey]))) {
          close();
          [heading, found] = [cells, 0];
        } else found += 1;
      }
      close();
      const list = JSON.stringify(next);
      const { comparison } = await importList(room, list);
      expect(comparison.counts).toMatchObject({ added: 40, renamed: 40, moved: 0, unchanged: 2_834 });
      expect(comparison.counts.gone + comparison.counts.mergeCandidates).toBe(45);
      expect(comparison.counts.mergeCandidates).toBeGreaterThanOrEqual(40);
      await follow(list);
      expect(await listed()).toEqual(sorted(parseRoster(list).rows));
      expect(await importList(room, list)).toMatchObject({ unchanged: 2_914, comparison: null });
      const names = await room.sql.query('select count(*)::int as n from institution_name');
      expect(names.rows).toEqual([{ n: 2_919 + 40 + 40 }]);
    },
    60_000,
  );
});
