import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { expiryWarningAt } from '../../subgraphs/institutions/seats/seat-term.js';
import { appoint, body, codesOf, member, sent, startGovernance, step } from './governance-room.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

const day = 86_400_000;

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startGovernance(12);
});
afterAll(async () => room[Symbol.asyncDispose]());

const grantsOf = async (subject: string) =>
  (
    await room.sql.query('select role, valid_from, valid_to, revoked_by from role_grant where subject = $1', [
      subject,
    ])
  ).rows;

describe('a seat', () => {
  test('is held for two years and makes a council member, who is woken', async () => {
    const woken: string[] = [];
    const stop = room.wakeBus.subscribe(({ type, id }) => void (type === 'GrantEpoch' && woken.push(id)));
    const { seat } = await appoint(room, 1, 'COUNCIL');
    stop();
    expect(seat).toMatchObject({
      state: 'HELD',
      inForce: true,
      from: '2026-01-15T08:00:00.000Z',
      to: '2028-01-15T08:00:00.000Z',
    });
    expect(await grantsOf('person_1')).toMatchObject([
      { role: 'COUNCIL_MEMBER', valid_to: new Date(seat.to) },
    ]);
    expect(woken).toEqual(['person_1']);
  });

  test('of the assembly gives a vote and no role', async () => {
    expect(codesOf(await appoint(room, 2, 'ASSEMBLY'))).toEqual([]);
    expect(await grantsOf('person_2')).toEqual([]);
  });

  test('is given by the secretariat only, and to members in standing only', async () => {
    const input = {
      bodyId: body('COUNCIL'),
      institutionId: member(3),
      subject: 'person_3',
      holderName: '代表',
      office: 'MEMBER',
      idempotencyKey: idempotencyKey(),
    };
    const refused = await step(room, sent(3, 'COUNCIL_MEMBER'), 'appointSeat', 'seat { id }', input);
    expect(codesOf(refused)).toEqual(['ACTION_FORBIDDEN']);
    await room.sql.query(`update membership set state = 'SUSPENDED' where institution_id = $1`, [member(3)]);
    expect(codesOf(await appoint(room, 3, 'COUNCIL'))).toEqual(['SEAT_NOT_IN_STANDING']);
    expect(codesOf(await appoint(room, 4, 'COUNCIL', { bodyId: 'body_none' }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await appoint(room, 4, 'COUNCIL', { holderName: ' ' }))).toEqual(['INPUT_INVALID']);
    const from = room.clock.now().toISOString();
    expect(codesOf(await appoint(room, 4, 'COUNCIL', { from, to: from }))).toEqual(['INTERVAL_EMPTY']);
  });

  test('overlaps no other of its institution, nor of its person, nor a second chair; it may follow on one', async () => {
    const { seat } = await appoint(room, 5, 'COUNCIL', { office: 'CHAIR' });
    expect(codesOf(await appoint(room, 5, 'COUNCIL', { subject: 'other' }))).toEqual([
      'SEAT_INSTITUTION_TAKEN',
    ]);
    expect(codesOf(await appoint(room, 6, 'COUNCIL', { subject: 'person_5' }))).toEqual([
      'SEAT_PERSON_TAKEN',
    ]);
    expect(codesOf(await appoint(room, 6, 'COUNCIL', { office: 'CHAIR' }))).toEqual(['SEAT_CHAIR_TAKEN']);
    expect(codesOf(await appoint(room, 5, 'STANDING_COUNCIL'))).toEqual([]);
    expect(codesOf(await appoint(room, 5, 'COUNCIL', { from: seat.to }))).toEqual([]);
  });

  test('of one institution is given once when many ask at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => appoint(room, 7, 'COUNCIL', { subject: `rival_${index}` })),
    );
    expect(answers.filter((answer) => codesOf(answer).length === 0)).toHaveLength(1);
    expect(new Set(answers.flatMap(codesOf))).toEqual(new Set(['SEAT_INSTITUTION_TAKEN']));
  });

  test('is renewed from where it would have ended, and its role with it', async () => {
    const { seat } = await appoint(room, 8, 'COUNCIL');
    const renew = (expectedVersion: number) =>
      step(room, secretariat, 'renewSeat', 'seat { version term to }', { seatId: seat.id, expectedVersion });
    const renewed = await renew(seat.version);
    expect(renewed.seat).toMatchObject({ term: 2, to: '2030-01-15T08:00:00.000Z' });
    expect((await grantsOf('person_8'))[0].valid_to).toEqual(new Date('2030-01-15T08:00:00Z'));
    expect(codesOf(await renew(seat.version))).toEqual(['VERSION_CONFLICT']);
    await room.sql.query(`update membership set state = 'SUSPENDED' where institution_id = $1`, [member(8)]);
    expect(codesOf(await renew(renewed.seat.version))).toEqual(['SEAT_NOT_IN_STANDING']);
  });

  test('that is handed over ends for the one and goes on for the other; that is ended takes its role along', async () => {
    const { seat } = await appoint(room, 9, 'STANDING_COUNCIL');
    room.clock.advance(10 * day);
    const { seat: next } = await step(
      room,
      secretariat,
      'replaceSeatHolder',
      'seat { id version from to replacesSeatId holderName }',
      {
        seatId: seat.id,
        expectedVersion: seat.version,
        subject: 'person_9b',
        holderName: '继任',
        reason: '调离',
        idempotencyKey: idempotencyKey(),
      },
    );
    const now = room.clock.now();
    expect(next).toMatchObject({ replacesSeatId: seat.id, from: now.toISOString(), to: seat.to });
    expect(await grantsOf('person_9')).toMatchObject([{ valid_to: now, revoked_by: 'sec' }]);
    expect(await grantsOf('person_9b')).toMatchObject([{ valid_from: now, valid_to: new Date(seat.to) }]);
    const ended = await step(room, secretariat, 'endSeat', 'seat { state inForce }', {
      seatId: next.id,
      expectedVersion: next.version,
      reason: '辞任',
    });
    expect(ended.seat).toEqual({ state: 'ENDED', inForce: false });
    expect(await grantsOf('person_9b')).toMatchObject([{ valid_to: now, revoked_by: 'sec' }]);
  });

  test('waits for the secretariat from 90 days before its end, and is listed then', async () => {
    const to = new Date(room.clock.now().getTime() + 30 * day);
    const { seat } = await appoint(room, 10, 'COUNCIL', { to: to.toISOString() });
    const { data } = await room.ask(anonymous, '{ expiringSeats(withinDays: 31) { edges { node { id } } } }');
    expect(data.expiringSeats.edges).toEqual([{ node: { id: seat.id } }]);
    const none = await room.ask(anonymous, '{ expiringSeats(withinDays: 29) { edges { node { id } } } }');
    expect(none.data.expiringSeats.edges).toEqual([]);
    const { rows } = await room.sql.query(
      `select payload from outbox_event where type = 'WorkChanged' and aggregate_id = $1`,
      [seat.id],
    );
    expect(rows[0].payload).toMatchObject({
      dueAt: to.toISOString(),
      about: `理事会 · ${member(10)}`,
      actions: ['renewSeat', 'replaceSeatHolder', 'endSeat'].map((action) => ({ action, mutation: action })),
    });
    expect(expiryWarningAt(new Date(0), new Date(100 * day))).toEqual(new Date(10 * day));
  });

  test('says its holder by name to everybody, and by subject to the secretariat alone', async () => {
    const { data } = await room.ask(
      anonymous,
      'query ($f: SeatFilter) { seats(filter: $f) { edges { node { holderName holderSubject body { kind } institution { id } } } } }',
      { f: { institutionId: member(1), inForceAt: '2026-02-01T00:00:00Z' } },
    );
    expect(data.seats.edges).toEqual([
      {
        node: {
          holderName: '代表1',
          holderSubject: null,
          body: { kind: 'COUNCIL' },
          institution: { id: member(1) },
        },
      },
    ]);
  });

  test('cannot be rewritten, moved or deleted, even past the room', async () => {
    await expect(room.sql.query(`update seat set subject = 'thief'`)).rejects.toMatchObject({
      constraint: 'seat_fixed',
    });
    await expect(
      room.sql.query(`update seat set valid_to = valid_to + interval '1 year' where state = 'ENDED'`),
    ).rejects.toMatchObject({ constraint: 'seat_fixed' });
    await expect(room.sql.query('delete from seat')).rejects.toMatchObject({ constraint: 'seat_kept' });
    const app = await room.connectAsApp();
    expect((await app.query(`update seat set holder_name = 'x'`)).rowCount).toBe(0);
  });
});
