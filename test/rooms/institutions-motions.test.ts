import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import {
  appoint,
  body,
  closeMotion,
  codesOf,
  openMotion,
  sent,
  startGovernance,
  step,
  vote,
} from './governance-room.js';
import { away, idempotencyKey, secretariat } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

const day = 86_400_000;

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startGovernance(6);
  for (const n of [1, 2, 3, 4, 5]) await appoint(room, n, 'COUNCIL');
});
afterAll(async () => room[Symbol.asyncDispose]());

const motionOf = async (by: ReturnType<typeof person>, id: string) =>
  (
    await room.ask(
      by,
      `query ($id: ID!) { motion(id: $id) { state text voted result { yes } availableActions { action allowed reason }
         electors { totalCount edges { node { holderName hasVoted choice } } } } }`,
      { id },
    )
  ).data.motion;

describe('a motion', () => {
  test('is put to a body by the secretariat or by one who votes in it, and by nobody else', async () => {
    expect(codesOf(await openMotion(room, sent(6, 'COUNCIL_MEMBER'), 'COUNCIL'))).toEqual([
      'ACTION_FORBIDDEN',
    ]);
    const { motion } = await openMotion(room, sent(1), 'COUNCIL');
    expect(motion).toMatchObject({
      state: 'OPEN',
      electorate: 5,
      threshold: 'SIMPLE_MAJORITY',
      isElector: true,
    });
    expect(motion.motionNo).toMatch(/^MOT-2026-\d{6}$/);
    expect((await openMotion(room, secretariat, 'COUNCIL')).motion).toMatchObject({ isElector: false });
  });

  test('is refused to a body that does not vote or has nobody, without an end, or of a kind without an effect', async () => {
    const at = (days: number) => new Date(room.clock.now().getTime() + days * day).toISOString();
    const refused = async (kind: string, input: object) =>
      codesOf(await openMotion(room, secretariat, kind, input));
    expect(await refused('SECRETARIAT', {})).toEqual(['MOTION_BODY_MISFIT']);
    expect(await refused('ASSEMBLY', {})).toEqual(['MOTION_NO_ELECTORATE']);
    expect(await refused('COUNCIL', { closesAt: at(0) })).toEqual(['MOTION_PERIOD_INVALID']);
    expect(await refused('COUNCIL', { closesAt: at(400) })).toEqual(['MOTION_PERIOD_INVALID']);
    expect(await refused('COUNCIL', { text: ' ' })).toEqual(['INPUT_INVALID']);
    expect(await refused('COUNCIL', { preparedBy: 'mot_none' })).toEqual(['MOTION_PREPARATION_MISFIT']);
    expect(await refused('COUNCIL', { bodyId: 'body_none' })).toEqual(['NOT_FOUND']);
  });

  test('is decided by those who sat in the body when it was opened, whatever happens to their seats', async () => {
    const { motion } = await openMotion(room, secretariat, 'COUNCIL');
    const later = await appoint(room, 6, 'COUNCIL');
    expect(codesOf(await vote(room, sent(6), motion.id, 'YES'))[0]).toMatch(/NOT_FOUND|MOTION_NOT_ELECTOR/);
    await step(room, secretariat, 'endSeat', 'seat { id }', {
      seatId: later.seat.id,
      expectedVersion: later.seat.version,
      reason: 'r',
    });
    for (const n of [1, 2, 3]) expect(codesOf(await vote(room, sent(n), motion.id, 'YES'))).toEqual([]);
    expect((await closeMotion(room, motion.id)).motion).toMatchObject({
      state: 'CARRIED',
      result: { carried: true, quorate: true, yes: 3, no: 0, abstain: 0 },
    });
  });

  test('is counted when its time is over, or sooner when the missing votes can change nothing', async () => {
    const { motion } = await openMotion(room, secretariat, 'COUNCIL');
    await vote(room, sent(1), motion.id, 'YES');
    await vote(room, sent(2), motion.id, 'YES');
    expect(codesOf(await closeMotion(room, motion.id))).toEqual(['MOTION_NOT_DECIDED']);
    const shown = (await motionOf(secretariat, motion.id)).availableActions;
    expect(shown).toContainEqual({ action: 'closeMotion', allowed: false, reason: 'MOTION_NOT_DECIDED' });
    room.clock.advance(14 * day);
    expect(codesOf(await vote(room, sent(3), motion.id, 'NO'))).toEqual(['MOTION_VOTE_OVER']);
    expect((await closeMotion(room, motion.id)).motion).toMatchObject({
      state: 'REJECTED',
      result: { carried: false, quorate: false, yes: 2 },
    });
    expect(codesOf(await closeMotion(room, motion.id))).toEqual(['ACTION_NOT_ALLOWED']);
  });

  test('takes the last vote of everybody, and keeps the ones before', async () => {
    const { motion } = await openMotion(room, secretariat, 'COUNCIL');
    for (const n of [1, 2]) await vote(room, sent(n), motion.id, 'YES');
    const again = await vote(room, sent(1), motion.id, 'NO');
    expect(again.motion.voted).toBe(2);
    await vote(room, sent(3), motion.id, 'YES');
    for (const n of [4, 5]) await vote(room, sent(n), motion.id, 'NO');
    expect((await closeMotion(room, motion.id)).motion.result).toMatchObject({
      yes: 2,
      no: 3,
      carried: false,
    });
    const { rows } = await room.sql.query(
      `select choice from ballot where motion_id = $1 and subject = 'person_1' order by entry`,
      [motion.id],
    );
    expect(rows).toEqual([{ choice: 'YES' }, { choice: 'NO' }]);
  });

  test('counts a repeated request once', async () => {
    const { motion } = await openMotion(room, secretariat, 'COUNCIL');
    const input = { motionId: motion.id, choice: 'YES', idempotencyKey: idempotencyKey() };
    const cast = (choice: string) =>
      step(room, sent(1), 'castBallot', 'motion { id version availableActions { action } }', {
        ...input,
        choice,
      });
    const first = await cast('YES');
    expect(await cast('YES')).toEqual(first);
    expect(codesOf(await cast('NO'))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });

  test('is taken back by the one who opened it, until somebody has voted', async () => {
    const { motion } = await openMotion(room, sent(1), 'COUNCIL');
    const withdraw = (by: ReturnType<typeof person>, expectedVersion: number) =>
      step(room, by, 'withdrawMotion', 'motion { state result { yes } }', {
        motionId: motion.id,
        expectedVersion,
        reason: 'r',
      });
    expect(codesOf(await withdraw(sent(2), motion.version))).toEqual(['MOTION_NOT_OPENER']);
    expect(codesOf(await withdraw(secretariat, motion.version))).toEqual(['MOTION_NOT_OPENER']);
    expect((await withdraw(sent(1), motion.version)).motion).toEqual({ state: 'WITHDRAWN', result: null });
    const other = await openMotion(room, sent(1), 'COUNCIL');
    const { motion: voted } = await vote(room, sent(2), other.motion.id, 'ABSTAIN');
    const refused = await step(room, sent(1), 'withdrawMotion', 'motion { state }', {
      motionId: other.motion.id,
      expectedVersion: voted.version,
      reason: 'r',
    });
    expect(codesOf(refused)).toEqual(['MOTION_VOTED_ON']);
  });

  test('is prepared by a counted general motion of the standing council', async () => {
    await appoint(room, 1, 'STANDING_COUNCIL');
    const { motion: first } = await openMotion(room, secretariat, 'STANDING_COUNCIL');
    const prepared = () => openMotion(room, secretariat, 'COUNCIL', { preparedBy: first.id });
    expect(codesOf(await prepared())).toEqual(['MOTION_PREPARATION_MISFIT']);
    await vote(room, sent(1), first.id, 'YES');
    await closeMotion(room, first.id);
    const { motion } = await prepared();
    const { data } = await room.ask(
      secretariat,
      'query ($id: ID!) { motion(id: $id) { preparedBy { state body { kind } } } }',
      { id: motion.id },
    );
    expect(data.motion.preparedBy).toEqual({ state: 'CARRIED', body: { kind: 'STANDING_COUNCIL' } });
  });

  test('waits by name for its electors, whose votes are told one by one, then for the secretariat', async () => {
    const { motion } = await openMotion(room, sent(1), 'COUNCIL');
    const last = async () => {
      const { rows } = await room.sql.query(
        `select type, payload from outbox_event where aggregate_id = $1 order by seq desc limit 1`,
        [motion.id],
      );
      return rows[0];
    };
    expect((await last()).payload.waitsFor.map(({ subject }: { subject: string }) => subject)).toEqual(
      [1, 2, 3, 4, 5].map((n) => `person_${n}`),
    );
    for (const n of [1, 2, 3, 4]) await vote(room, sent(n), motion.id, 'YES');
    expect(await last()).toEqual({
      type: 'WorkAnswered',
      payload: { type: 'Motion', id: motion.id, subject: 'person_4' },
    });
    await vote(room, sent(5), motion.id, 'YES');
    expect((await last()).payload).toMatchObject({
      waitsFor: [{ role: 'SECRETARIAT', subject: null }],
      notFor: [],
    });
    await closeMotion(room, motion.id);
    expect((await last()).payload).toMatchObject({ waitsFor: [] });
  });

  test('is seen by its electors and the secretariat; its result by members, its ballots and text by neither', async () => {
    const { motion } = await openMotion(room, secretariat, 'COUNCIL');
    for (const n of [1, 2, 3, 4, 5]) await vote(room, sent(n), motion.id, 'YES');
    const official = person('official', `REGISTRAR@${away}`);
    expect(await motionOf(official, motion.id)).toBeNull();
    expect(await motionOf(person('learner'), motion.id)).toBeNull();
    expect(await motionOf(anonymous, motion.id)).toBeNull();
    const seen = await motionOf(sent(1), motion.id);
    expect(seen).toMatchObject({ text: '请表决。', electors: { totalCount: 5 } });
    expect(seen.electors.edges[0].node).toMatchObject({ hasVoted: true, choice: 'YES' });
    await closeMotion(room, motion.id);
    expect(await motionOf(official, motion.id)).toMatchObject({
      state: 'CARRIED',
      text: null,
      result: { yes: 5 },
      electors: { totalCount: 0, edges: [] },
    });
    expect(await motionOf(person('learner'), motion.id)).toBeNull();
    const { data } = await room.ask(
      sent(2),
      'query ($f: MotionFilter) { motions(filter: $f, first: 1) { edges { node { id } } } }',
      { f: { bodyId: body('COUNCIL'), state: 'CARRIED' } },
    );
    expect(data.motions.edges).toHaveLength(1);
  });
});
