import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isCalledByMajority, nextMeetingDue } from '../../subgraphs/institutions/meetings/meeting-rhythm.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { appoint, body, codesOf, openMotion, sent, startGovernance, step } from './governance-room.js';
import { away, idempotencyKey, secretariat } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

const day = 86_400_000;
const title = { zh: '年度会议', en: 'Meeting of the year' };

let room: RoomOnPostgres;
const seats: string[] = [];
beforeAll(async () => {
  room = await startGovernance(6);
  for (const n of [1, 2, 3, 4, 5]) {
    const { seat } = await appoint(room, n, 'COUNCIL', n === 1 ? { office: 'CHAIR' } : {});
    seats.push(seat.id);
  }
});
afterAll(async () => room[Symbol.asyncDispose]());

const inDays = (days: number) => new Date(room.clock.now().getTime() + days * day).toISOString();
const call = (input: object = {}, by: Principal = secretariat) =>
  step(room, by, 'callMeeting', 'meeting { id version state seats agenda { motionId } }', {
    bodyId: body('COUNCIL'),
    kind: 'ORDINARY',
    title,
    agenda: [],
    startsAt: inDays(10),
    place: '银川',
    idempotencyKey: idempotencyKey(),
    ...input,
  });
const take = (
  by: Principal,
  mutation: string,
  meeting: { id: string; version: number },
  input: object = {},
) =>
  step(room, by, mutation, 'meeting { id version state supporters }', {
    meetingId: meeting.id,
    expectedVersion: meeting.version,
    ...input,
  });
const meetingOf = async (by: Principal, id: string) =>
  (
    await room.ask(
      by,
      `query ($id: ID!) { meeting(id: $id) { state link minutes { edition text approvedAt }
         attendance { edges { node { presence } } } availableActions { action allowed } } }`,
      { id },
    )
  ).data.meeting;

describe('a meeting', () => {
  test('is called by the secretariat, in the future, at a place or a link, about motions that are there', async () => {
    expect(codesOf(await call({}, sent(1)))).toEqual(['ACTION_FORBIDDEN']);
    expect(codesOf(await call({ startsAt: inDays(0) }))).toEqual(['MEETING_TIME_INVALID']);
    expect(codesOf(await call({ place: null }))).toEqual(['MEETING_PLACE_MISSING']);
    expect(codesOf(await call({ link: 'http://x.example' }))).toEqual(['INPUT_INVALID']);
    expect(codesOf(await call({ agenda: [{ title, motionId: 'mot_none' }] }))).toEqual(['NOT_FOUND']);
    const { motion } = await openMotion(room, secretariat, 'COUNCIL');
    const { meeting } = await call({ agenda: [{ title, motionId: motion.id }] });
    expect(meeting).toMatchObject({ state: 'CALLED', seats: 5, agenda: [{ motionId: motion.id }] });
    expect((await take(secretariat, 'cancelMeeting', meeting, { reason: '疫情' })).meeting.state).toBe(
      'CANCELLED',
    );
  });

  test('is recorded after it began, approved by the chair and by nobody who recorded it, and closed for good', async () => {
    let { meeting } = await call({ link: 'https://meet.example/1' });
    const take1 = async (by: Principal, mutation: string, input: object = {}) => {
      const answer = await take(by, mutation, meeting, input);
      meeting = answer.meeting ?? meeting;
      return codesOf(answer);
    };
    expect(await take1(secretariat, 'recordMinutes', { text: '早了' })).toEqual(['MEETING_NOT_BEGUN']);
    room.clock.advance(10 * day);
    const present = (seatId: string) => ({ seatId, presence: 'PRESENT' });
    expect(await take1(secretariat, 'recordAttendance', { seats: [present('seat_none')] })).toEqual([
      'NOT_FOUND',
    ]);
    const twice = { seats: [present(seats[0]!), present(seats[0]!)] };
    expect(await take1(secretariat, 'recordAttendance', twice)).toEqual(['INPUT_INVALID']);
    const nobody = { seats: [{ seatId: seats[0], presence: 'REPRESENTED' }] };
    expect(await take1(secretariat, 'recordAttendance', nobody)).toEqual(['INPUT_INVALID']);
    await take1(secretariat, 'recordAttendance', {
      seats: [
        present(seats[0]!),
        { seatId: seats[1], presence: 'REPRESENTED', representedBy: '王某' },
        { seatId: seats[2], presence: 'ABSENT' },
      ],
    });
    expect(await take1(secretariat, 'recordAttendance', { seats: [present(seats[2]!)] })).toEqual([]);
    expect(await take1(secretariat, 'recordMinutes', { text: '第一稿' })).toEqual([]);
    expect(await take1(secretariat, 'recordMinutes', { text: '第二稿' })).toEqual([]);
    expect(await take1(sent(2), 'approveMinutes', { edition: 2 })).toEqual(['MEETING_NOT_CHAIR']);
    expect(await take1(secretariat, 'approveMinutes', { edition: 2 })).toEqual(['MEETING_NOT_CHAIR']);
    expect(await take1(sent(1), 'approveMinutes', { edition: 1 })).toEqual(['MINUTES_OUTDATED']);
    expect(await take1(sent(1), 'approveMinutes', { edition: 2 })).toEqual([]);
    const official = person('official', `REGISTRAR@${away}`);
    expect(await meetingOf(official, meeting.id)).toBeNull();
    expect(await take1(secretariat, 'closeMeeting')).toEqual([]);
    expect(await meetingOf(official, meeting.id)).toMatchObject({
      state: 'CLOSED',
      link: null,
      minutes: null,
      attendance: { edges: [] },
    });
    // The same where row-level security is not there to hold.
    const tables = ['attendance', 'minutes'];
    for (const table of tables) await room.sql.query(`alter table ${table} disable row level security`);
    expect(await meetingOf(official, meeting.id)).toMatchObject({ minutes: null, attendance: { edges: [] } });
    for (const table of tables) await room.sql.query(`alter table ${table} enable row level security`);
    const own = await meetingOf(sent(3), meeting.id);
    expect(own).toMatchObject({ link: 'https://meet.example/1', minutes: { edition: 2, text: '第二稿' } });
    expect(own.attendance.edges).toHaveLength(3);
    await expect(
      room.sql.query(`update attendance set presence = 'ABSENT' where meeting_id = $1`, [meeting.id]),
    ).rejects.toMatchObject({ constraint: 'attendance_kept' });
    await expect(room.sql.query(`update minutes set text = 'x'`)).rejects.toMatchObject({
      constraint: 'minutes_kept',
    });
    await expect(
      room.sql.query(`update meeting set place = 'x' where state = 'CLOSED'`),
    ).rejects.toMatchObject({
      constraint: 'meeting_fixed',
    });
  });

  test('tells the secretariat how often each member came, in one statement for all', async () => {
    const query = `query ($f: SeatFilter) { seats(filter: $f) { edges { node { institution { id } attendance { meetings present represented absent } } } } }`;
    const variables = { f: { bodyId: body('COUNCIL') } };
    const { data } = await room.ask(secretariat, query, variables);
    const rates = Object.fromEntries(
      data.seats.edges.map(({ node }: { node: { institution: { id: string }; attendance: object } }) => [
        node.institution.id,
        node.attendance,
      ]),
    );
    expect(rates['inst_1']).toEqual({ meetings: 1, present: 1, represented: 0, absent: 0 });
    expect(rates['inst_2']).toEqual({ meetings: 1, present: 0, represented: 1, absent: 0 });
    expect(rates['inst_4']).toEqual({ meetings: 0, present: 0, represented: 0, absent: 0 });
    const during = async (period: string) => {
      const asked = query.replace('attendance {', `attendance(${period}) {`);
      const answer = await room.ask(secretariat, asked, variables);
      return answer.data.seats.edges.reduce(
        (sum: number, { node }: { node: { attendance: { meetings: number } } }) =>
          sum + node.attendance.meetings,
        0,
      );
    };
    expect(await during('from: "2026-01-25", to: "2026-01-26"')).toBe(3);
    expect(await during('to: "2026-01-25"')).toBe(0);
    expect(await during('from: "2026-01-26"')).toBe(0);
    const others = await room.ask(sent(1), query, variables);
    expect(others.data.seats.edges[0].node.attendance).toBeNull();
  });
});

describe('a special meeting', () => {
  const request = (by: Principal) =>
    step(room, by, 'requestSpecialMeeting', 'meeting { id version state supporters seats }', {
      bodyId: body('COUNCIL'),
      title,
      idempotencyKey: idempotencyKey(),
    });
  const support = (by: Principal, meetingId: string) =>
    step(room, by, 'supportSpecialMeeting', 'meeting { id version state supporters }', {
      meetingId,
      idempotencyKey: idempotencyKey(),
    });

  test('is called for by more than half of the seats, and then scheduled by the secretariat', async () => {
    expect(codesOf(await request(sent(6)))).toEqual(['MEETING_NOT_INVITED']);
    const { meeting } = await request(sent(2));
    expect(meeting).toMatchObject({ state: 'REQUESTED', supporters: 1, seats: 5 });
    expect(codesOf(await support(sent(2), meeting.id))).toEqual(['MEETING_SUPPORTED']);
    expect(codesOf(await support(secretariat, meeting.id))).toEqual(['MEETING_NOT_INVITED']);
    expect(codesOf(await support(sent(6), meeting.id))).toEqual(['NOT_FOUND']);
    await support(sent(3), meeting.id);
    await expect(
      room.sql.query(`update meeting set state = 'TO_SCHEDULE' where id = $1`, [meeting.id]),
    ).rejects.toMatchObject({ constraint: 'meeting_called_by_majority' });
    const reached = await support(sent(4), meeting.id);
    expect(reached.meeting).toMatchObject({ state: 'TO_SCHEDULE', supporters: 3 });
    expect(codesOf(await support(sent(5), meeting.id))).toEqual(['ACTION_NOT_ALLOWED']);
    const { rows } = await room.sql.query(
      `select payload from outbox_event where aggregate_id = $1 order by version desc limit 1`,
      [meeting.id],
    );
    expect(rows[0].payload).toMatchObject({
      waitsFor: [{ role: 'SECRETARIAT' }],
      dueAt: expect.any(String),
      actions: [{ action: 'scheduleMeeting' }],
    });
    const scheduled = await take(secretariat, 'scheduleMeeting', reached.meeting, {
      agenda: [{ title }],
      startsAt: inDays(5),
      place: '银川',
    });
    expect(scheduled.meeting.state).toBe('CALLED');
  });

  test('is called for once by each seat, however many join at the same time', async () => {
    const { meeting } = await request(sent(1));
    const answers = await Promise.all([2, 2, 3, 3].map((n) => support(sent(n), meeting.id)));
    expect(answers.filter((answer) => codesOf(answer).length === 0)).toHaveLength(2);
    const { rows } = await room.sql.query('select state, supporters from meeting where id = $1', [
      meeting.id,
    ]);
    expect(rows).toEqual([{ state: 'TO_SCHEDULE', supporters: 3 }]);
  });

  test('is withdrawn by the one who called for it, or the secretariat', async () => {
    const { meeting } = await request(sent(1));
    expect(codesOf(await take(sent(2), 'withdrawMeetingRequest', meeting, { reason: 'r' }))).toEqual([
      'ACTION_FORBIDDEN',
    ]);
    const withdrawn = await take(sent(1), 'withdrawMeetingRequest', meeting, { reason: 'r' });
    expect(withdrawn.meeting.state).toBe('WITHDRAWN');
  });

  test('needs more than half in integers', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (calls, rest) => {
        expect(isCalledByMajority(calls, calls + rest)).toBe(calls > rest);
      }),
    );
  });
});

test('the assembly and the council are overdue a year after an ordinary meeting was held; the secretariat is told', async () => {
  // One that was called and of which nothing is known counts for nothing, as does a special one.
  const { meeting } = await call({ bodyId: body('COUNCIL') });
  expect(meeting.state).toBe('CALLED');
  await room.sql.query(
    `update meeting set attendance_records = 1, starts_at = starts_at + interval '40 days' where kind = 'SPECIAL' and state = 'CALLED'`,
  );
  const overdue = async (by: Principal) => room.ask(by, '{ overdueMeetings { body { kind } overdueSince } }');
  expect((await overdue(sent(1))).errors?.[0]?.extensions?.code).toBe('ACTION_FORBIDDEN');
  const kinds = async () =>
    (await overdue(secretariat)).data.overdueMeetings.map((one: { body: { kind: string } }) => one.body.kind);
  expect(await kinds()).toEqual([]);
  room.clock.advance(356 * day);
  // The room began 366 days ago, and the assembly has not met since; the council has, ten days later.
  expect(await kinds()).toEqual(['ASSEMBLY']);
  room.clock.advance(20 * day);
  expect((await kinds()).toSorted()).toEqual(['ASSEMBLY', 'COUNCIL']);
  expect(nextMeetingDue(new Date('2026-01-15T08:00:00Z'), 12)).toEqual(new Date('2027-01-15T08:00:00Z'));
});
