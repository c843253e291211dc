import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDueReviews } from '../../subgraphs/institutions/grants/open-reviews.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { pgSql } from '../support/pg-sql.js';
import { eventually } from '../support/eventually.js';
import { at, delegate, give, grantsOf, revoke, step } from './institutions-grants-kit.js';
import { admin, away, home, secretariat, startInstitutions } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away);
});
afterAll(async () => room[Symbol.asyncDispose]());

const day = 86_400_000;
const reviewed = 'review { state decidedBy grant { version reviewDueAt to } }';
const review = (by: Principal, grantId: string, decision: 'KEEP' | 'END', expectedVersion = 1) =>
  step(
    room,
    by,
    'reviewGrant',
    { grantId, decision, expectedVersion, reason: 'still a registrar' },
    reviewed,
  );
const listed = async (by: Principal, filter: object) => {
  const { data } = await room.ask(
    by,
    `query ($filter: GrantFilter) {
       grants(filter: $filter, orderBy: REVIEW_DUE_ASC) { totalCount edges { node { subject } } }
     }`,
    { filter },
  );
  return (data.grants?.edges ?? []).map(
    ({ node }: { node: { subject: string } }) => node.subject,
  ) as string[];
};
const openReviews = async () =>
  (await room.sql.query(`select grant_id from grant_review where state = 'OPEN'`)).rows.map(
    (row: { grant_id: string }) => row.grant_id,
  );

test('a grant is due for review a year after it was given, whoever gave it', async () => {
  const { grant } = await give(room, admin, { subject: 'yearly', institutionId: home });
  expect(grant.reviewDueAt).toBe(at(room, 365 * day));
  await room.sql.query(
    `insert into role_grant (id, subject, role, valid_from, given_by, created_at)
     values ('grant_seat', 'seat', 'COUNCIL_MEMBER', '2026-01-01T00:00:00Z', 'motion', now())`,
  );
  const { rows } = await room.sql.query(`select review_due_at from role_grant where id = 'grant_seat'`);
  expect(rows).toEqual([{ review_due_at: new Date('2027-01-01T00:00:00Z') }]);
});

test('a grant is kept until the next review, or ended with all that came from it; its history says so', async () => {
  const kept = (await give(room, admin, { subject: 'kept', institutionId: home })).grant;
  room.clock.advance(day);
  expect((await review(admin, kept.id, 'KEEP')).review).toEqual({
    state: 'KEPT',
    decidedBy: 'adm',
    grant: { version: 2, reviewDueAt: at(room, 365 * day), to: null },
  });
  expect((await review(admin, kept.id, 'KEEP')).userErrors).toEqual([{ code: 'VERSION_CONFLICT' }]);
  await delegate(room, person('kept'), { grantId: kept.id, subject: 'kept-for', to: at(room, day) });
  expect((await review(secretariat, kept.id, 'END', 2)).review).toMatchObject({ state: 'ENDED' });
  expect((await grantsOf(room, 'kept')).grants).toEqual([]);
  expect((await grantsOf(room, 'kept-for')).grants).toEqual([]);
  expect((await review(secretariat, kept.id, 'KEEP', 3)).userErrors).toEqual([{ code: 'GRANT_ENDED' }]);
  const history = async (by: Principal) =>
    (
      await room.ask(by, 'query ($id: ID!) { grantHistory(grantId: $id) { edges { node { kind by } } } }', {
        id: kept.id,
      })
    ).data.grantHistory.edges.map(({ node }: { node: object }) => node);
  expect(await history(person('kept'))).toEqual([
    { kind: 'GIVEN', by: 'adm' },
    { kind: 'KEPT', by: 'adm' },
    { kind: 'ENDED', by: 'sec' },
  ]);
  expect(await history(person('stranger'))).toEqual([]);
});

test('a grant is not reviewed by its holder, nor by administrators of another institution', async () => {
  const own = (
    await give(room, secretariat, { subject: 'adm', role: 'INSTITUTION_ADMIN', institutionId: home })
  ).grant;
  expect((await review(admin, own.id, 'KEEP')).userErrors).toEqual([{ code: 'GRANT_SAME_PERSON' }]);
  const foreign = person('other', `INSTITUTION_ADMIN@${away}`);
  expect((await review(foreign, own.id, 'KEEP')).userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  const supervisor = (await give(room, secretariat, { subject: 'sup', role: 'SUPERVISOR' })).grant;
  expect((await review(admin, supervisor.id, 'END')).userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  expect((await review(secretariat, own.id, 'KEEP')).userErrors).toEqual([]);
});

test('a due review is opened once, as a task, by the room itself; no grant ends by it', async () => {
  const { grant } = await give(room, admin, { subject: 'due', institutionId: home });
  const brief = (await give(room, admin, { subject: 'brief', institutionId: home })).grant;
  room.clock.advance(366 * day);
  await eventually(async () => (await openReviews()).includes(grant.id));
  expect((await grantsOf(room, 'due')).grants).toHaveLength(1);
  expect(await listed(admin, { dueForReview: true, subject: 'due' })).toEqual(['due']);
  const told = await room.sql.query(
    `select payload ->> 'about' as about, payload -> 'waitsFor' as waits, payload ->> 'subject' as subject
     from outbox_event where type = 'WorkChanged' and payload ->> 'state' = 'OPEN'
       and aggregate_id = (select id from grant_review where grant_id = $1)`,
    [grant.id],
  );
  expect(told.rows).toEqual([
    {
      about: `REGISTRAR · ${home}`,
      waits: [
        { role: 'INSTITUTION_ADMIN', institutionId: home, subject: null },
        { role: 'SECRETARIAT', institutionId: null, subject: null },
      ],
      subject: null,
    },
  ]);
  expect((await review(admin, grant.id, 'KEEP')).review).toMatchObject({ state: 'KEPT' });
  expect(await openReviews()).not.toContain(grant.id);
  await revoke(room, admin, brief.id);
  room.clock.advance(day);
  await eventually(async () => !(await openReviews()).includes(brief.id));
});

test('two processes at once open no review twice', async () => {
  await give(room, admin, { subject: 'twice', institutionId: home });
  const later = new Date(room.clock.now().getTime() + 366 * day);
  const open = async () => {
    const client = await room.connectAsApp();
    await client.query('begin');
    await client.query(`select set_config('app.kind', 'SERVICE', true)`);
    const opened = await openDueReviews(pgSql(client), later);
    await client.query('commit');
    return opened;
  };
  await Promise.all([open(), open(), open()]);
  const { rows } = await room.sql.query(
    `select count(*)::integer as n from grant_review r join role_grant g on g.id = r.grant_id
     where g.subject = 'twice'`,
  );
  expect(rows).toEqual([{ n: 1 }]);
});

test('the register is open to administrators for their institution, to the secretariat for all', async () => {
  await give(room, secretariat, { subject: 'teacher-away', role: 'TEACHER', institutionId: away });
  expect(await listed(secretariat, { role: 'TEACHER', inForce: true })).toEqual(['teacher-away']);
  expect(await listed(admin, { role: 'TEACHER' })).toEqual([]);
  expect(await listed(person('q'), {})).toEqual([]);
  expect(await listed(admin, { institutionId: home, inForce: false })).toContain('brief');
});

test('what nobody may see stays invisible to a statement that forgot to ask', async () => {
  const client = await room.connectAsApp();
  const seen = async (kind: string, subject: string, grants: string) => {
    await client.query(
      `select set_config('app.kind', $1, false), set_config('app.subject', $2, false), set_config('app.grants', $3, false)`,
      [kind, subject, grants],
    );
    const tables = ['role_grant', 'grant_step', 'grant_review'];
    const { rows } = await client.query(
      `select ${tables.map((table) => `exists (select from ${table}) as ${table}`).join(', ')}`,
    );
    return Object.values(rows[0] as Record<string, boolean>);
  };
  expect(await seen('', '', '')).toEqual([false, false, false]);
  expect(await seen('PERSON', 'stranger', '')).toEqual([false, false, false]);
  expect(await seen('PERSON', 'kept', '')).toEqual([true, true, false]);
  expect(await seen('PERSON', 'adm', `INSTITUTION_ADMIN@${home}`)).toEqual([true, true, true]);
  const { rowCount } = await client.query(`update role_grant set end_reason = 'x' where subject <> 'adm'
    and institution_id = '${away}'`);
  expect(rowCount).toBe(0);
  await expect(client.query(`update grant_step set by = 'x'`)).rejects.toMatchObject({ code: '42501' });
});
