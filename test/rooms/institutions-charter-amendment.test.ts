import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { eventually } from '../support/eventually.js';
import {
  appoint,
  body,
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
import type { RoomOnPostgres } from './room-on-postgres.js';

const day = 86_400_000;
const council = [1, 2, 3, 4, 5, 6];

let room: RoomOnPostgres;
const seats: string[] = [];
beforeAll(async () => {
  room = await startGovernance(7);
  for (const n of council) {
    const { seat } = await appoint(room, n, 'COUNCIL', n === 1 ? { office: 'CHAIR' } : {});
    seats.push(seat.id);
  }
  room.room.start();
});
afterAll(async () => room[Symbol.asyncDispose]());

type Choice = 'YES' | 'NO' | 'ABSTAIN';
const inForce = async () =>
  (await room.ask(anonymous, '{ regulation(code: "CHARTER") { edition } }')).data.regulation.edition;
const draft = async (edition: string) =>
  (
    await step(room, secretariat, 'createRegulationDraft', 'regulation { id }', {
      code: 'CHARTER',
      edition,
      effectiveFrom: '2026-01-15',
      title: { zh: '章程', en: 'Charter' },
      articles: [{ heading: { zh: '总则', en: 'General' }, text: { zh: '互认。', en: 'Recognise.' } }],
      idempotencyKey: idempotencyKey(),
    })
  ).regulation.id;

/** The council votes on an edition as its people choose, and the votes are counted when the time is over. */
async function amend(edition: string, choices: readonly (Choice | 'SILENT')[]) {
  const { motion } = await openMotion(room, secretariat, 'COUNCIL', {
    kind: 'AMEND_CHARTER',
    subjectId: await draft(edition),
  });
  expect(motion).toMatchObject({ electorate: choices.length, threshold: 'TWO_THIRDS_OF_ELECTORATE' });
  for (const [index, choice] of choices.entries()) {
    if (choice !== 'SILENT') await vote(room, sent(index + 1), motion.id, choice);
  }
  room.clock.advance(14 * day);
  return (await closeMotion(room, motion.id)).motion;
}

test('more than half of the council call for a special meeting, which is held, recorded and counts as activity', async () => {
  const shown = 'meeting { id version state }';
  let { meeting } = await step(room, sent(2), 'requestSpecialMeeting', shown, {
    bodyId: body('COUNCIL'),
    title: { zh: '修改章程', en: 'Amendment of the charter' },
    idempotencyKey: idempotencyKey(),
  });
  const support = async (n: number) =>
    (
      await step(room, sent(n), 'supportSpecialMeeting', shown, {
        meetingId: meeting.id,
        idempotencyKey: idempotencyKey(),
      })
    ).meeting;
  // Three of six are half, and not more.
  for (const n of [3, 4]) meeting = await support(n);
  expect(meeting.state).toBe('REQUESTED');
  meeting = await support(5);
  expect(meeting.state).toBe('TO_SCHEDULE');
  const take = async (mutation: string, input: object = {}, by = secretariat) => {
    const answer = await step(room, by, mutation, shown, {
      meetingId: meeting.id,
      expectedVersion: meeting.version,
      ...input,
    });
    meeting = answer.meeting ?? meeting;
    return codesOf(answer);
  };
  // Half past midnight in Shanghai: the legal day is the next one.
  const startsAt = '2026-01-20T16:30:00.000Z';
  const agenda = [{ title: { zh: '修改章程', en: 'Amendment' } }];
  expect(await take('scheduleMeeting', { agenda, startsAt, place: '北京' })).toEqual([]);
  room.clock.advance(6 * day);
  const came = [
    { seatId: seats[0], presence: 'PRESENT' },
    { seatId: seats[1], presence: 'REPRESENTED', representedBy: '王某' },
    { seatId: seats[2], presence: 'ABSENT' },
  ];
  expect(await take('recordAttendance', { seats: came })).toEqual([]);
  expect(await take('cancelMeeting', { reason: 'r' })).toEqual(['MEETING_HELD']);
  expect(await take('recordMinutes', { text: '决议。' })).toEqual([]);
  expect(await take('approveMinutes', { edition: 1 }, sent(1))).toEqual([]);
  expect(await take('closeMeeting')).toEqual([]);
  const entries = async () =>
    (
      await room.sql.query(
        `select institution_id, kind, occurred_on::text, subject_id, source from member_activity order by institution_id`,
      )
    ).rows;
  await eventually(
    async () => (await entries()).length > 0,
    () => room.logged(),
  );
  expect(await entries()).toEqual(
    [1, 2].map((n) => ({
      institution_id: member(n),
      kind: 'ALLIANCE_ACTIVITY',
      occurred_on: '2026-01-21',
      subject_id: meeting.id,
      source: 'institutions',
    })),
  );
});

test('what waits for approval does not wait for the chair who wrote it', async () => {
  const { meeting } = await step(room, secretariat, 'callMeeting', 'meeting { id version }', {
    bodyId: body('COUNCIL'),
    kind: 'ORDINARY',
    title: { zh: '会议', en: 'Meeting' },
    agenda: [],
    startsAt: new Date(room.clock.now().getTime() + day).toISOString(),
    place: '北京',
    idempotencyKey: idempotencyKey(),
  });
  room.clock.advance(2 * day);
  const chair = { ...secretariat, subject: 'person_1' };
  await step(room, chair, 'recordMinutes', 'meeting { id }', {
    meetingId: meeting.id,
    expectedVersion: meeting.version,
    text: '决议。',
  });
  const { rows } = await room.sql.query(
    `select payload from outbox_event where aggregate_id = $1 order by seq desc limit 1`,
    [meeting.id],
  );
  expect(rows[0].payload.waitsFor).toEqual([{ role: 'SECRETARIAT', institutionId: null, subject: null }]);
});

test('the charter is amended by exactly two thirds of all council members, and by not one fewer', async () => {
  const before = await inForce();
  expect(await amend('A', ['YES', 'YES', 'YES', 'SILENT', 'SILENT', 'SILENT'])).toMatchObject({
    state: 'REJECTED',
    result: { yes: 3 },
  });
  expect(await amend('B', ['YES', 'YES', 'YES', 'ABSTAIN', 'ABSTAIN', 'ABSTAIN'])).toMatchObject({
    state: 'REJECTED',
  });
  expect(await inForce()).toBe(before);
  expect(await amend('C', ['YES', 'YES', 'YES', 'YES', 'NO', 'NO'])).toMatchObject({
    state: 'CARRIED',
    result: { yes: 4, no: 2 },
  });
  expect(await inForce()).toBe('C');
  await appoint(room, 7, 'COUNCIL');
  // Four of seven are less than two thirds, whoever stays away; five are more.
  expect(await amend('D', ['YES', 'YES', 'YES', 'YES', 'SILENT', 'SILENT', 'SILENT'])).toMatchObject({
    state: 'REJECTED',
  });
  expect(await amend('E', ['YES', 'YES', 'YES', 'YES', 'YES', 'NO', 'NO'])).toMatchObject({
    state: 'CARRIED',
  });
  expect(await inForce()).toBe('E');
});
