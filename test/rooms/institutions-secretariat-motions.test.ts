import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

const day = 86_400_000;
const admin = person('adm', `INSTITUTION_ADMIN@${member(1)}`);

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startGovernance(3);
  for (const n of [1, 2, 3]) await appoint(room, n, 'STANDING_COUNCIL');
});
afterAll(async () => room?.[Symbol.asyncDispose]());

/** Lets the standing council decide about a subject, by a motion as it is; what closing it answered. */
async function decide(kind: string, subjectId: string, choice: 'YES' | 'NO') {
  const { motion } = await openMotion(room, secretariat, 'STANDING_COUNCIL', { kind, subjectId });
  for (const n of [1, 2, 3]) await vote(room, sent(n, 'COUNCIL_MEMBER'), motion.id, choice);
  room.clock.advance(30 * day);
  return closeMotion(room, motion.id);
}

async function submitted(): Promise<string> {
  const content = {
    title: '互认论坛',
    purpose: '交流',
    startsOn: '2027-03-01',
    endsOn: '2027-03-03',
    partnerIds: [],
    otherPartners: [],
    budget: '0',
    uploadIds: [],
  };
  const created = await step(room, admin, 'createActivityRequest', 'activityRequest { id }', {
    institutionId: member(1),
    content,
    idempotencyKey: idempotencyKey(),
  });
  const { id } = created.activityRequest;
  await step(room, admin, 'submitActivityRequest', 'activityRequest { id }', {
    activityRequestId: id,
    expectedVersion: 1,
    idempotencyKey: idempotencyKey(),
  });
  return id;
}
const stateOf = async (id: string) =>
  (await room.ask(admin, 'query ($id: ID!) { activityRequest(id: $id) { state motionNo } }', { id })).data
    .activityRequest;

test('the standing council’s vote approves an activity or refuses it', async () => {
  const id = await submitted();
  expect(codesOf(await decide('APPROVE_ACTIVITY', id, 'YES'))).toEqual([]);
  expect(await stateOf(id)).toEqual({ state: 'APPROVED', motionNo: expect.any(String) });
  const other = await submitted();
  expect(codesOf(await decide('APPROVE_ACTIVITY', other, 'NO'))).toEqual([]);
  expect((await stateOf(other)).state).toBe('REFUSED');
});

test('a motion about an activity is opened only while the request waits for it', async () => {
  const id = await submitted();
  await step(room, admin, 'withdrawActivityRequest', 'activityRequest { id }', {
    activityRequestId: id,
    expectedVersion: 2,
    reason: '取消',
  });
  const opened = await openMotion(room, secretariat, 'STANDING_COUNCIL', {
    kind: 'APPROVE_ACTIVITY',
    subjectId: id,
  });
  expect(codesOf(opened)).toEqual(['ACTION_NOT_ALLOWED']);
});

test('a vote on a request that was changed and handed in anew meanwhile decides nothing', async () => {
  const id = await submitted();
  const { motion } = await openMotion(room, secretariat, 'STANDING_COUNCIL', {
    kind: 'APPROVE_ACTIVITY',
    subjectId: id,
  });
  for (const n of [1, 2, 3]) await vote(room, sent(n, 'COUNCIL_MEMBER'), motion.id, 'YES');
  room.clock.advance(day);
  await step(room, secretariat, 'returnActivityRequest', 'activityRequest { id }', {
    activityRequestId: id,
    expectedVersion: 2,
    reason: '预算须调整',
  });
  await step(room, admin, 'submitActivityRequest', 'activityRequest { id }', {
    activityRequestId: id,
    expectedVersion: 3,
    idempotencyKey: idempotencyKey(),
  });
  room.clock.advance(30 * day);
  expect(codesOf(await closeMotion(room, motion.id))).toEqual([]);
  expect((await stateOf(id)).state).toBe('SUBMITTED');
  expect(codesOf(await decide('APPROVE_ACTIVITY', id, 'YES'))).toEqual([]);
  expect((await stateOf(id)).state).toBe('APPROVED');
});

test('the standing council’s vote adopts a fee schedule', async () => {
  const { feeSchedule } = await step(room, secretariat, 'proposeFeeSchedule', 'feeSchedule { id }', {
    title: '会费标准',
    amounts: [{ memberKind: 'HIGHER_EDUCATION', amount: '1000' }],
    effectiveFrom: '2027-01-01',
    idempotencyKey: idempotencyKey(),
  });
  expect(codesOf(await decide('ADOPT_FEE_SCHEDULE', feeSchedule.id, 'YES'))).toEqual([]);
  const { data } = await room.ask(admin, '{ feeSchedule(asOf: "2027-01-01") { id state } }');
  expect(data.feeSchedule).toEqual({ id: feeSchedule.id, state: 'ADOPTED' });
  const { invoiceIssue } = await step(room, secretariat, 'issueInvoices', 'invoiceIssue { issued }', {
    year: 2027,
  });
  expect(invoiceIssue.issued).toBe(3);
});
