import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import {
  councillor,
  otherSecretariat,
  secretariat,
  startExits,
  type Exits,
  type Member,
  type Shown,
} from './institutions-exits.js';

let house: Exits;
beforeAll(async () => {
  house = await startExits();
});
afterAll(async () => house?.[Symbol.asyncDispose]());

const day = 86_400_000;
const codes = (payload: Shown) => payload.userErrors.map(({ code }: { code: string }) => code);

async function open({ membershipId }: Member, by = secretariat): Promise<Shown> {
  const payload = await house.send(by, 'openViolationCase', {
    membershipId,
    provision: 'charter art. 12(3)',
    summary: '出具虚假成绩证明',
    idempotencyKey: house.key(),
  });
  return payload.violationCase ?? payload;
}

/** Takes a step on the case as it stands now. */
async function step(by: Principal, mutation: string, violation: Shown, input: object = {}): Promise<Shown> {
  const { data } = await house.ask(secretariat, `{ violationCase(id: "${violation.id}") { version } }`);
  const expectedVersion = data.violationCase.version;
  return house.send(by, mutation, { caseId: violation.id, expectedVersion, ...input });
}

const answer = (member: Member, violation: Shown) =>
  step(member.admin, 'answerViolation', violation, { text: '情况说明', reference: '校函〔2026〕3号' });
const conclude = (violation: Shown, by = otherSecretariat) =>
  step(by, 'concludeViolation', violation, { conclusion: '情节严重' });

test('who opened a case is not asked to conclude it', async () => {
  const member = await house.member();
  const opened = await open(member);
  await answer(member, opened);
  const { rows } = await house.sql.query(
    `select payload ->> 'state' as state, payload -> 'notFor' as hidden from outbox_event
     where type = 'WorkChanged' and aggregate_id = $1 order by seq`,
    [opened.id],
  );
  expect(rows).toEqual([
    { state: 'AWAITING_ANSWER', hidden: [] },
    { state: 'ANSWERED', hidden: [secretariat.subject] },
  ]);
});

test('the member is heard, another person concludes, the standing council decides on the exit', async () => {
  const member = await house.member();
  const opened = await open(member);
  expect(opened).toMatchObject({
    caseNo: expect.stringMatching(/^VIOL-2026-\d{4}$/),
    state: 'AWAITING_ANSWER',
    dueAt: '2026-02-14T16:00:00.000Z',
  });
  expect(codes(await conclude(opened))).toEqual(['MEMBER_NOT_HEARD']);
  expect((await answer(member, opened)).violationCase.state).toBe('ANSWERED');
  expect(codes(await conclude(opened, secretariat))).toEqual(['VIOLATION_SAME_PERSON']);
  expect((await conclude(opened)).violationCase).toMatchObject({ state: 'CONCLUDED', finding: 'SERIOUS' });
  expect(await house.membership(member)).toMatchObject({ state: 'ACTIVE' });
  const proposed = await step(secretariat, 'proposeViolationExit', opened, { idempotencyKey: house.key() });
  expect(proposed.exit).toMatchObject({ ground: 'VIOLATION', state: 'PROPOSED', reason: '情节严重' });
  const ofExit = `{ membershipExit(id: "${proposed.exit.id}") { violationCase { caseNo state } institution { id } } }`;
  expect((await house.ask(councillor, ofExit)).data.membershipExit).toEqual({
    violationCase: { caseNo: opened.caseNo, state: 'EXIT_PROPOSED' },
    institution: { id: member.institutionId },
  });
  await house.decide(proposed.exit, true);
  expect(await house.membership(member)).toMatchObject({ state: 'RUN_OFF', exitGround: 'VIOLATION' });
});

test('new evidence asks the member anew and gives it its full time again', async () => {
  const member = await house.member();
  const opened = await open(member);
  await answer(member, opened);
  house.clock.advance(day);
  const more = await step(secretariat, 'addViolationEvidence', opened, { text: '新证据' });
  expect(more.violationCase).toMatchObject({ state: 'AWAITING_ANSWER', dueAt: '2026-02-15T16:00:00.000Z' });
  expect(codes(await conclude(opened))).toEqual(['MEMBER_NOT_HEARD']);
  const said = await house.ask(
    member.admin,
    `{ violationCase(id: "${opened.id}") { statements { totalCount edges { node { place kind text reference } } } } }`,
  );
  expect(said.data.violationCase.statements).toEqual({
    totalCount: 2,
    edges: [
      { node: { place: 1, kind: 'ANSWER', text: '情况说明', reference: '校函〔2026〕3号' } },
      { node: { place: 2, kind: 'EVIDENCE', text: '新证据', reference: null } },
    ],
  });
  house.clock.advance(-day);
});

test('a member that keeps silent stops nothing once its answer is due', async () => {
  const member = await house.member();
  const opened = await open(member);
  house.clock.advance(31 * day);
  expect((await conclude(opened)).violationCase.state).toBe('CONCLUDED');
  house.clock.advance(-31 * day);
});

test('a case is closed with a warning or as unfounded, also after it was found serious', async () => {
  const member = await house.member();
  const warned = await open(member);
  await answer(member, warned);
  const closing = { finding: 'WARNING', conclusion: '责令整改' };
  expect((await step(otherSecretariat, 'closeViolationCase', warned, closing)).violationCase).toMatchObject({
    state: 'CLOSED',
    finding: 'WARNING',
  });
  const again = await open(member);
  await answer(member, again);
  await conclude(again);
  const unfounded = { finding: 'UNFOUNDED', conclusion: '复核不成立' };
  expect((await step(otherSecretariat, 'closeViolationCase', again, unfounded)).violationCase.finding).toBe(
    'UNFOUNDED',
  );
  expect(
    codes(await step(secretariat, 'proposeViolationExit', again, { idempotencyKey: house.key() })),
  ).toEqual(['ACTION_NOT_ALLOWED']);
  expect(await house.membership(member)).toMatchObject({ state: 'ACTIVE', version: 1 });
});

test('only the secretariat accuses, only the accused answers, and nobody else knows', async () => {
  const member = await house.member();
  const stranger = await house.member();
  expect(codes(await open(member, member.admin))).toEqual(['ACTION_FORBIDDEN']);
  const opened = await open(member);
  expect(codes(await answer(stranger, opened))).toEqual(['NOT_FOUND']);
  expect(codes(await step(secretariat, 'answerViolation', opened, { text: 'x' }))).toEqual([
    'ACTION_FORBIDDEN',
  ]);
  expect(codes(await step(member.admin, 'addViolationEvidence', opened, { text: 'x' }))).toEqual([
    'ACTION_FORBIDDEN',
  ]);
  expect(codes(await step(member.admin, 'answerViolation', opened, { text: ' ' }))).toEqual([
    'INPUT_INVALID',
  ]);
  const query = `{ violationCase(id: "${opened.id}") { id } violationCases(filter: { institutionId: "${member.institutionId}" }) { totalCount } }`;
  expect((await house.ask(stranger.admin, query)).data).toEqual({
    violationCase: null,
    violationCases: { totalCount: 0 },
  });
  for (const reader of [member.admin, councillor, secretariat]) {
    expect((await house.ask(reader, query)).data.violationCases.totalCount).toBe(1);
  }
});

test('the database lets nobody judge alone or unheard, nor change what was said', async () => {
  const member = await house.member();
  const opened = await open(member);
  const judged = (by: string, at: string) =>
    house.sql.query(
      `update violation_case set state = 'CONCLUDED', finding = 'SERIOUS', conclusion = 'x', concluded_by = $2,
         concluded_at = $3 where id = $1`,
      [opened.id, by, at],
    );
  const steps = { constraint: 'violation_case_steps' };
  await expect(judged('other', '2026-01-20T00:00:00Z')).rejects.toMatchObject(steps);
  await expect(
    house.sql.query(`update violation_case set state = 'ANSWERED' where id = $1`, [opened.id]),
  ).rejects.toMatchObject(steps);
  const said = (kind: string) => `insert into violation_statement values
    ('x', '${opened.id}', 9, '${member.institutionId}', '${kind}', 'x', null, 'x', now())`;
  await expect(house.sqlAs(secretariat, said('ANSWER'))).rejects.toMatchObject({ code: '42501' });
  await expect(house.sqlAs(member.admin, said('EVIDENCE'))).rejects.toMatchObject({ code: '42501' });
  expect((await house.sqlAs(member.admin, said('ANSWER'))).rowCount).toBe(1);
  await answer(member, opened);
  await expect(judged('sec', '2026-01-20T00:00:00Z')).rejects.toMatchObject({
    constraint: 'violation_case_two_people',
  });
  const kept = { constraint: 'violation_statement_append_only' };
  await expect(house.sql.query(`update violation_statement set text = 'x'`)).rejects.toMatchObject(kept);
  await expect(house.sql.query('delete from violation_statement')).rejects.toMatchObject(kept);
  await expect(house.sql.query('delete from violation_case')).rejects.toMatchObject({
    constraint: 'violation_case_fixed',
  });
});

test('two conclusions at once give one', async () => {
  const member = await house.member();
  const opened = await open(member);
  const { violationCase } = await answer(member, opened);
  const step = { caseId: opened.id, expectedVersion: violationCase.version, conclusion: 'x' };
  const answers = await Promise.all([
    house.send(otherSecretariat, 'concludeViolation', step),
    house.send(otherSecretariat, 'closeViolationCase', { ...step, finding: 'WARNING' }),
  ]);
  expect(answers.flatMap(codes)).toEqual(['VERSION_CONFLICT']);
});
