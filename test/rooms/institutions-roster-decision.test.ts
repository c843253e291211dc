import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  applyComparison,
  bothGone,
  importList,
  listOf,
  newer,
  school,
  startWithFirstList,
} from './institutions-roster-lists.js';
import { idempotencyKey, secretariat, startInstitutions } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions();
});
beforeEach(() => startWithFirstList(room));
afterAll(async () => room[Symbol.asyncDispose]());

const institutionId = async (n: number) =>
  (await room.sql.query('select id from institution where moe_code = $1', [school(n).C])).rows[0]
    .id as string;

describe('a comparison of lists', () => {
  test('is not applied once the roster has changed since, by another list or otherwise', async () => {
    const first = (await importList(room, newer())).comparison;
    const second = (await importList(room, newer())).comparison;
    expect((await applyComparison(room, first, bothGone)).userErrors).toEqual([]);
    expect((await applyComparison(room, second, bothGone)).userErrors).toMatchObject([
      { code: 'ROSTER_CHANGED' },
    ]);
    const third = (await importList(room, listOf('2027-06-20', school(1)))).comparison;
    await room.sql.query(`update institution set city = '中卫市' where moe_code = $1`, [school(1).C]);
    expect((await applyComparison(room, third, [])).userErrors).toMatchObject([{ code: 'ROSTER_CHANGED' }]);
  });

  test('is applied once, however often and by how many at once it is asked', async () => {
    const { comparison } = await importList(room, newer());
    const key = idempotencyKey();
    const same = () => applyComparison(room, comparison, bothGone, secretariat, key);
    const answers = await Promise.all([same(), same(), applyComparison(room, comparison, bothGone)]);
    const refusals = answers.flatMap(({ userErrors }) =>
      userErrors.map(({ code }: { code: string }) => code),
    );
    expect(new Set([...refusals, 'VERSION_CONFLICT'])).toEqual(new Set(['VERSION_CONFLICT']));
    expect((await same()).rosterComparison.state).toBe('APPLIED');
    const { rows } = await room.sql.query('select count(*)::int as n from roster_edition');
    expect(rows).toEqual([{ n: 2 }]);
  });

  test('is discarded by a person, and then applied no more', async () => {
    const { comparison } = await importList(room, newer());
    const discard = async (reason = 'a wrong list') =>
      (
        await room.ask(
          secretariat,
          `mutation ($input: DiscardRosterComparisonInput!) { discardRosterComparison(input: $input) {
             rosterComparison { state version } userErrors { code } } }`,
          {
            input: {
              comparisonId: comparison.id,
              expectedVersion: comparison.version,
              reason,
            },
          },
        )
      ).data.discardRosterComparison;
    expect((await discard(' ')).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
    expect(await discard()).toEqual({ rosterComparison: { state: 'DISCARDED', version: 2 }, userErrors: [] });
    expect((await discard()).userErrors).toEqual([{ code: 'VERSION_CONFLICT' }]);
    const late = await applyComparison(room, { ...comparison, version: 2 }, bothGone);
    expect(late.userErrors).toMatchObject([{ code: 'ACTION_NOT_ALLOWED' }]);
    const { data } = await room.ask(
      secretariat,
      '{ rosterComparisons(states: [DISCARDED]) { totalCount edges { node { id } } } }',
    );
    expect(data.rosterComparisons.edges).toEqual([{ node: { id: comparison.id } }]);
  });

  test('is the secretariat’s: for others it is not there, nor is it in the database', async () => {
    const { comparison } = await importList(room, newer());
    const registrar = person('reg', `REGISTRAR@${await institutionId(1)}`);
    const { data } = await room.ask(registrar, 'query ($id: ID!) { rosterComparison(id: $id) { id } }', {
      id: comparison.id,
    });
    expect(data.rosterComparison).toBeNull();
    expect((await applyComparison(room, comparison, bothGone, registrar)).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    const app = await room.connectAsApp();
    await app.query(`select set_config('app.kind', 'PERSON', false)`);
    for (const table of ['roster_comparison', 'roster_change'])
      expect((await app.query(`select * from ${table}`)).rows).toEqual([]);
  });

  test('is kept as it was: what differed and what was decided cannot be rewritten', async () => {
    const { comparison } = await importList(room, newer());
    await applyComparison(room, comparison, bothGone);
    for (const statement of [
      `update roster_comparison set as_of = '2030-01-01'`,
      `update roster_comparison set state = 'COMPARED'`,
      `update roster_change set name = 'x'`,
      `update roster_change set decision = 'KEEP', decided_successor = null where moe_code = '4111000005'`,
    ])
      await expect(room.sql.query(statement)).rejects.toMatchObject({ code: '23514' });
  });
});
