import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  applyComparison,
  bothGone,
  gone,
  importList,
  listOf,
  newer,
  school,
  startWithFirstList,
  type Confirmation,
} from './institutions-roster-lists.js';
import { recordFoundingMember, secretariat, startInstitutions } from './institutions-room.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions();
});
beforeEach(() => startWithFirstList(room));
afterAll(async () => room[Symbol.asyncDispose]());

const institutionId = async (n: number) =>
  (await room.sql.query('select id from institution where moe_code = $1', [school(n).C])).rows[0]
    .id as string;

const roster = async () =>
  (
    await room.sql.query(
      `select moe_code, name, city, listing, listing_since::text as since,
         (select moe_code from institution other where other.id = institution.merged_into) as into
       from institution order by moe_code`,
    )
  ).rows.map((row) => Object.values(row));

async function changes(comparisonId: string, args = '') {
  const { data } = await room.ask(
    secretariat,
    `query ($id: ID!) { rosterComparison(id: $id) { changes${args} { totalCount edges { node {
       kind moeCode before { name city } after { name city } successor { moeCode name reason }
       membership { memberCode state } decision decidedSuccessor } } } } }`,
    { id: comparisonId },
  );
  return data.rosterComparison.changes.edges.map((edge: { node: object }) => edge.node);
}

describe('a newer list', () => {
  test('is shown before anything of it is applied: what is new, renamed, moved, gone, and perhaps merged', async () => {
    const before = await roster();
    const { job, added, changed, unchanged, comparison } = await importList(room, newer());
    expect({ job, added, changed, unchanged }).toEqual({
      job: { state: 'SUCCEEDED', errorCode: null },
      added: null,
      changed: null,
      unchanged: 1,
    });
    expect(comparison).toMatchObject({
      state: 'COMPARED',
      asOf: '2026-06-20',
      previousAsOf: '2025-06-20',
      dueAt: expect.any(String),
      availableActions: [
        { action: 'applyRosterComparison', allowed: true },
        { action: 'discardRosterComparison', allowed: true },
      ],
      counts: {
        added: 2,
        returned: 0,
        renamed: 1,
        moved: 1,
        gone: 1,
        mergeCandidates: 1,
        unchanged: 1,
        membersConcerned: 0,
      },
    });
    expect(await roster()).toEqual(before);
    expect(
      await changes(comparison.id, '(filter: { kinds: [RENAMED, GONE, MERGE_CANDIDATE] })'),
    ).toMatchObject([
      {
        kind: 'RENAMED',
        before: { name: '学校2', city: '银川市' },
        after: { name: '学校2大学', city: '吴忠市' },
      },
      {
        kind: 'MERGE_CANDIDATE',
        after: null,
        successor: { moeCode: '4211000004', name: '职业大学四', reason: 'SAME_SCHOOL_CODE' },
      },
      { kind: 'GONE', moeCode: school(5).C, after: null, successor: null },
    ]);
    expect(await changes(comparison.id, '(filter: { search: "职业大学" })')).toHaveLength(1);
    expect(await changes(comparison.id, '(filter: { provinces: ["北京市"] })')).toEqual([]);
    expect(await changes(comparison.id, '(filter: { member: false }, first: 2)')).toHaveLength(2);
  });

  test('is applied whole, with the names from its date on, and then says nothing new', async () => {
    const { comparison } = await importList(room, newer());
    const done = await applyComparison(room, comparison, bothGone);
    expect(done).toEqual({
      rosterComparison: { id: comparison.id, state: 'APPLIED', version: 2 },
      userErrors: [],
    });
    expect(await roster()).toEqual([
      ['4111000001', '学校1', '银川市', 'LISTED', '2025-06-20', null],
      ['4111000002', '学校2大学', '吴忠市', 'LISTED', '2025-06-20', null],
      ['4111000003', '学校3', '吴忠市', 'LISTED', '2025-06-20', null],
      ['4111000004', '学校4', '银川市', 'MERGED', '2026-06-20', '4211000004'],
      ['4111000005', '学校5', '石嘴山市', 'GONE', '2026-06-20', null],
      ['4111000006', '学校6', '固原市', 'LISTED', '2026-06-20', null],
      ['4211000004', '职业大学四', '银川市', 'LISTED', '2026-06-20', null],
    ]);
    const names = await room.sql.query(
      `select name, valid_from::text as from, valid_to::text as to from institution_name where institution_id = $1 order by id`,
      [await institutionId(2)],
    );
    expect(names.rows).toEqual([
      { name: '学校2', from: null, to: '2026-06-20' },
      { name: '学校2大学', from: '2026-06-20', to: null },
    ]);
    expect(await importList(room, newer())).toMatchObject({ unchanged: 5, added: 0, comparison: null });
    const [four] = await changes(comparison.id, '(filter: { kinds: [MERGE_CANDIDATE] })');
    expect(four).toMatchObject({ decision: 'MERGED_INTO', decidedSuccessor: '4211000004' });
    const { data } = await room.ask(
      secretariat,
      `{ institutionByCode(moeCode: "4111000004") { listing listingSince mergedInto { name } } }`,
    );
    expect(data.institutionByCode).toEqual({
      listing: 'MERGED',
      listingSince: '2026-06-20',
      mergedInto: { name: '职业大学四' },
    });
  });

  test('tells which members it concerns, and changes no membership', async () => {
    await recordFoundingMember(room, secretariat, { institutionId: await institutionId(5) });
    const { comparison } = await importList(room, newer());
    expect(comparison.counts.membersConcerned).toBe(1);
    expect(await changes(comparison.id, '(filter: { member: true })')).toMatchObject([
      { kind: 'GONE', membership: { memberCode: 'NXU', state: 'ACTIVE' } },
    ]);
    expect((await applyComparison(room, comparison, bothGone)).userErrors).toEqual([]);
    const { data } = await room.ask(secretariat, '{ members { edges { node { memberCode state } } } }');
    expect(data.members.edges).toEqual([{ node: { memberCode: 'NXU', state: 'ACTIVE' } }]);
  });

  test('waits for the secretariat as work until it is decided', async () => {
    const { comparison } = await importList(room, newer());
    await applyComparison(room, comparison, bothGone);
    const { rows } = await room.sql.query(
      `select payload ->> 'state' as state, payload -> 'waitsFor' as waits from outbox_event
       where type = 'WorkChanged' and aggregate_id = $1 order by seq`,
      [comparison.id],
    );
    expect(rows).toEqual([
      { state: 'COMPARED', waits: [{ role: 'SECRETARIAT', institutionId: null, subject: null }] },
      { state: 'APPLIED', waits: [] },
    ]);
  });

  test.each<[string, Confirmation[], string]>([
    ['one that is gone is not confirmed', [gone(5, 'GONE')], 'ROSTER_CONFIRMATION_MISSING'],
    ['one that is on the list is confirmed', [...bothGone, gone(1, 'GONE')], 'ROSTER_CONFIRMATION_UNKNOWN'],
    ['one is confirmed twice', [...bothGone, gone(5, 'KEEP')], 'ROSTER_CONFIRMATION_UNKNOWN'],
    ['a successor is missing', [gone(4, 'MERGED_INTO'), gone(5, 'GONE')], 'ROSTER_SUCCESSOR_INVALID'],
    [
      'a successor is gone too',
      [gone(4, 'MERGED_INTO', school(5).C), gone(5, 'GONE')],
      'ROSTER_SUCCESSOR_INVALID',
    ],
    [
      'a successor is named for one that is just gone',
      [gone(4, 'GONE', school(1).C), gone(5, 'GONE')],
      'ROSTER_SUCCESSOR_INVALID',
    ],
  ])('is not applied, in no part, when %s', async (_, confirmations, code) => {
    const { comparison } = await importList(room, newer());
    const before = await roster();
    const refused = await applyComparison(room, comparison, confirmations);
    expect(refused.userErrors).toMatchObject([{ code }]);
    expect(await roster()).toEqual(before);
  });

  test('leaves an institution listed that a person keeps, and asks again', async () => {
    const { comparison } = await importList(room, newer());
    await applyComparison(room, comparison, [gone(4, 'KEEP'), gone(5, 'GONE')]);
    const again = await importList(room, newer());
    expect(again.comparison.counts).toMatchObject({ gone: 1, mergeCandidates: 0, added: 0 });
  });

  test('brings an institution back that was gone', async () => {
    const { comparison } = await importList(room, newer());
    await applyComparison(room, comparison, bothGone);
    const back = listOf('2027-06-20', ...[1, 2, 3, 4].map((n) => school(n)), school(5, { E: '石嘴山市' }));
    const next = (await importList(room, back)).comparison;
    expect(next.counts).toMatchObject({ returned: 2, renamed: 1, moved: 1, added: 0 });
    const losses = (await changes(next.id, '(filter: { kinds: [GONE, MERGE_CANDIDATE] })')).map(
      ({ moeCode }: { moeCode: string }) => ({ moeCode, decision: 'GONE' }),
    );
    expect((await applyComparison(room, next, losses)).userErrors).toEqual([]);
    expect((await roster()).find(([code]) => code === school(4).C)).toEqual([
      school(4).C,
      '学校4',
      '银川市',
      'LISTED',
      '2027-06-20',
      null,
    ]);
  });

  test('is refused when it is older than the one in force, or when rows of it could not be read', async () => {
    expect((await importList(room, listOf('2024-06-20', school(1)))).job).toEqual({
      state: 'FAILED',
      errorCode: 'ROSTER_OLDER',
    });
    const unreadable = listOf('2026-06-20', school(1), school(2, { F: '?' }));
    expect(await importList(room, unreadable)).toMatchObject({
      job: { state: 'FAILED', errorCode: 'ROSTER_INCOMPLETE' },
      rejected: [{ row: 5, code: 'CELL_INVALID' }],
    });
  });
});
