import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import {
  admin,
  away,
  closeMotion,
  councillor,
  download,
  home,
  openUniversity,
  pastTheRoom,
  startSecretariat,
  step,
  stranger,
  upload,
} from './institutions-secretariat.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startSecretariat();
});
afterAll(async () => room?.[Symbol.asyncDispose]());

const shown = 'activityRequest { id state version dueAt withNou heldOn motionNo }';
const content = (more: object = {}) => ({
  title: '学习成果互认论坛',
  purpose: '交流互认经验',
  startsOn: '2026-03-01',
  endsOn: '2026-03-03',
  partnerIds: [away],
  otherPartners: [],
  budget: '20000.50',
  uploadIds: [],
  ...more,
});
const create = (more: object = {}, by: Principal = admin) =>
  step(
    room,
    by,
    'createActivityRequest',
    { institutionId: home, content: content(more), idempotencyKey: idempotencyKey() },
    shown,
  );
const submit = (activityRequestId: string, expectedVersion: number) =>
  step(
    room,
    admin,
    'submitActivityRequest',
    { activityRequestId, expectedVersion, idempotencyKey: idempotencyKey() },
    shown,
  );
const explained = (by: Principal, name: string, activityRequestId: string, expectedVersion: number) =>
  step(room, by, name, { activityRequestId, expectedVersion, reason: '材料不全' }, shown);
const report = (activityRequestId: string, expectedVersion: number, heldOn: string) =>
  step(
    room,
    admin,
    'reportActivity',
    { activityRequestId, expectedVersion, heldOn, report: '顺利举办', uploadIds: [] },
    shown,
  );
/** A request that waits for the council. */
async function submitted(more: object = {}): Promise<{ id: string; version: number }> {
  const { activityRequest } = await create(more);
  return (await submit(activityRequest.id, activityRequest.version)).activityRequest;
}

test('only an administrator of an active member asks, for an interval that is not empty and partners that exist', async () => {
  expect((await create({}, stranger)).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  expect((await create({ endsOn: '2026-03-01' })).userErrors).toEqual([{ code: 'INTERVAL_EMPTY' }]);
  expect((await create({ partnerIds: ['inst_nobody'] })).userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  expect((await create({ budget: '-1' })).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  const outsider = person('nou', `INSTITUTION_ADMIN@${openUniversity}`);
  const input = { institutionId: openUniversity, content: content(), idempotencyKey: idempotencyKey() };
  expect((await step(room, outsider, 'createActivityRequest', input, shown)).userErrors).toEqual([
    { code: 'INSTITUTION_NOT_MEMBER' },
  ]);
});

test('a carried motion approves, the report makes it held, and the watch of activity is told', async () => {
  const { id, version } = await submitted();
  expect(await closeMotion(room, 'APPROVE_ACTIVITY', id, true, councillor)).toBe('');
  expect(await closeMotion(room, 'APPROVE_ACTIVITY', id, true)).toBe('ACTION_NOT_ALLOWED');
  expect((await report(id, version + 1, '2026-03-01')).userErrors).toEqual([
    { code: 'ACTIVITY_DATE_OUTSIDE' },
  ]);
  room.clock.advance(60 * 24 * 3_600_000);
  expect((await report(id, version + 1, '2026-03-03')).userErrors).toEqual([
    { code: 'ACTIVITY_DATE_OUTSIDE' },
  ]);
  const { activityRequest } = await report(id, version + 1, '2026-03-02');
  expect(activityRequest).toMatchObject({
    state: 'HELD',
    heldOn: '2026-03-02',
    motionNo: 'M-1',
    dueAt: null,
  });
  const { rows } = await room.sql.query(
    `select event.payload, delivery.consumer from outbox_event event join outbox_delivery delivery using (seq)
     where event.type = 'AllianceActivityHeld' and event.aggregate_id = $1`,
    [id],
  );
  expect(rows).toEqual([
    {
      consumer: 'institutions',
      payload: {
        institutionIds: [home, away],
        kind: 'ALLIANCE_ACTIVITY',
        title: '学习成果互认论坛',
        occurredOn: '2026-03-02',
      },
    },
  ]);
});

test('a motion that is not carried refuses, and one about a draft is not awaited', async () => {
  const later = { startsOn: '2026-05-01', endsOn: '2026-05-02' };
  const { activityRequest: draft } = await create(later);
  expect(await closeMotion(room, 'APPROVE_ACTIVITY', draft.id, true)).toBe('ACTION_NOT_ALLOWED');
  const { id } = await submitted(later);
  expect(await closeMotion(room, 'APPROVE_ACTIVITY', id, false)).toBe('');
  const { data } = await room.ask(admin, 'query ($id: ID!) { activityRequest(id: $id) { state } }', { id });
  expect(data.activityRequest.state).toBe('REFUSED');
});

test('nobody asks for approval after the activity began', async () => {
  const { activityRequest } = await create({ startsOn: '2026-03-15', endsOn: '2026-04-15' });
  expect((await submit(activityRequest.id, 1)).userErrors).toEqual([{ code: 'ACTIVITY_STARTED' }]);
});

test('a request is given back, completed and handed in again; only when it is overdue is it closed as lapsed', async () => {
  const { id, version } = await submitted({ startsOn: '2026-09-01', endsOn: '2026-09-02' });
  expect((await explained(admin, 'returnActivityRequest', id, version)).userErrors).toEqual([
    { code: 'ACTION_FORBIDDEN' },
  ]);
  const { activityRequest } = await explained(secretariat, 'returnActivityRequest', id, version);
  expect(activityRequest).toMatchObject({ state: 'DRAFT', version: version + 1 });
  const amended = await step(
    room,
    admin,
    'amendActivityRequest',
    {
      activityRequestId: id,
      expectedVersion: version + 1,
      content: content({ startsOn: '2026-09-01', endsOn: '2026-09-05' }),
    },
    shown,
  );
  const again = await submit(id, amended.activityRequest.version);
  const close = () => explained(secretariat, 'closeActivityRequest', id, again.activityRequest.version);
  expect((await close()).userErrors).toEqual([{ code: 'ACTIVITY_NOT_OVERDUE' }]);
  room.clock.advance(31 * 24 * 3_600_000);
  expect((await close()).activityRequest.state).toBe('LAPSED');
});

test('requests with the Open University of China stand first in the queue, whatever their age', async () => {
  const dates = { startsOn: '2027-01-01', endsOn: '2027-01-02' };
  const plain = await submitted({ ...dates, title: '先提交' });
  room.clock.advance(1_000);
  const preferred = await submitted({ ...dates, title: '后提交', partnerIds: [openUniversity] });
  const { data } = await room.ask(
    secretariat,
    `{ activityRequests(orderBy: PRIORITY, filter: { states: [SUBMITTED] }) {
       totalCount edges { node { id withNou institution { name } partners { name } } } } }`,
  );
  const nodes = data.activityRequests.edges.map(({ node }: { node: object }) => node);
  expect(nodes[0]).toEqual({
    id: preferred.id,
    withNou: true,
    institution: { name: '家园大学' },
    partners: [{ name: '国家开放大学' }],
  });
  expect(nodes[1]).toMatchObject({ id: plain.id, withNou: false });
});

test('materials are got by a link that is audited, by those who see the request', async () => {
  const uploadId = await upload(room, admin, '方案');
  const dates = { startsOn: '2027-02-01', endsOn: '2027-02-02' };
  const { activityRequest } = await create({ ...dates, uploadIds: [uploadId] });
  const question =
    'query ($id: ID!) { activityRequest(id: $id) { materials { fileName bytes downloadUrl } } }';
  const { data } = await room.ask(secretariat, question, { id: activityRequest.id });
  const [file] = data.activityRequest.materials;
  expect(await download(room, file.downloadUrl)).toBe('方案');
  const { rows } = await room.sql.query(
    `select actor, subject_id from audit_event where action = 'DOWNLOAD_FILE'`,
  );
  expect(rows).toEqual([{ actor: 'sec', subject_id: uploadId }]);
  expect((await room.ask(stranger, question, { id: activityRequest.id })).data.activityRequest).toBeNull();
  expect((await create({ ...dates, uploadIds: [uploadId] }, admin)).userErrors).toEqual([]);
  const foreign = await upload(room, secretariat, 'x');
  expect((await create({ ...dates, uploadIds: [foreign] })).userErrors).toEqual([
    { code: 'UPLOAD_NOT_FOUND' },
  ]);
});

test('a draft becomes a task of its member, a request one of the secretariat, and nothing remains at the end', async () => {
  const { id, version } = await submitted({ startsOn: '2027-03-01', endsOn: '2027-03-02' });
  await explained(admin, 'withdrawActivityRequest', id, version);
  const { rows } = await room.sql.query(
    `select payload from outbox_event where type = 'WorkChanged' and aggregate_id = $1 order by seq`,
    [id],
  );
  expect(rows.map(({ payload }) => payload.waitsFor)).toEqual([
    [{ role: 'INSTITUTION_ADMIN', institutionId: home, subject: null }],
    [{ role: 'SECRETARIAT', institutionId: null, subject: null }],
    [],
  ]);
});

test('the database itself lets no member decide, and no content change after it was handed in', async () => {
  const { id } = await submitted({ startsOn: '2027-04-01', endsOn: '2027-04-02' });
  const member = { kind: 'PERSON', subject: 'adm', grants: `INSTITUTION_ADMIN@${home}` };
  const approve = `update activity_request set state = 'APPROVED', motion_id = 'm', decided_at = now() where id = $1`;
  await expect(pastTheRoom(room, member, approve, [id])).rejects.toMatchObject({
    constraint: 'activity_request_decided_by_body',
  });
  await expect(
    pastTheRoom(room, member, `update activity_request set state = 'APPROVED' where id = $1`, [id]),
  ).rejects.toMatchObject({ constraint: 'activity_request_decided' });
  await expect(
    pastTheRoom(room, member, `update activity_request set budget = 1 where id = $1`, [id]),
  ).rejects.toMatchObject({ constraint: 'activity_request_content_fixed' });
  await expect(
    pastTheRoom(room, member, `delete from activity_request where id = $1`, [id]),
  ).resolves.toMatchObject({ rowCount: 0 });
  await expect(room.sql.query(`delete from activity_request where id = $1`, [id])).rejects.toMatchObject({
    constraint: 'secretariat_row_fixed',
  });
  const other = { kind: 'PERSON', subject: 'adm-away', grants: `INSTITUTION_ADMIN@${away}` };
  expect((await pastTheRoom(room, other, 'select 1 from activity_request')).rowCount).toBe(0);
});

test('of two people who hand in the same draft at once one succeeds', async () => {
  const { activityRequest } = await create({ startsOn: '2027-05-01', endsOn: '2027-05-02' });
  const answers = await Promise.all([submit(activityRequest.id, 1), submit(activityRequest.id, 1)]);
  expect(answers.map(({ userErrors }) => userErrors[0]?.code ?? 'OK').sort()).toEqual([
    'OK',
    'VERSION_CONFLICT',
  ]);
});
