import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import {
  admin,
  away,
  home,
  pastTheRoom,
  startSecretariat,
  step,
  stranger,
} from './institutions-secretariat.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startSecretariat();
});
afterAll(async () => room?.[Symbol.asyncDispose]());

const day = 24 * 3_600_000;
const shown =
  'serviceRequest { id state version dueAt satisfaction comments { edges { node { bySecretariat text } } } }';
const ask = (more: object = {}, by: Principal = admin) =>
  step(
    room,
    by,
    'requestService',
    {
      institutionId: home,
      category: 'FAULT',
      title: '接口无法连接',
      question: '适配器返回超时，如何处理？',
      idempotencyKey: idempotencyKey(),
      ...more,
    },
    shown,
  );
const take = (
  by: Principal,
  name: string,
  serviceRequestId: string,
  expectedVersion: number,
  more: object = {},
) => step(room, by, name, { serviceRequestId, expectedVersion, ...more }, shown);

test('figures of no requests say that nothing is known of the days', async () => {
  const { data } = await room.ask(
    secretariat,
    '{ serviceRequestFigures { open overdue answered medianDays } }',
  );
  expect(data.serviceRequestFigures).toEqual({ open: 0, overdue: 0, answered: 0, medianDays: null });
});

test('a question is assigned, answered, asked again, answered and closed with a grade', async () => {
  const { serviceRequest } = await ask();
  const { id } = serviceRequest;
  // Asked on 15 January in Shanghai; a fault is answered within three days.
  expect(serviceRequest).toMatchObject({ state: 'OPEN', dueAt: '2026-01-18T16:00:00.000Z' });
  const assign = (subject: string) => take(secretariat, 'assignServiceRequest', id, 1, { subject });
  expect((await assign('nobody')).userErrors).toEqual([{ code: 'SERVICE_PERSON_UNKNOWN' }]);
  expect((await assign('sec-2')).serviceRequest.state).toBe('ASSIGNED');
  expect((await take(admin, 'answerServiceRequest', id, 2, { answer: 'x' })).userErrors).toEqual([
    { code: 'ACTION_FORBIDDEN' },
  ]);
  const answered = await take(secretariat, 'answerServiceRequest', id, 2, { answer: '请更新证书' });
  expect(answered.serviceRequest).toMatchObject({ state: 'ANSWERED', dueAt: '2026-01-29T16:00:00.000Z' });
  const again = await take(admin, 'reopenServiceRequest', id, 3, { reason: '仍然超时' });
  expect(again.serviceRequest).toMatchObject({ state: 'REOPENED', dueAt: '2026-01-18T16:00:00.000Z' });
  const remark = { text: '已在排查', idempotencyKey: idempotencyKey() };
  room.clock.advance(1_000);
  await take(secretariat, 'commentServiceRequest', id, 4, remark);
  await take(secretariat, 'answerServiceRequest', id, 5, { answer: '防火墙已放行' });
  expect((await take(admin, 'closeServiceRequest', id, 6, { satisfaction: 6 })).userErrors).toEqual([
    { code: 'INPUT_INVALID' },
  ]);
  const closed = await take(admin, 'closeServiceRequest', id, 6, { satisfaction: 5 });
  expect(closed.serviceRequest).toMatchObject({
    state: 'CLOSED',
    dueAt: null,
    satisfaction: 5,
    comments: {
      edges: [
        { node: { bySecretariat: true, text: '已在排查' } },
        { node: { bySecretariat: false, text: '仍然超时' } },
      ],
    },
  });
});

test('an urgent question has half the days, rounded up', async () => {
  const { serviceRequest } = await ask({ priority: 'URGENT' });
  expect(serviceRequest.dueAt).toBe('2026-01-17T16:00:00.000Z');
});

test('an assigned question is the task of that person alone', async () => {
  const { serviceRequest } = await ask();
  await take(secretariat, 'assignServiceRequest', serviceRequest.id, 1, { subject: 'sec-2' });
  const { rows } = await room.sql.query(
    `select payload from outbox_event where type = 'WorkChanged' and aggregate_id = $1 order by seq desc limit 1`,
    [serviceRequest.id],
  );
  expect(rows[0].payload.waitsFor).toEqual([{ role: null, institutionId: null, subject: 'sec-2' }]);
});

test('questions of another member are not found, in the graph and behind it', async () => {
  const { serviceRequest } = await ask();
  const { id } = serviceRequest;
  expect((await ask({}, stranger)).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  const question = 'query ($id: ID!) { serviceRequest(id: $id) { id } }';
  expect((await room.ask(stranger, question, { id })).data.serviceRequest).toBeNull();
  expect((await take(stranger, 'reopenServiceRequest', id, 1, { reason: 'x' })).userErrors).toEqual([
    { code: 'NOT_FOUND' },
  ]);
  const wall = { kind: 'PERSON', subject: 'adm-away', grants: `INSTITUTION_ADMIN@${away}` };
  expect((await pastTheRoom(room, wall, 'select 1 from service_request')).rowCount).toBe(0);
  expect((await pastTheRoom(room, wall, 'select 1 from service_comment')).rowCount).toBe(0);
  await expect(
    pastTheRoom(room, wall, `insert into service_comment values ('c', $1, false, 'adm-away', 'x', now())`, [
      id,
    ]),
  ).rejects.toMatchObject({ code: '42501' });
});

test('no member speaks as the secretariat, and remarks only grow', async () => {
  const { serviceRequest } = await ask();
  const wall = { kind: 'PERSON', subject: 'adm', grants: `INSTITUTION_ADMIN@${home}` };
  await expect(
    pastTheRoom(room, wall, `insert into service_comment values ('c', $1, true, 'adm', 'x', now())`, [
      serviceRequest.id,
    ]),
  ).rejects.toMatchObject({ code: '42501' });
  await expect(room.sql.query(`update service_comment set text = 'x'`)).rejects.toMatchObject({
    constraint: 'secretariat_row_fixed',
  });
});

test('of two answers given at once one is taken', async () => {
  const { serviceRequest } = await ask();
  const answer = () => take(secretariat, 'answerServiceRequest', serviceRequest.id, 1, { answer: 'x' });
  const answers = await Promise.all([answer(), answer()]);
  expect(answers.map(({ userErrors }) => userErrors[0]?.code ?? 'OK').sort()).toEqual([
    'OK',
    'VERSION_CONFLICT',
  ]);
});

test('figures count what waits and what is late, and give the median of the days, for what the caller may see', async () => {
  const asked = [await ask(), await ask(), await ask()];
  room.clock.advance(4.5 * day);
  for (const { serviceRequest } of asked) {
    await take(secretariat, 'answerServiceRequest', serviceRequest.id, 1, { answer: 'x' });
  }
  const figures = async (by: Principal) =>
    (await room.ask(by, '{ serviceRequestFigures { open overdue answered medianDays } }')).data
      .serviceRequestFigures;
  // Two were answered at once in the tests before, three after four days and a half.
  expect(await figures(secretariat)).toEqual({ open: 4, overdue: 4, answered: 5, medianDays: '4.5' });
  expect(await figures(stranger)).toEqual({ open: 0, overdue: 0, answered: 0, medianDays: null });
});

test('the queue lists the most pressing first', async () => {
  const { data } = await room.ask(
    secretariat,
    '{ serviceRequests(orderBy: DUE_FIRST, filter: { states: [OPEN] }, first: 2) { totalCount edges { node { dueAt institution { name } } } } }',
  );
  const dates = data.serviceRequests.edges.map(({ node }: { node: { dueAt: string } }) => node.dueAt);
  expect(dates).toEqual([...dates].sort());
  expect(data.serviceRequests.edges[0].node.institution.name).toBe('家园大学');
});

test('a long thread is read page by page, to its first remark', async () => {
  const { serviceRequest } = await ask();
  const { id } = serviceRequest;
  for (const n of [1, 2, 3]) {
    room.clock.advance(1_000);
    await take(admin, 'commentServiceRequest', id, n, { text: `第${n}条`, idempotencyKey: idempotencyKey() });
  }
  const page = async (after: string | null) =>
    (
      await room.ask(
        admin,
        `query ($id: ID!, $after: String) { serviceRequest(id: $id) { comments(first: 2, after: $after) {
           totalCount edges { node { text } } pageInfo { hasNextPage endCursor } } } }`,
        { id, after },
      )
    ).data.serviceRequest.comments;
  const newest = await page(null);
  expect(newest).toMatchObject({
    totalCount: 3,
    edges: [{ node: { text: '第3条' } }, { node: { text: '第2条' } }],
  });
  expect((await page(newest.pageInfo.endCursor)).edges).toEqual([{ node: { text: '第1条' } }]);
});

test('behind the room neither side answers, grades or signs for the other', async () => {
  const { serviceRequest } = await ask();
  const { id } = serviceRequest;
  const member = { kind: 'PERSON', subject: 'adm', grants: `INSTITUTION_ADMIN@${home}` };
  const official = { kind: 'PERSON', subject: 'sec', grants: 'SECRETARIAT@' };
  const set = (by: typeof member, change: string) =>
    pastTheRoom(room, by, `update service_request set ${change} where id = $1`, [id]);
  const bySecretariat = { constraint: 'service_request_answered_by_secretariat' };
  await expect(set(member, `answer = 'x', answered_at = now()`)).rejects.toMatchObject(bySecretariat);
  await expect(set(member, `assigned_to = 'adm'`)).rejects.toMatchObject(bySecretariat);
  await expect(set(official, 'satisfaction = 5')).rejects.toMatchObject({
    constraint: 'service_request_graded_by_member',
  });
  await expect(set(official, `question = 'x'`)).rejects.toMatchObject({
    constraint: 'service_request_question_fixed',
  });
  const remark = `insert into service_comment values ('c', $1, $2, $3, 'x', now())`;
  await expect(pastTheRoom(room, official, remark, [id, true, 'sec-2'])).rejects.toMatchObject({
    code: '42501',
  });
  expect((await pastTheRoom(room, official, remark, [id, true, 'sec'])).rowCount).toBe(1);
});
