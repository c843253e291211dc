import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { held } from './institutions-activities-kit.js';
import { councillor, secretariat, startExits, type Exits, type Shown } from './institutions-exits.js';
import { person } from './room-on-postgres.js';

let house: Exits;
beforeAll(async () => {
  house = await startExits();
});
afterAll(async () => house?.[Symbol.asyncDispose]());

const codes = (payload: Shown) => payload.userErrors.map(({ code }: { code: string }) => code);
const exit = async (id: string, by = secretariat) =>
  (await house.ask(by, `{ membershipExit(id: "${id}") { id state version motionNo runOffSince exitedAt } }`))
    .data.membershipExit;

test('a member asks to leave, the standing council decides, and the member is gone when nothing is owed', async () => {
  const member = await house.member();
  const asked = await house.askToLeave(member);
  expect(asked).toMatchObject({
    exitNo: expect.stringMatching(/^EXIT-2026-\d{4}$/),
    ground: 'VOLUNTARY',
    state: 'PROPOSED',
    dueAt: '2026-07-14T16:00:00.000Z',
    inactivity: null,
  });
  expect(await house.membership(member)).toMatchObject({
    state: 'EXIT_PROPOSED',
    inStanding: true,
    exitGround: null,
  });
  expect(codes(await house.decide(asked, true))).toEqual([]);
  expect(await house.membership(member)).toMatchObject({
    state: 'RUN_OFF',
    inStanding: false,
    exitGround: 'VOLUNTARY',
  });
  const inRunOff = await exit(asked.id);
  expect(inRunOff).toMatchObject({
    state: 'RUN_OFF',
    motionNo: expect.any(String),
    runOffSince: expect.any(String),
  });
  expect(codes(await house.complete(inRunOff))).toEqual([]);
  expect(await house.membership(member)).toMatchObject({ state: 'EXITED', exitGround: 'VOLUNTARY' });
  expect(await exit(asked.id)).toMatchObject({ state: 'COMPLETED', exitedAt: expect.any(String) });
  const { rows } = await house.sql.query(
    `select payload ->> 'state' as state, payload ->> 'since' as since from outbox_event
     where type = 'MembershipChanged' and aggregate_id = $1 order by seq`,
    [member.institutionId],
  );
  expect(rows.map(({ state }) => state)).toEqual(['EXIT_PROPOSED', 'RUN_OFF', 'EXITED']);
  expect(rows[0].since).toBe('2026-01-15T08:00:00.000Z');
});

test('an exit that is voted down or withdrawn leaves the member what it was, and a suspension goes on', async () => {
  const member = await house.member();
  const first = await house.askToLeave(member);
  expect(codes(await house.decide(first, false))).toEqual([]);
  expect(await house.membership(member)).toMatchObject({ state: 'ACTIVE', version: 3 });
  const { membershipId, admin } = member;
  const suspended = await house.send(secretariat, 'suspendMembership', {
    membershipId,
    expectedVersion: 3,
    reason: '整改',
  });
  const second = await house.askToLeave(member, suspended.membership.version);
  expect(await house.membership(member)).toMatchObject({ state: 'EXIT_PROPOSED', inStanding: false });
  const back = await house.send(admin, 'withdrawExit', {
    exitId: second.id,
    expectedVersion: 1,
    reason: '继续',
  });
  expect(back.exit.state).toBe('WITHDRAWN');
  expect(await house.membership(member)).toMatchObject({ state: 'SUSPENDED' });
});

test('nothing follows from a decision on what was withdrawn, and no exit is decided twice', async () => {
  const member = await house.member();
  const asked = await house.askToLeave(member);
  const count = await house.voted(asked, true);
  await house.send(member.admin, 'withdrawExit', { exitId: asked.id, expectedVersion: 1, reason: '继续' });
  expect(codes(await count())).toEqual([]);
  expect(codes(await house.openExit(asked))).toEqual(['EXIT_NOT_AWAITED']);
  expect(await house.membership(member)).toMatchObject({ state: 'ACTIVE' });
  expect(await exit(asked.id)).toMatchObject({ state: 'WITHDRAWN', motionNo: null });
  const again = await house.askToLeave(member, 3);
  expect(codes(await house.decide(again, true))).toEqual([]);
  expect(codes(await house.decide(again, false))).toEqual(['EXIT_NOT_AWAITED']);
  const { rows } = await house.sql.query(
    `select action, outcome from audit_event where subject_type = 'MembershipExit' and subject_id = $1 order by at`,
    [again.id],
  );
  expect(rows.map(({ action }) => action)).toEqual(['CHANGE_EXIT', 'CHANGE_EXIT']);
});

test('each side takes back only what it may have proposed, and nobody alone decides or completes', async () => {
  const member = await house.member();
  const asked = await house.askToLeave(member);
  const step = { exitId: asked.id, expectedVersion: 1, reason: 'r' };
  expect(codes(await house.send(secretariat, 'withdrawExit', step))).toEqual(['ACTION_FORBIDDEN']);
  expect(codes(await house.complete(asked))).toEqual(['ACTION_NOT_ALLOWED']);
  const foreign = await house.member();
  expect(codes(await house.send(foreign.admin, 'withdrawExit', step))).toEqual(['NOT_FOUND']);
  const stale = await house.send(member.admin, 'withdrawExit', { ...step, expectedVersion: 7 });
  expect(codes(stale)).toEqual(['VERSION_CONFLICT']);
  expect(stale.exit.version).toBe(1);
  const { membershipId } = foreign;
  const asking = { membershipId, expectedVersion: 1, reason: 'r', idempotencyKey: house.key() };
  expect(codes(await house.send(member.admin, 'requestVoluntaryExit', asking))).toEqual(['NOT_FOUND']);
  expect(codes(await house.send(secretariat, 'requestVoluntaryExit', asking))).toEqual(['ACTION_FORBIDDEN']);
});

test('inactivity is proposed with its evidence, and not of a member of less than three years', async () => {
  const old = await house.member();
  const propose = (membershipId: string, by = secretariat) =>
    house.send(by, 'proposeInactivityExit', {
      membershipId,
      expectedVersion: 1,
      reason: '三年无活动',
      idempotencyKey: house.key(),
    });
  expect(codes(await propose(old.membershipId, old.admin))).toEqual(['ACTION_FORBIDDEN']);
  const proposed = (await propose(old.membershipId)).exit;
  expect(proposed).toMatchObject({
    ground: 'INACTIVITY',
    inactivity: {
      windowFrom: '2023-01-15T08:00:00.000Z',
      windowTo: '2026-01-15T08:00:00.000Z',
      lastActivityAt: null,
    },
  });
  const back = { exitId: proposed.id, expectedVersion: 1, reason: 'r' };
  expect(codes(await house.send(old.admin, 'withdrawExit', back))).toEqual(['ACTION_FORBIDDEN']);
  expect((await house.send(secretariat, 'withdrawExit', back)).exit.state).toBe('WITHDRAWN');
  const young = await house.member('2023-01-16');
  expect(codes(await propose(young.membershipId))).toEqual(['MEMBER_TOO_NEW']);
  expect(await house.membership(young)).toMatchObject({ state: 'ACTIVE', version: 1 });
});

test('who is proposed for inactivity is who the ledger says: one counted activity, or a suspension, and nobody is', async () => {
  const member = await house.member();
  const propose = (expectedVersion: number) =>
    house.send(secretariat, 'proposeInactivityExit', {
      membershipId: member.membershipId,
      expectedVersion,
      reason: '三年无活动',
      idempotencyKey: house.key(),
    });
  const step = { membershipId: member.membershipId, reason: '整改' };
  await house.send(secretariat, 'suspendMembership', { ...step, expectedVersion: 1 });
  expect(codes(await propose(2))).toEqual(['ACTION_NOT_ALLOWED']);
  const active = await house.member();
  await held(house, [active.institutionId], '2023-01-16', 'RESOURCE');
  const refused = await house.send(secretariat, 'proposeInactivityExit', {
    membershipId: active.membershipId,
    expectedVersion: 1,
    reason: '三年无活动',
    idempotencyKey: house.key(),
  });
  expect(codes(refused)).toEqual(['MEMBER_IS_ACTIVE']);
  expect(await house.membership(active)).toMatchObject({ state: 'ACTIVE', version: 1 });
});

test('an exit that the council rejects does not begin the three years anew, and it may be proposed again', async () => {
  const member = await house.member();
  const propose = (expectedVersion: number) =>
    house.send(secretariat, 'proposeInactivityExit', {
      membershipId: member.membershipId,
      expectedVersion,
      reason: '三年无活动',
      idempotencyKey: house.key(),
    });
  const { exit: first } = await propose(1);
  expect(codes(await house.decide(first, false))).toEqual([]);
  const query = `{ institution(id: "${member.institutionId}") { activityEvidence { activeSince isCandidate } } }`;
  expect((await house.ask(secretariat, query)).data.institution.activityEvidence).toEqual({
    activeSince: '2020-01-01',
    isCandidate: true,
  });
  const { exit: second } = await propose(3);
  expect(codes(await house.decide(second, true))).toEqual([]);
  expect(await house.membership(member)).toMatchObject({ state: 'RUN_OFF', exitGround: 'INACTIVITY' });
});

test('a repetition of a proposal gets its first answer and proposes nothing twice', async () => {
  const { membershipId, admin } = await house.member();
  const input = { membershipId, expectedVersion: 1, reason: '办学调整', idempotencyKey: house.key() };
  const first = await house.send(admin, 'requestVoluntaryExit', input);
  const again = await house.send(admin, 'requestVoluntaryExit', input);
  expect(again).toEqual(first);
});

test('the exit is not completed while anything is owed, nor while a room cannot say what is', async () => {
  const member = await house.member();
  const asked = await house.askToLeave(member);
  await house.decide(asked, true);
  const inRunOff = await exit(asked.id);
  house.others.owed = { agreements: 1, applications: 2, deposits: 3 };
  expect(codes(await house.complete(inRunOff))).toEqual(['OBLIGATIONS_OPEN']);
  const query = `{ outstandingObligations(institutionId: "${member.institutionId}") { agreements applications deposits total } }`;
  const shown = { agreements: 1, applications: 2, deposits: 3, total: 6 };
  for (const reader of [secretariat, councillor, member.admin]) {
    expect((await house.ask(reader, query)).data.outstandingObligations).toEqual(shown);
  }
  expect(
    (await house.ask(person('x', 'INSTITUTION_ADMIN@inst_x'), query)).data.outstandingObligations,
  ).toBeNull();
  house.others.owed = { agreements: 0, applications: 0, deposits: 0 };
  for (const silent of ['agreements', 'learners']) {
    house.others.silent = silent;
    expect((await house.complete(inRunOff)).errors[0].extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect((await house.ask(secretariat, query)).data.outstandingObligations).toBeNull();
  }
  house.others.silent = undefined;
  expect((await house.membership(member)).state).toBe('RUN_OFF');
  house.others.asked.length = 0;
  expect(codes(await house.complete(inRunOff, member.admin))).toEqual(['ACTION_FORBIDDEN']);
  expect(house.others.asked).toEqual([]);
  expect(codes(await house.complete(inRunOff))).toEqual([]);
});

test('why a member leaves is hidden from others until it is decided, and its evidence for good', async () => {
  const member = await house.member();
  const asked = await house.askToLeave(member);
  const stranger = (await house.member()).admin;
  const query = `{ institution(id: "${member.institutionId}") { membership { state exitGround exit { reason } } } }`;
  const seenBy = async (by: typeof stranger) => (await house.ask(by, query)).data.institution.membership;
  expect(await seenBy(stranger)).toEqual({ state: 'EXIT_PROPOSED', exitGround: null, exit: null });
  expect((await seenBy(member.admin)).exit).toEqual({ reason: '办学调整' });
  await house.decide(asked, true);
  expect(await seenBy(anonymous)).toEqual({ state: 'RUN_OFF', exitGround: 'VOLUNTARY', exit: null });
  expect(await exit(asked.id, stranger)).toBeNull();
  const list = (by: typeof stranger) =>
    house.ask(by, '{ membershipExits(filter: { state: RUN_OFF }) { totalCount edges { node { id } } } }');
  expect((await list(stranger)).data.membershipExits.totalCount).toBe(0);
  expect((await list(member.admin)).data.membershipExits.edges).toEqual([{ node: { id: asked.id } }]);
});
