import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { roomSdls } from '../../subgraphs/alliance/sdl.js';
import {
  giveScope,
  idempotencyKey,
  openVisit,
  otherSupervisor,
  secretariat,
  send,
  startFigures,
  supervisor,
} from './institutions-figures.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startFigures();
});
afterAll(async () => room[Symbol.asyncDispose]());

const hourMs = 3_600_000;
const look = async (by: Principal = supervisor, filter = '') => {
  const { data, errors } = await room.ask(by, `{ dashboard${filter} { institutionIds members { total } } }`);
  return { dashboard: data?.dashboard ?? null, code: errors?.[0]?.extensions?.['code'] };
};
const close = (visit: { id: string; version: number }, by: Principal = supervisor) =>
  send(room, by, 'closeSupervision', 'supervisionVisit { open closedAt }', {
    visitId: visit.id,
    expectedVersion: visit.version,
  });

/** Each test begins without a visit. */
beforeEach(async () => {
  await room.sql.query(`update supervision_visit set closed_at = opened_at where closed_at is null`);
});

test('a supervisor without a visit sees nothing, and that is in the trail', async () => {
  await giveScope(room);
  expect(await look()).toEqual({ dashboard: null, code: 'FIGURES_NEED_A_VISIT' });
  const { rows } = await room.sql.query(
    `select outcome, detail->>'code' as code from audit_event where actor = 'inspector' and action = 'READ_FIGURES'`,
  );
  expect(rows).toContainEqual({ outcome: 'DENIED', code: 'FIGURES_NEED_A_VISIT' });
});

test('during a visit the dashboard is narrowed to the scope, whatever the filter asks for', async () => {
  const scope = await giveScope(room, { provinces: ['宁夏回族自治区'] });
  expect((await openVisit(room, scope.id)).supervisionVisit).toMatchObject({ open: true });
  expect(await look()).toEqual({
    dashboard: { institutionIds: ['inst_a', 'inst_b'], members: { total: 2 } },
    code: undefined,
  });
  const outside = await look(supervisor, '(filter: { institutionIds: ["inst_b", "inst_c"] })');
  expect(outside.dashboard).toEqual({ institutionIds: ['inst_b'], members: { total: 1 } });
  const elsewhere = await look(supervisor, '(filter: { provinces: ["上海市"] })');
  expect(elsewhere.dashboard).toEqual({ institutionIds: [], members: { total: 0 } });
});

test('a visit ends after eight hours, or when it is closed, or when its scope ends', async () => {
  const scope = await giveScope(room, { to: '2026-01-17' });
  const { supervisionVisit: first } = await openVisit(room, scope.id);
  expect(new Date(first.expiresAt).getTime() - room.clock.now().getTime()).toBe(8 * hourMs);
  room.clock.advance(8 * hourMs - 1);
  expect((await look()).dashboard).not.toBeNull();
  room.clock.advance(1);
  expect(await look()).toEqual({ dashboard: null, code: 'FIGURES_NEED_A_VISIT' });
  expect((await close(first)).userErrors).toEqual([{ code: 'SUPERVISION_CLOSED' }]);

  const { supervisionVisit: second } = await openVisit(room, scope.id, { hours: 1 });
  expect((await look()).dashboard).not.toBeNull();
  expect((await close(second)).supervisionVisit).toMatchObject({ open: false });
  expect((await look()).dashboard).toBeNull();

  // It is 16 January, midnight in Shanghai: the scope's last day has begun, and ends before the visit would.
  room.clock.advance(hourMs);
  expect((await openVisit(room, scope.id, { hours: 24 })).userErrors).toEqual([]);
  room.clock.advance(23 * hourMs - 1);
  expect((await look()).dashboard).not.toBeNull();
  room.clock.advance(1);
  expect((await look()).dashboard).toBeNull();
});

test('a scope that is not in force opens no visit, and a revoked one ends those under way', async () => {
  for (const times of [
    { from: '2026-03-01', to: '2026-04-01' },
    { from: '2025-01-01', to: '2025-02-01' },
  ]) {
    const scope = await giveScope(room, times);
    expect((await openVisit(room, scope.id)).userErrors).toEqual([{ code: 'SUPERVISION_NOT_IN_FORCE' }]);
  }
  const scope = await giveScope(room, { to: '2026-12-01' });
  await openVisit(room, scope.id);
  const revoke = { scopeId: scope.id, expectedVersion: scope.version, reason: '检查结束' };
  const { supervisionScope } = await send(
    room,
    secretariat,
    'revokeSupervisionScope',
    'supervisionScope { revokedAt }',
    revoke,
  );
  expect(supervisionScope.revokedAt).not.toBeNull();
  expect((await look()).dashboard).toBeNull();
  expect((await openVisit(room, scope.id)).userErrors).toEqual([{ code: 'SUPERVISION_NOT_IN_FORCE' }]);
});

test('a scope is for the one it was given to: a person, or whoever holds the grant', async () => {
  const own = await giveScope(room, { to: '2026-12-01' });
  expect((await openVisit(room, own.id, {}, otherSupervisor)).userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  expect((await openVisit(room, own.id, {}, person('inspector', 'SECRETARIAT'))).userErrors).toEqual([
    { code: 'ACTION_FORBIDDEN' },
  ]);
  const { grant } = await send(room, secretariat, 'giveGrant', 'grant { id }', {
    subject: otherSupervisor.subject,
    role: 'SUPERVISOR',
    idempotencyKey: idempotencyKey(),
  });
  const byGrant = await giveScope(room, { subject: null, grantId: grant.id, to: '2026-12-01' });
  const holder: Principal = {
    ...otherSupervisor,
    grants: [{ ...otherSupervisor.grants[0]!, id: grant.id }],
  };
  expect((await openVisit(room, byGrant.id, {}, holder)).userErrors).toEqual([]);
  expect((await look(holder)).dashboard).not.toBeNull();
  // The same person without the grant is an open visit's owner and nothing more.
  expect((await look(otherSupervisor)).dashboard).toBeNull();
});

test('two visits at once are refused, also when both are opened at the same moment', async () => {
  const scope = await giveScope(room, { to: '2026-12-01' });
  const both = await Promise.all([openVisit(room, scope.id), openVisit(room, scope.id)]);
  expect(both.flatMap(({ userErrors }) => userErrors)).toEqual([{ code: 'SUPERVISION_OPEN' }]);
});

test('what was read in a visit is listed with its purpose, for its supervisor during a visit', async () => {
  const scope = await giveScope(room, { to: '2026-12-01' });
  room.clock.advance(1_000);
  const { supervisionVisit } = await openVisit(room, scope.id);
  await look();
  await look(supervisor, '(purpose: "核对覆盖省份")');
  const list = `{ supervisionVisits(first: 1) { edges { node { id reads(first: 2) {
    edges { node { action allowed subjectType purpose } } pageInfo { hasNextPage } } } } } }`;
  const { data } = await room.ask(supervisor, list);
  const [{ node }] = data.supervisionVisits.edges;
  expect(node.id).toBe(supervisionVisit.id);
  expect(node.reads.pageInfo.hasNextPage).toBe(true);
  expect(node.reads.edges.map((edge: { node: unknown }) => edge.node)).toEqual([
    { action: 'OPEN_SUPERVISION', allowed: true, subjectType: 'SupervisionVisit', purpose: null },
    { action: 'READ_FIGURES', allowed: true, subjectType: 'Dashboard', purpose: '年度例行检查' },
  ]);
  const { data: others } = await room.ask(otherSupervisor, list);
  expect(others.supervisionVisits.edges.map((edge: { node: { id: string } }) => edge.node.id)).not.toContain(
    node.id,
  );
  await close(supervisionVisit);
  const after = await room.ask(supervisor, list);
  expect(after.errors?.[0]?.extensions?.['code']).toBe('FIGURES_NEED_A_VISIT');
});

test('input that says too little is refused', async () => {
  const give = (input: object) => giveScope(room, input);
  await expect(give({ subject: null })).rejects.toThrow('SUPERVISION_SUBJECT_UNCLEAR');
  await expect(give({ grantId: 'grant_x' })).rejects.toThrow('SUPERVISION_SUBJECT_UNCLEAR');
  await expect(give({ to: '2026-01-01' })).rejects.toThrow('INTERVAL_EMPTY');
  await expect(give({ institutionIds: ['inst_nowhere'] })).rejects.toThrow('NOT_FOUND');
  const scope = await giveScope(room, { to: '2026-12-01' });
  for (const input of [{ purpose: '看' }, { hours: 25 }, { hours: 0 }])
    expect((await openVisit(room, scope.id, input)).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
});

test('a supervisor has no mutations but to open and close a visit, and to ask for an export', async () => {
  const open = Object.values(await roomSdls()).flatMap((sdl) => {
    const [, mutations = ''] = /^type Mutation \{\n(.*?)^\}/ms.exec(sdl) ?? [];
    return [...mutations.matchAll(/^ {2}(\w+)\(.*$/gm)].flatMap(([line, name]) =>
      line.includes('"SUPERVISOR"') ? [name] : [],
    );
  });
  expect(open.filter((name) => name !== 'exportFigures')).toEqual(['openSupervision', 'closeSupervision']);
});
