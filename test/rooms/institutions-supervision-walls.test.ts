import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { giveScope, openVisit, startFigures } from './institutions-figures.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startFigures();
});
afterAll(async () => room[Symbol.asyncDispose]());

/** A connection of the application's role in which the row policies see a person with these grants. */
async function as(subject: string, grants: string) {
  const client = await room.connectAsApp();
  await client.query(
    `select set_config('app.kind', 'PERSON', false), set_config('app.subject', $1, false), set_config('app.grants', $2, false)`,
    [subject, grants],
  );
  return client;
}

test('a visit that went on is not rewritten: its purpose stays, and it ends once', async () => {
  const scope = await giveScope(room);
  const { supervisionVisit: visit } = await openVisit(room, scope.id);
  const inspector = await as('inspector', 'SUPERVISOR@');
  await expect(
    inspector.query(`update supervision_visit set purpose = '别的' where id = $1`, [visit.id]),
  ).rejects.toThrow('only ends');
  await expect(
    inspector.query(`update supervision_visit set expires_at = expires_at + interval '1 day' where id = $1`, [
      visit.id,
    ]),
  ).rejects.toThrow('only ends');
  await inspector.query(`update supervision_visit set closed_at = opened_at where id = $1`, [visit.id]);
  await expect(
    inspector.query(`update supervision_visit set closed_at = null where id = $1`, [visit.id]),
  ).rejects.toThrow('only ends');
});

test('a scope is not widened, and nobody but the secretariat writes one', async () => {
  const scope = await giveScope(room, { provinces: ['上海市'] });
  const sec = await as('sec', 'SECRETARIAT@');
  await expect(
    sec.query(`update supervision_scope set provinces = null where id = $1`, [scope.id]),
  ).rejects.toThrow('only revoked');
  const inspector = await as('inspector', 'SUPERVISOR@');
  await expect(
    inspector.query(
      `insert into supervision_scope (id, authority, subject, valid_from, valid_to, legal_basis, given_by, created_at)
       values ('x', 'x', 'inspector', '2026-01-01', '2027-01-01', 'x', 'x', now())`,
    ),
  ).rejects.toThrow('row-level security');
  const changed = await inspector.query(`update supervision_scope set revoked_at = now() where id = $1`, [
    scope.id,
  ]);
  expect(changed.rowCount).toBe(0);
});

test('a visit without a scope of one’s own is refused by the database, too, and others’ are not to be seen', async () => {
  const scope = await giveScope(room);
  const stranger = await as('stranger', 'SUPERVISOR@');
  await expect(
    stranger.query(
      `insert into supervision_visit (id, scope_id, subject, purpose, opened_at, expires_at, created_at)
       values ('x', $1, 'stranger', 'x', now(), now() + interval '1 hour', now())`,
      [scope.id],
    ),
  ).rejects.toThrow('row-level security');
  for (const table of ['supervision_scope', 'supervision_visit'])
    expect((await stranger.query(`select from ${table}`)).rowCount).toBe(0);
});

test('the figures behind the room are closed to a supervisor without a visit, and outside the scope', async () => {
  await room.sql.query(`update supervision_visit set closed_at = opened_at where closed_at is null`);
  for (const id of ['inst_a', 'inst_c']) {
    await room.sql.query(
      `insert into adapter_health (institution_id, health, sampled_at) values ($1, 'UP', now())`,
      [id],
    );
  }
  const inspector = await as('inspector', 'SUPERVISOR@');
  const seen = async () =>
    (await inspector.query('select institution_id from adapter_health order by 1')).rows.map(
      (row: { institution_id: string }) => row.institution_id,
    );
  const at = (instant: string) => inspector.query(`select set_config('app.now', $1, false)`, [instant]);
  await at('2026-01-15T08:30:00Z');
  expect(await seen()).toEqual([]);
  const scope = await giveScope(room, { provinces: ['上海市'] });
  const { supervisionVisit: visit } = await openVisit(room, scope.id);
  expect(await seen()).toEqual(['inst_c']);
  // A visit ends by time, whether or not anybody closes it; where nobody says what time it is, PostgreSQL knows.
  await at(visit.expiresAt);
  expect(await seen()).toEqual([]);
  await at('');
  expect(await seen()).toEqual([]);
});

test('a scope that is no longer in force ends its visits behind the room, too', async () => {
  await room.sql.query(`update supervision_visit set closed_at = opened_at where closed_at is null`);
  const scope = await giveScope(room, { provinces: ['上海市'], to: '2026-01-16' });
  await openVisit(room, scope.id, { hours: 24 });
  const inspector = await as('inspector', 'SUPERVISOR@');
  const seen = async (instant: string) => {
    await inspector.query(`select set_config('app.now', $1, false)`, [instant]);
    return (await inspector.query('select from adapter_health')).rowCount;
  };
  expect(await seen('2026-01-15T15:59:59Z')).toBe(1);
  // Midnight in Shanghai.
  expect(await seen('2026-01-15T16:00:00Z')).toBe(0);
});
