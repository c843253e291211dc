import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { body, startGovernance } from './governance-room.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startGovernance(1);
});
afterAll(async () => room[Symbol.asyncDispose]());

test('anybody reads the bodies that the charter establishes, in the order of its articles', async () => {
  const { data } = await room.ask(
    anonymous,
    '{ bodies { totalCount edges { node { id kind article name { zh en } } } } }',
  );
  const found = data.bodies.edges.map(({ node }: { node: { kind: string; article: number } }) => [
    node.kind,
    node.article,
  ]);
  expect(found).toEqual([
    ['ASSEMBLY', 13],
    ['STANDING_COUNCIL', 14],
    ['COUNCIL', 15],
    ['REVIEW_COMMITTEE', 16],
    ['SECRETARIAT', 17],
  ]);
  expect(data.bodies.totalCount).toBe(5);
  const one = await room.ask(anonymous, 'query ($id: ID!) { body(id: $id) { name { zh } endedAt } }', {
    id: body('COUNCIL'),
  });
  expect(one.data.body).toEqual({ name: { zh: '理事会' }, endedAt: null });
});

test('a second council cannot be written, nor a body deleted, even past the room', async () => {
  await expect(
    room.sql.query(
      `insert into body (id, kind, name_zh, name_en, article, created_at) values ('body_x', 'COUNCIL', '二', 'two', 15, now())`,
    ),
  ).rejects.toMatchObject({ constraint: 'body_kind_key' });
  await expect(room.sql.query('delete from body')).rejects.toMatchObject({ constraint: 'body_kept' });
});

test('without a principal nobody makes or changes a body', async () => {
  const app = await room.connectAsApp();
  await expect(
    app.query(
      `insert into body (id, kind, name_zh, name_en, article, sub_alliance_id, created_at)
       values ('body_y', 'SPECIAL_COUNCIL', '一', 'one', 15, 'suba_1', now())`,
    ),
  ).rejects.toThrow(/row-level security/);
  expect((await app.query(`update body set name_zh = 'x'`)).rowCount).toBe(0);
});
