import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anonymous, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import {
  admin,
  colleague,
  councillor,
  download,
  home,
  pastTheRoom,
  startSecretariat,
  step,
  supervisor,
  upload,
} from './institutions-secretariat.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startSecretariat();
});
afterAll(async () => room?.[Symbol.asyncDispose]());

const shown =
  'secretariatDocument { id state version currentVersion versions { versionNo approvals { givenBy } } }';
async function create(more: object = {}, by: Principal = secretariat) {
  const input = {
    kind: 'PLAN',
    title: '2026年工作计划',
    audience: 'MEMBERS',
    uploadId: await upload(room, by, '计划'),
    idempotencyKey: idempotencyKey(),
    ...more,
  };
  return (await step(room, by, 'createSecretariatDocument', input, shown)).secretariatDocument;
}
const take = (by: Principal, name: string, id: string, expectedVersion: number, more: object = {}) =>
  step(room, by, name, { secretariatDocumentId: id, expectedVersion, ...more }, shown);
const submit = (id: string, version: number, ...approvers: string[]) =>
  take(secretariat, 'submitSecretariatDocument', id, version, {
    approvers,
    idempotencyKey: idempotencyKey(),
  });
const seenBy = async (by: Principal, id: string) =>
  (await room.ask(by, 'query ($id: ID!) { secretariatDocument(id: $id) { title } }', { id })).data
    .secretariatDocument !== null;

/** A document that its audience may read. */
async function published(more: object = {}) {
  const { id } = await create(more);
  await submit(id, 1, 'sec-2');
  await take(colleague, 'approveSecretariatDocument', id, 2);
  return (await take(secretariat, 'publishSecretariatDocument', id, 3)).secretariatDocument;
}

test('a document is approved by everybody who was named, then published, read and archived', async () => {
  const { id } = await create();
  expect((await submit(id, 1, 'sec-2', 'nobody')).userErrors).toEqual([
    { code: 'DOCUMENT_APPROVER_UNKNOWN' },
  ]);
  expect((await submit(id, 1, 'sec')).userErrors).toEqual([{ code: 'DOCUMENT_SAME_PERSON' }]);
  expect((await submit(id, 1, 'sec-2', 'council')).secretariatDocument.state).toBe('IN_REVIEW');
  expect((await take(secretariat, 'approveSecretariatDocument', id, 2)).userErrors).toEqual([
    { code: 'DOCUMENT_SAME_PERSON' },
  ]);
  const first = await take(councillor, 'approveSecretariatDocument', id, 2);
  expect(first.secretariatDocument).toMatchObject({ state: 'IN_REVIEW', version: 3 });
  expect((await take(councillor, 'approveSecretariatDocument', id, 3)).userErrors).toEqual([
    { code: 'DOCUMENT_APPROVED_BEFORE' },
  ]);
  expect(await seenBy(admin, id)).toBe(false);
  const second = await take(colleague, 'approveSecretariatDocument', id, 3);
  expect(second.secretariatDocument).toMatchObject({
    state: 'APPROVED',
    versions: [{ versionNo: 1, approvals: [{ givenBy: 'council' }, { givenBy: 'sec-2' }] }],
  });
  await take(secretariat, 'publishSecretariatDocument', id, 4);
  const { data } = await room.ask(
    admin,
    '{ secretariatDocuments(filter: { titleContains: "工作计划" }) { edges { node { versions { file { downloadUrl } } } } } }',
  );
  const [{ node }] = data.secretariatDocuments.edges;
  expect(await download(room, node.versions[0].file.downloadUrl)).toBe('计划');
  await take(secretariat, 'archiveSecretariatDocument', id, 5, { reason: '已过期' });
  expect(await seenBy(admin, id)).toBe(false);
});

test('what is given back is revised; approvals of the old version do not count for the new one', async () => {
  const { id } = await create();
  await submit(id, 1, 'sec-2', 'council');
  await take(councillor, 'approveSecretariatDocument', id, 2);
  const returned = await take(colleague, 'returnSecretariatDocument', id, 3, { reason: '数据有误' });
  expect(returned.secretariatDocument.state).toBe('DRAFT');
  const uploadId = await upload(room, secretariat, '新计划');
  const revised = await take(secretariat, 'reviseSecretariatDocument', id, 4, { uploadId });
  expect(revised.secretariatDocument).toMatchObject({ currentVersion: 2 });
  await submit(id, 5, 'sec-2', 'council');
  const approved = await take(colleague, 'approveSecretariatDocument', id, 6);
  expect(approved.secretariatDocument.state).toBe('IN_REVIEW');
});

test('a document whose approver cannot act any more is taken back by the secretariat', async () => {
  const { id } = await create();
  await submit(id, 1, 'council');
  expect(
    (await take(secretariat, 'returnSecretariatDocument', id, 2, { reason: '审批人已离任' }))
      .secretariatDocument.state,
  ).toBe('DRAFT');
});

test('what was given back comes again as it is only where somebody has a new word on it', async () => {
  const { id } = await create();
  await submit(id, 1, 'sec-2', 'council');
  await take(colleague, 'approveSecretariatDocument', id, 2);
  await take(councillor, 'returnSecretariatDocument', id, 3, { reason: '预算过高' });
  expect((await submit(id, 4, 'sec-2')).userErrors).toEqual([{ code: 'DOCUMENT_NOBODY_TO_APPROVE' }]);
  await submit(id, 4, 'sec-2', 'council');
  const approved = await take(councillor, 'approveSecretariatDocument', id, 5);
  expect(approved.secretariatDocument.state).toBe('APPROVED');
});

test('the public reads a document, neither why it was once given back nor who approved it', async () => {
  const { id } = await create({ audience: 'PUBLIC' });
  await submit(id, 1, 'sec-2', 'council');
  await take(councillor, 'returnSecretariatDocument', id, 2, { reason: '内部意见' });
  await submit(id, 3, 'sec-2');
  await take(colleague, 'approveSecretariatDocument', id, 4);
  await take(secretariat, 'publishSecretariatDocument', id, 5);
  const readBy = async (by: Principal) =>
    (
      await room.ask(
        by,
        'query ($id: ID!) { secretariatDocument(id: $id) { note versions { approvals { givenBy } } } }',
        { id },
      )
    ).data.secretariatDocument;
  expect(await readBy(anonymous)).toEqual({ note: null, versions: [{ approvals: [] }] });
  expect(await readBy(supervisor)).toEqual({ note: null, versions: [{ approvals: [{ givenBy: 'sec-2' }] }] });
});

test('each audience sees what is for it', async () => {
  const ids: Record<string, string> = {};
  for (const audience of ['PUBLIC', 'MEMBERS', 'COUNCIL']) ids[audience] = (await published({ audience })).id;
  const seen = async (by: Principal) =>
    Promise.all(['PUBLIC', 'MEMBERS', 'COUNCIL'].map((audience) => seenBy(by, ids[audience] ?? '')));
  expect(await seen(anonymous)).toEqual([true, false, false]);
  const { data } = await room.ask(
    anonymous,
    'query ($id: ID!) { secretariatDocument(id: $id) { versions { file { downloadUrl } } } }',
    { id: ids['PUBLIC'] },
  );
  expect(await download(room, data.secretariatDocument.versions[0].file.downloadUrl)).toBe('计划');
  expect(await seen(admin)).toEqual([true, true, false]);
  expect(await seen(supervisor)).toEqual([true, true, true]);
  const member = { kind: 'PERSON', subject: 'adm', grants: `INSTITUTION_ADMIN@${home}` };
  const { rows } = await pastTheRoom(
    room,
    member,
    'select distinct audience from secretariat_document order by 1',
  );
  expect(rows).toEqual([{ audience: 'MEMBERS' }, { audience: 'PUBLIC' }]);
  const { rows: versions } = await pastTheRoom(
    room,
    { kind: 'ANONYMOUS', subject: '', grants: '' },
    'select document_id from document_version where document_id = any ($1)',
    [Object.values(ids)],
  );
  expect(versions).toEqual([{ document_id: ids['PUBLIC'] }]);
});

test('in review it is the task of those who have not approved yet', async () => {
  const { id } = await create();
  await submit(id, 1, 'sec-2', 'council');
  await take(councillor, 'approveSecretariatDocument', id, 2);
  const { rows } = await room.sql.query(
    `select payload from outbox_event where type = 'WorkChanged' and aggregate_id = $1 order by seq desc limit 1`,
    [id],
  );
  expect(rows[0].payload.waitsFor).toEqual([{ role: null, institutionId: null, subject: 'sec-2' }]);
});

test('of two approvals at once the second is told, and taken when it is repeated', async () => {
  const { id } = await create();
  await submit(id, 1, 'sec-2', 'council');
  const answers = await Promise.all([
    take(colleague, 'approveSecretariatDocument', id, 2),
    take(councillor, 'approveSecretariatDocument', id, 2),
  ]);
  const codes = answers.map(({ userErrors }) => userErrors[0]?.code ?? 'OK');
  expect([...codes].sort()).toEqual(['OK', 'VERSION_CONFLICT']);
  const late = codes[0] === 'OK' ? councillor : colleague;
  const last = await take(late, 'approveSecretariatDocument', id, 3);
  expect(last.secretariatDocument.state).toBe('APPROVED');
});

test('the database itself approves nothing that not everybody approved, and keeps every version', async () => {
  const { id } = await create();
  await submit(id, 1, 'sec-2');
  const official = { kind: 'PERSON', subject: 'sec', grants: 'SECRETARIAT@' };
  const set = (change: string) =>
    pastTheRoom(room, official, `update secretariat_document set ${change} where id = $1`, [id]);
  await expect(set(`state = 'APPROVED'`)).rejects.toMatchObject({ constraint: 'document_approved_by_all' });
  await expect(set(`state = 'PUBLISHED'`)).rejects.toMatchObject({ constraint: 'document_content_fixed' });
  await expect(set(`current_version = 2`)).rejects.toMatchObject({ constraint: 'document_content_fixed' });
  await expect(set(`approvers = '{sec}'`)).rejects.toMatchObject({ constraint: 'document_content_fixed' });
  await expect(set(`audience = 'PUBLIC'`)).rejects.toMatchObject({ constraint: 'document_content_fixed' });
  await expect(
    pastTheRoom(room, official, `insert into document_approval values ('a', $1, 1, 'sec-2', now())`, [id]),
  ).rejects.toMatchObject({ code: '42501' });
  await expect(room.sql.query(`update document_version set note = 'x'`)).rejects.toMatchObject({
    constraint: 'secretariat_row_fixed',
  });
});
