import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  appoint,
  closeMotion,
  codesOf,
  member,
  openMotion,
  sent,
  startGovernance,
  step,
  vote,
} from './governance-room.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startGovernance(10);
  await appoint(room, 1, 'STANDING_COUNCIL');
});
afterAll(async () => room[Symbol.asyncDispose]());

const rows = async (statement: string, ...parameters: unknown[]) =>
  (await room.sql.query(statement, parameters)).rows;
const seatsOf = (n: number) =>
  rows(
    `select state, valid_to <= $2 as is_over, end_reason from seat where institution_id = $1 order by id`,
    member(n),
    room.clock.now(),
  );
const merge = async (n: number, into: number) => {
  const [{ version }] = await rows('select version from membership where institution_id = $1', member(n));
  return step(room, secretariat, 'mergeMembership', 'membership { state }', {
    membershipId: `mem_${n}`,
    expectedVersion: version,
    successorId: member(into),
    reason: '合并',
  });
};

describe('the seats of a member', () => {
  test('that is merged are vacant with the merger: no vote, no role, and the secretariat is told', async () => {
    const { seat } = await appoint(room, 2, 'COUNCIL', { office: 'CHAIR' });
    await appoint(room, 2, 'ASSEMBLY');
    expect(codesOf(await merge(2, 3))).toEqual([]);
    expect(await seatsOf(2)).toEqual(
      Array.from({ length: 2 }, () => ({
        state: 'VACATED',
        is_over: true,
        end_reason: expect.stringContaining('The member was merged'),
      })),
    );
    expect(await rows(`select revoked_by from role_grant where subject = 'person_2'`)).toEqual([
      { revoked_by: 'sec' },
    ]);
    const [told] = await rows(
      `select payload from outbox_event where aggregate_id = $1 order by seq desc limit 1`,
      seat.id,
    );
    expect(told.payload).toMatchObject({
      state: 'VACATED',
      waitsFor: [{ role: 'SECRETARIAT' }],
      actions: [{ action: 'endSeat' }],
      dueAt: expect.any(String),
    });
    expect(codesOf(await appoint(room, 3, 'COUNCIL', { office: 'CHAIR' }))).toEqual([]);
    const [{ version }] = await rows('select version from seat where id = $1', seat.id);
    const seen = await step(room, secretariat, 'endSeat', 'seat { state availableActions { allowed } }', {
      seatId: seat.id,
      expectedVersion: version,
      reason: '已补选',
    });
    expect(seen.seat).toEqual({
      state: 'ENDED',
      availableActions: Array.from({ length: 3 }, () => ({ allowed: false })),
    });
    const [kept] = await rows('select end_reason from seat where id = $1', seat.id);
    expect(kept.end_reason).toContain('The member was merged');
  });

  test('that the standing council lets go are vacant when the motion is counted', async () => {
    await appoint(room, 4, 'COUNCIL');
    const [{ version }] = await rows('select version from membership where institution_id = $1', member(4));
    const { exit } = await step(
      room,
      person('admin_4', `INSTITUTION_ADMIN@${member(4)}`),
      'requestVoluntaryExit',
      'exit { id }',
      {
        membershipId: 'mem_4',
        expectedVersion: version,
        reason: '不再参加',
        idempotencyKey: idempotencyKey(),
      },
    );
    const { motion } = await openMotion(room, secretariat, 'STANDING_COUNCIL', {
      kind: 'EXIT_MEMBER',
      subjectId: exit.id,
    });
    await vote(room, sent(1), motion.id, 'YES');
    expect(await seatsOf(4)).toMatchObject([{ state: 'HELD' }]);
    expect(codesOf(await closeMotion(room, motion.id))).toEqual([]);
    expect(await seatsOf(4)).toMatchObject([{ state: 'VACATED', is_over: true }]);
    expect(await rows(`select state from membership where institution_id = $1`, member(4))).toEqual([
      { state: 'RUN_OFF' },
    ]);
  });

  test('stay as they are when the council keeps it', async () => {
    await appoint(room, 5, 'COUNCIL');
    const { exit } = await step(
      room,
      person('admin_5', `INSTITUTION_ADMIN@${member(5)}`),
      'requestVoluntaryExit',
      'exit { id }',
      { membershipId: 'mem_5', expectedVersion: 1, reason: '不再参加', idempotencyKey: idempotencyKey() },
    );
    const { motion } = await openMotion(room, secretariat, 'STANDING_COUNCIL', {
      kind: 'EXIT_MEMBER',
      subjectId: exit.id,
    });
    await vote(room, sent(1), motion.id, 'NO');
    expect(codesOf(await closeMotion(room, motion.id))).toEqual([]);
    expect(await seatsOf(5)).toMatchObject([{ state: 'HELD', is_over: false }]);
  });

  test('are never left behind, however close an appointment and the merger are', async () => {
    for (const n of [6, 7]) {
      const [appointed, merged] = await Promise.all([appoint(room, n, 'COUNCIL'), merge(n, 8)]);
      expect(codesOf(merged)).toEqual([]);
      expect(['', 'SEAT_NOT_IN_STANDING']).toContain(codesOf(appointed).join());
      expect((await seatsOf(n)).filter(({ state }) => state === 'HELD')).toEqual([]);
    }
  });

  test('that are vacant are not given back past the room, and what became of them stays', async () => {
    const change = (what: string) =>
      expect(room.sql.query(`update seat set ${what} where state = 'VACATED'`)).rejects.toMatchObject({
        constraint: 'seat_fixed',
      });
    await change(`state = 'HELD', ended_by = null`);
    await change(`valid_to = valid_to + interval '1 year'`);
    await change(`end_reason = 'another'`);
  });
});

test('the seats of a special council end with its sub-alliance; who left it votes no more', async () => {
  const administrator = person(
    'admin_9',
    `INSTITUTION_ADMIN@${member(9)}`,
    `INSTITUTION_ADMIN@${member(10)}`,
  );
  const { subAlliance } = await step(room, administrator, 'applyForSubAlliance', 'subAlliance { id }', {
    institutionId: member(9),
    name: { zh: '林业分盟', en: 'Forestry' },
    kind: 'INDUSTRY',
    field: '林业',
    purpose: '互认。',
    idempotencyKey: idempotencyKey(),
  });
  const decide = async (kind: string) => {
    const { motion } = await openMotion(room, secretariat, 'STANDING_COUNCIL', {
      kind,
      subjectId: subAlliance.id,
    });
    await vote(room, sent(1), motion.id, 'YES');
    expect(codesOf(await closeMotion(room, motion.id))).toEqual([]);
  };
  await decide('FOUND_SUB_ALLIANCE');
  const joined = await step(room, administrator, 'joinSubAlliance', 'member { id version }', {
    subAllianceId: subAlliance.id,
    institutionId: member(10),
    idempotencyKey: idempotencyKey(),
  });
  const admitted = await step(room, administrator, 'admitToSubAlliance', 'member { id version }', {
    subAllianceMemberId: joined.member.id,
    expectedVersion: joined.member.version,
  });
  const [council] = await rows('select id from body where sub_alliance_id = $1', subAlliance.id);
  for (const n of [9, 10]) expect(codesOf(await appoint(room, n, '', { bodyId: council.id }))).toEqual([]);
  const electorate = async () =>
    (await openMotion(room, secretariat, '', { bodyId: council.id })).motion.electorate;
  expect(await electorate()).toBe(2);
  await step(room, administrator, 'leaveSubAlliance', 'member { id }', {
    subAllianceMemberId: admitted.member.id,
    expectedVersion: admitted.member.version,
    reason: 'r',
  });
  expect(await electorate()).toBe(1);
  const [{ version }] = await rows('select version from sub_alliance where id = $1', subAlliance.id);
  await step(room, administrator, 'proposeSubAllianceEnd', 'subAlliance { id }', {
    subAllianceId: subAlliance.id,
    expectedVersion: version,
    reason: '任务完成',
    idempotencyKey: idempotencyKey(),
  });
  await decide('DISSOLVE_SUB_ALLIANCE');
  expect(
    await rows(
      'select distinct state, valid_to <= $2 as is_over from seat where body_id = $1',
      council.id,
      room.clock.now(),
    ),
  ).toEqual([{ state: 'ENDED', is_over: true }]);
});
