import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { appoint, closeMotion, codesOf, openMotion, sent, startGovernance, vote } from './governance-room.js';
import { secretariat } from './institutions-room.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startGovernance(5);
  for (const n of [1, 2, 3, 4, 5]) await appoint(room, n, 'COUNCIL');
  room.room.start();
});
afterAll(async () => room[Symbol.asyncDispose]());

const opened = async (input: object = {}): Promise<string> =>
  (await openMotion(room, secretariat, 'COUNCIL', input)).motion.id;
const changePastTheRoom = (motionId: string, n: number) =>
  room.sql.query(
    `insert into ballot (id, motion_id, seat_id, subject, entry, choice, cast_at)
     select 'bal_' || $1 || entry, motion_id, seat_id, subject, entry + 1,
       case when choice is null then null else 'NO' end, cast_at
     from ballot where motion_id = $1 and subject = $2`,
    [motionId, `person_${n}`],
  );

describe('the votes of an open motion', () => {
  test('are final once the missing ones can change nothing, so that what is counted then stays true', async () => {
    const motionId = await opened();
    for (const n of [1, 2]) await vote(room, sent(n), motionId, 'YES');
    expect(codesOf(await vote(room, sent(1), motionId, 'NO'))).toEqual([]);
    expect(codesOf(await vote(room, sent(1), motionId, 'YES'))).toEqual([]);
    await vote(room, sent(3), motionId, 'YES');
    expect(codesOf(await vote(room, sent(1), motionId, 'NO'))).toEqual(['MOTION_VOTE_FINAL']);
    const { data } = await room.ask(
      sent(1),
      'query ($id: ID!) { motion(id: $id) { availableActions { action allowed reason } } }',
      { id: motionId },
    );
    expect(data.motion.availableActions).toContainEqual({
      action: 'castBallot',
      allowed: false,
      reason: 'MOTION_VOTE_FINAL',
    });
    await expect(changePastTheRoom(motionId, 2)).rejects.toMatchObject({ constraint: 'ballot_final' });
    // Who has not voted still may: a result is settled, not closed.
    expect(codesOf(await vote(room, sent(4), motionId, 'NO'))).toEqual([]);
    expect((await closeMotion(room, motionId)).motion).toMatchObject({
      state: 'CARRIED',
      result: { yes: 3, no: 1, abstain: 0 },
    });
  });

  test('stay so when the last decisive vote and changes of others come at the same time', async () => {
    const motionId = await opened();
    for (const n of [1, 2]) await vote(room, sent(n), motionId, 'YES');
    await Promise.all([
      vote(room, sent(3), motionId, 'YES'),
      vote(room, sent(1), motionId, 'NO'),
      vote(room, sent(2), motionId, 'NO'),
    ]);
    const { rows } = await room.sql.query(
      'select voters, (select yes from motion_tallies(jsonb_build_array($1::text))) as yes from motion where id = $1',
      [motionId],
    );
    expect(rows[0].voters).toBe(3);
    const early = codesOf(await closeMotion(room, motionId));
    expect(early).toEqual(rows[0].yes === 3 ? [] : ['MOTION_NOT_DECIDED']);
  });
});

test('a secret vote is counted early only when all have voted, and tells nobody how it stands until then', async () => {
  const motionId = await opened({ secret: true });
  for (const n of [1, 2, 3, 4]) await vote(room, sent(n), motionId, 'YES');
  expect(codesOf(await closeMotion(room, motionId))).toEqual(['MOTION_NOT_DECIDED']);
  expect(codesOf(await vote(room, sent(1), motionId, 'NO'))).toEqual([]);
  expect(codesOf(await vote(room, sent(1), motionId, 'YES'))).toEqual([]);
  await expect(
    room.sql.query(
      `update motion set state = 'CARRIED', voters = 4, voted = 4, yes = 4, no = 0, abstain = 0, closed_by = 'x',
         closed_at = opened_at where id = $1`,
      [motionId],
    ),
  ).rejects.toMatchObject({ constraint: 'motion_closed_early' });
  await vote(room, sent(5), motionId, 'NO');
  expect(codesOf(await vote(room, sent(5), motionId, 'YES'))).toEqual(['MOTION_VOTE_FINAL']);
  await expect(changePastTheRoom(motionId, 5)).rejects.toMatchObject({ constraint: 'ballot_final' });
  expect((await closeMotion(room, motionId)).motion).toMatchObject({
    state: 'CARRIED',
    result: { yes: 4, no: 1 },
  });
});

test('the inbox hides a motion from those who have voted, and shows it to the secretariat when all have', async () => {
  const motionId = await opened();
  const settled = () =>
    eventually(
      async () => (await room.sql.query('select from outbox_delivery')).rowCount === 0,
      () => room.logged(),
    );
  const has = async (by: ReturnType<typeof sent>) => {
    await settled();
    const { data } = await room.ask(
      by,
      '{ tasks(filter: { types: ["Motion"] }) { edges { node { subjectId } } } }',
    );
    return data.tasks.edges.some(({ node }: { node: { subjectId: string } }) => node.subjectId === motionId);
  };
  expect([await has(sent(1)), await has(sent(2)), await has(secretariat)]).toEqual([true, true, false]);
  await vote(room, sent(1), motionId, 'YES');
  await vote(room, sent(1), motionId, 'ABSTAIN');
  expect([await has(sent(1)), await has(sent(2)), await has(secretariat)]).toEqual([false, true, false]);
  const { rows } = await room.sql.query('select not_for from task where subject_id = $1', [motionId]);
  expect(rows).toEqual([{ not_for: ['@person_1'] }]);
  for (const n of [2, 3, 4, 5]) await vote(room, sent(n), motionId, 'YES');
  expect([await has(sent(1)), await has(sent(5)), await has(secretariat)]).toEqual([false, false, true]);
  await closeMotion(room, motionId);
  expect(await has(secretariat)).toBe(false);
});

test('what a vote tells is as small in an assembly of two thousand as in one of five', async () => {
  const size = 2000;
  await room.sql.query(
    `insert into institution (id, name, kind, source, created_at)
       select 'big_' || n, 'big_' || n, 'HIGHER_EDUCATION', 't', now() from generate_series(1, ${size}) n`,
  );
  await room.sql.query(
    `insert into membership (id, institution_id, member_code, state, state_since, joined_on, charter_version, created_at)
       select 'bmem_' || n, 'big_' || n, 'B' || n, 'ACTIVE', '2020-01-01', '2020-01-01', '2016-07-15', now()
       from generate_series(1, ${size}) n`,
  );
  await room.sql.query(
    `insert into seat (id, body_id, institution_id, subject, holder_name, office, valid_from, valid_to, state, appointed_by, created_at)
       select 'bseat_' || n, body.id, 'big_' || n, 'elector_' || n, 'x', 'MEMBER', '2026-01-01', '2028-01-01', 'HELD', 'sec', now()
       from generate_series(1, ${size}) n, body where body.kind = 'ASSEMBLY'`,
  );
  const { motion } = await openMotion(room, secretariat, 'ASSEMBLY');
  expect(motion.electorate).toBe(size);
  const voters = 40;
  for (let n = 1; n <= voters; n += 1) {
    expect(codesOf(await vote(room, { ...sent(n), subject: `elector_${n}` }, motion.id, 'YES'))).toEqual([]);
  }
  const { rows } = await room.sql.query(
    `select type, count(*)::integer as events, max(length(payload::text)) as longest from outbox_event
     where aggregate_id = $1 group by type order by type`,
    [motion.id],
  );
  expect(rows[0]).toMatchObject({ type: 'WorkAnswered', events: voters });
  expect(rows[0].longest).toBeLessThan(200);
  expect(rows[1]).toMatchObject({ type: 'WorkChanged', events: 1 });
});
