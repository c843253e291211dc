import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import type { LinkCall } from '../../subgraphs/kit/base/link/link.js';
import { canonicalJson } from '../../subgraphs/kit/room/audit/canonical-json.js';
import { FigureSnapshotResolver } from '../../subgraphs/institutions/figure-snapshots/figure-snapshot.resolver.js';
import { FigureSnapshotService } from '../../subgraphs/institutions/figure-snapshots/figure-snapshot.service.js';
import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import type { RoomModule } from '../../subgraphs/kit/room/room-module.js';
import { idempotencyKey, secretariat, send, startFigures } from './institutions-figures.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

const asked: LinkCall[] = [];
let silent: string | null = null;

/** The room with two others whose figures it collects. */
const withTwoRooms: RoomModule = {
  ...institutionsModule,
  compose(kit) {
    const parts = institutionsModule.compose(kit);
    const query = 'query ($dashboards: [_Any!]!) { _entities(representations: $dashboards) { __typename } }';
    const rooms = ['learners', 'outcomes'].map((name) => ({ room: name, query }));
    const resolvers = parts.resolvers.map((one) =>
      one instanceof FigureSnapshotResolver
        ? new FigureSnapshotResolver(new FigureSnapshotService(rooms))
        : one,
    );
    return { ...parts, resolvers };
  },
};

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startFigures((call) => {
    asked.push(call);
    if (call.subgraph === silent) return { data: null, errors: [{ message: 'down' }] };
    return { data: { _entities: [{ figures: `of ${call.subgraph}` }] } };
  }, withTwoRooms);
});
afterAll(async () => room[Symbol.asyncDispose]());

const fields = 'figureSnapshot { id year edition hash content reason }';
const freeze = (year: number, by: Principal = secretariat, key = idempotencyKey()) =>
  send(room, by, 'freezeFigures', fields, { year, idempotencyKey: key });
const correct = (year: number, reason: string) =>
  send(room, secretariat, 'correctFrozenFigures', fields, { year, reason, idempotencyKey: idempotencyKey() });
const codes = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);

test('the figures of a year are frozen once, from every room, with a hash that verifies', async () => {
  const key = idempotencyKey();
  const { figureSnapshot: first } = await freeze(2025, secretariat, key);
  expect(first).toMatchObject({ year: 2025, edition: 1, reason: null });
  expect(createHash('sha256').update(first.content).digest('hex')).toBe(first.hash);
  const content = JSON.parse(first.content);
  expect(canonicalJson(content)).toBe(first.content);
  expect(content.figures).toMatchObject({
    learners: { figures: 'of learners' },
    outcomes: { figures: 'of outcomes' },
  });
  expect(content.figures.institutions.members.total).toBe(4);
  expect(asked.map(({ subgraph }) => subgraph)).toEqual(['learners', 'outcomes']);
  expect(asked.every(({ principal }) => principal.subject === 'service:institutions')).toBe(true);
  expect(codes(await freeze(2025))).toEqual(['FIGURES_FROZEN']);
  expect((await freeze(2025, secretariat, key)).figureSnapshot).toEqual(first);
});

test('a room that does not answer makes it fail whole, and the year can still be frozen', async () => {
  silent = 'outcomes';
  const { data, errors } = await room.ask(
    secretariat,
    'mutation { freezeFigures(input: { year: 2019, idempotencyKey: "silent-2019" }) { figureSnapshot { id } } }',
  );
  silent = null;
  expect(data.freezeFigures).toBeNull();
  expect(errors?.[0]?.extensions?.['code']).toBe('UPSTREAM_UNAVAILABLE');
  expect((await room.sql.query('select from figure_snapshot where year = 2019')).rowCount).toBe(0);
  expect((await freeze(2019)).figureSnapshot).toMatchObject({ edition: 1 });
});

test('a correction is a later edition with a reason; the earlier one stays as it was', async () => {
  expect(codes(await correct(2024, '核对后更正'))).toEqual(['FIGURES_NOT_FROZEN']);
  const { figureSnapshot: first } = await freeze(2024);
  await room.sql.query(`update membership set state = 'SUSPENDED' where institution_id = 'inst_c'`);
  const { figureSnapshot: second } = await correct(2024, '核对后更正');
  expect(second).toMatchObject({ edition: 2, reason: '核对后更正' });
  expect(second.hash).not.toBe(first.hash);
  const { data } = await room.ask(
    person('council', 'COUNCIL_MEMBER'),
    `{ latest: figureSnapshot(year: 2024) { edition } first: figureSnapshot(year: 2024, edition: 1) { hash content }
       figureSnapshots(first: 2) { edges { node { year edition } } } absent: figureSnapshot(year: 2001) { id } }`,
  );
  expect(data.latest).toEqual({ edition: 2 });
  expect(data.first).toEqual({ hash: first.hash, content: first.content });
  expect(data.absent).toBeNull();
  expect(data.figureSnapshots.edges.map((edge: { node: object }) => edge.node)).toEqual([
    { year: 2025, edition: 1 },
    { year: 2024, edition: 2 },
  ]);
});

test('two who freeze the same year at once make one edition', async () => {
  const both = await Promise.all([freeze(2020), freeze(2020)]);
  expect(both.flatMap(codes)).toEqual(['FIGURES_FROZEN']);
});

test('a frozen snapshot cannot be changed, nor another hash be written, by the room’s role or by anybody', async () => {
  const app = await room.connectAsApp();
  await app.query(
    `select set_config('app.kind', 'PERSON', false), set_config('app.subject', 'sec', false), set_config('app.grants', 'SECRETARIAT@', false)`,
  );
  expect((await app.query('select from figure_snapshot')).rowCount).toBeGreaterThan(0);
  for (const statement of [
    `update figure_snapshot set content = '{}'`,
    'delete from figure_snapshot',
    'truncate figure_snapshot',
  ]) {
    await expect(app.query(statement)).rejects.toThrow('permission denied');
    await expect(room.sql.query(statement)).rejects.toThrow('append-only');
    await expect(room.sql.query(`set session_replication_role = replica; ${statement}`)).rejects.toThrow(
      'append-only',
    );
    await room.sql.query('set session_replication_role = origin');
  }
  const insert = (edition: number, content: string, hash: string, reason: string | null) =>
    app.query(
      `insert into figure_snapshot (id, year, edition, as_of, content, hash, reason, frozen_by, created_at)
       values ('snap_x', 2025, $1, now(), $2, $3, $4, 'x', now())`,
      [edition, content, hash, reason],
    );
  await expect(insert(2, '{}', '00', 'x')).rejects.toThrow('figure_snapshot_check');
  const hash = createHash('sha256').update('{}').digest('hex');
  await expect(insert(1, '{}', hash, null)).rejects.toThrow('figure_snapshot_edition');
  await expect(insert(2, '{}', hash, null)).rejects.toThrow('figure_snapshot_check');
});

test('only the secretariat freezes, and no year that has not begun', async () => {
  expect(codes(await freeze(2023, person('x', 'COUNCIL_MEMBER')))).toEqual(['ACTION_FORBIDDEN']);
  expect(codes(await freeze(2027))).toEqual(['FIGURES_OF_THE_FUTURE']);
  const { data } = await room.ask(person('x', 'SUPERVISOR'), '{ figureSnapshot(year: 2025) { id } }');
  expect(data.figureSnapshot).toBeNull();
});
