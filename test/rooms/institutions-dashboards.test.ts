import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { dashboardId, readDashboardId } from '../../subgraphs/institutions/dashboards/dashboard-id.js';
import { secretariat, startFigures, supervisor } from './institutions-figures.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startFigures();
});
afterAll(async () => room[Symbol.asyncDispose]());

const dashboard = async (selection: string, filter: object = {}, by = secretariat) => {
  const { data, errors } = await room.ask(
    by,
    `query ($filter: DashboardFilter) { dashboard(filter: $filter, purpose: "例会") { ${selection} } }`,
    { filter },
  );
  return { ...data?.dashboard, errors };
};

test('the members are counted by state, kind and province', async () => {
  const { members } = await dashboard(
    'members { total provincesCovered byState { state members } byKind { kind members } byProvince { province members } }',
  );
  expect(members).toEqual({
    total: 4,
    provincesCovered: 2,
    byState: [
      { state: 'ACTIVE', members: 3 },
      { state: 'SUSPENDED', members: 1 },
    ],
    byKind: [
      { kind: 'ASSOCIATION', members: 1 },
      { kind: 'ENTERPRISE', members: 1 },
      { kind: 'HIGHER_EDUCATION', members: 2 },
    ],
    byProvince: [
      { province: '宁夏回族自治区', members: 2 },
      { province: '上海市', members: 1 },
      { province: null, members: 1 },
    ],
  });
});

test('a filter selects members only, and tells the other subgraphs which; no filter means all of them', async () => {
  const ids = async (filter: object) => (await dashboard('institutionIds', filter)).institutionIds;
  expect(await ids({})).toBeNull();
  expect(await ids({ provinces: ['上海市'] })).toEqual(['inst_c']);
  expect(await ids({ provinces: ['宁夏回族自治区'], institutionIds: ['inst_b', 'inst_c'] })).toEqual([
    'inst_b',
  ]);
  expect(await ids({ kinds: ['ENTERPRISE'], memberStates: ['SUSPENDED'] })).toEqual(['inst_d']);
  expect(await ids({ institutionIds: ['inst_none'] })).toEqual([]);
  const { members } = await dashboard('members { total }', { institutionIds: [] });
  expect(members).toEqual({ total: 0 });
});

test('who came and went is counted in a half-open time of legal days', async () => {
  const changes = async (from: string, to: string) =>
    (await dashboard(`memberChanges(period: { from: "${from}", to: "${to}" }) { joined left }`))
      .memberChanges;
  expect(await changes('2025-03-01', '2026-01-01')).toEqual({ joined: 2, left: 0 });
  expect(await changes('2025-03-02', '2025-11-30')).toEqual({ joined: 0, left: 0 });
});

test('a series has a point for each period of the calendar, also where nothing happened', async () => {
  const { memberSeries } = await dashboard(
    'memberSeries(from: "2025-01-01", to: "2026-02-01", every: QUARTER) { from to members joined left }',
  );
  expect(memberSeries).toEqual([
    { from: '2025-01-01', to: '2025-04-01', members: 2, joined: 1, left: 0 },
    { from: '2025-04-01', to: '2025-07-01', members: 2, joined: 0, left: 0 },
    { from: '2025-07-01', to: '2025-10-01', members: 2, joined: 0, left: 0 },
    { from: '2025-10-01', to: '2026-01-01', members: 3, joined: 1, left: 0 },
    { from: '2026-01-01', to: '2026-02-01', members: 4, joined: 1, left: 0 },
  ]);
  const { errors } = await dashboard(
    'memberSeries(from: "1990-01-01", to: "2026-01-01", every: MONTH) { from }',
  );
  expect(errors?.[0]?.extensions?.['code']).toBe('SERIES_TOO_LONG');
});

test('a filter may name a sub-alliance, of which those count who are its members', async () => {
  // Its founding is told elsewhere; here the rows are enough.
  await room.sql.query(`
    set session_replication_role = replica;
    insert into sub_alliance (id, name_zh, name_en, kind, field, purpose, lead_institution_id, state, state_since,
      applied_by, created_at) values ('sub_1', '行业', 'Industry', 'INDUSTRY', 'f', 'p', 'inst_a', 'FOUNDED', now(), 'x', now());
    insert into sub_alliance_member (id, sub_alliance_id, lead_institution_id, institution_id, state, state_since,
      valid_from, requested_by, created_at)
      values ('sam_1', 'sub_1', 'inst_a', 'inst_a', 'MEMBER', now(), '2026-01-02', 'x', now()),
        ('sam_2', 'sub_1', 'inst_a', 'inst_c', 'REQUESTED', now(), null, 'x', now());
    reset session_replication_role`);
  const ids = async (filter: object) => (await dashboard('institutionIds', filter)).institutionIds;
  expect(await ids({ subAllianceId: 'sub_1' })).toEqual(['inst_a']);
  expect(await ids({ subAllianceId: 'sub_1', provinces: ['上海市'] })).toEqual([]);
  expect(await ids({ subAllianceId: 'sub_none' })).toEqual([]);
});

test('the id carries the question, so that a reference finds the same dashboard again', async () => {
  const { id } = await dashboard('id asOf', { provinces: ['上海市'] });
  const lookup = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Dashboard { id institutionIds members { total } } } }`;
  const representations = [
    { __typename: 'Dashboard', id },
    { __typename: 'Dashboard', id: 'dash_nonsense' },
  ];
  const found = await room.ask(secretariat, lookup, { r: representations });
  expect(found.data._entities).toEqual([{ id, institutionIds: ['inst_c'], members: { total: 1 } }, null]);
  expect((await room.ask(supervisor, lookup, { r: representations })).data?._entities).toEqual([null, null]);
});

test('an id that was made up, or cut, is nobody’s', () => {
  const content = {
    filter: { provinces: ['上海市'] },
    asOf: new Date('2026-01-15T08:00:00Z'),
    purpose: null,
  };
  const id = dashboardId(content);
  expect(readDashboardId(id)).toEqual(content);
  for (const other of [
    id.slice(0, -6),
    `job_${id.slice(5)}`,
    'dash_bnVsbA',
    `${id}x`.replace('dash_', 'dash_e'),
    '',
  ]) {
    expect(readDashboardId(other)).toBeNull();
  }
});

test('whoever left is counted as gone from that day, and as a member on every day before', async () => {
  await room.sql.query(
    `update membership set state = 'MERGED', successor_id = 'inst_a', state_since = '2026-01-12T16:00:00Z'
     where institution_id = 'inst_b'`,
  );
  const { then, now, memberChanges, memberSeries } = await dashboard(
    `then: members(asOf: "2026-01-12") { total byState { state members } }
     now: members { total byState { state members } }
     memberChanges(period: { from: "2026-01-13", to: "2026-01-14" }) { joined left }
     memberSeries(from: "2025-01-01", to: "2026-02-01", every: YEAR) { members joined left }`,
  );
  // Suspended on the tenth.
  const states = [
    { state: 'ACTIVE', members: 3 },
    { state: 'SUSPENDED', members: 1 },
  ];
  expect(then).toEqual({ total: 4, byState: states });
  expect(now).toEqual({
    total: 3,
    byState: [
      { state: 'ACTIVE', members: 2 },
      { state: 'MERGED', members: 1 },
      { state: 'SUSPENDED', members: 1 },
    ],
  });
  expect(memberChanges).toEqual({ joined: 0, left: 1 });
  expect(memberSeries).toEqual([
    { members: 3, joined: 2, left: 0 },
    { members: 3, joined: 1, left: 1 },
  ]);
  const { errors } = await dashboard('members(asOf: "2026-01-17") { total }');
  expect(errors?.[0]?.extensions?.['code']).toBe('FIGURES_OF_THE_FUTURE');
});

test('only the secretariat, services and supervisors get a dashboard, and each reading is in the trail', async () => {
  for (const by of [person('x'), person('y', 'INSTITUTION_ADMIN@inst_a'), person('z', 'REGISTRAR@inst_a')]) {
    const { id, errors } = await dashboard('id', {}, by);
    expect([id, errors?.[0]?.extensions?.['code']]).toEqual([undefined, 'ACTION_FORBIDDEN']);
  }
  expect((await dashboard('id', {}, servicePrincipal('institutions'))).errors).toBeUndefined();
  const { rows } = await room.sql.query(
    `select outcome, purpose, count(*)::integer as reads from audit_event
     where action = 'READ_FIGURES' and actor in ('sec', 'x') group by 1, 2 order by 1`,
  );
  expect(rows).toEqual([
    { outcome: 'ALLOWED', purpose: '例会', reads: expect.any(Number) },
    { outcome: 'DENIED', purpose: '例会', reads: 1 },
  ]);
});
