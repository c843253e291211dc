import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { provinces } from '../../subgraphs/institutions/member-reports/provinces.js';
import {
  giveScope,
  idempotencyKey,
  openVisit,
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

const fields = 'memberReport { id version edition state returnReason }';
const adminOf = (institutionId: string) =>
  person(`adm-${institutionId}`, `INSTITUTION_ADMIN@${institutionId}`);
const save = (institutionId: string, input: object = {}, by: Principal = adminOf(institutionId)) =>
  send(room, by, 'saveMemberReport', fields, {
    institutionId,
    year: 2025,
    teachers: 500,
    reformedCourses: 300,
    beneficiaries: 100_000,
    provinces: ['宁夏回族自治区'],
    idempotencyKey: idempotencyKey(),
    ...input,
  });
const step = (by: Principal, mutation: string, report: { id: string; version: number }, input: object = {}) =>
  send(room, by, mutation, fields, { reportId: report.id, expectedVersion: report.version, ...input });
const submit = (by: Principal, report: { id: string; version: number }) =>
  step(by, 'submitMemberReport', report, { idempotencyKey: idempotencyKey() });
const codes = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);

/** Takes a report of a member the whole way. */
async function accepted(institutionId: string, input: object): Promise<void> {
  const { memberReport: draft } = await save(institutionId, input);
  const { memberReport: sent } = await submit(adminOf(institutionId), draft);
  expect(codes(await step(secretariat, 'acceptMemberReport', sent))).toEqual([]);
}

const figures = async (year: number, by: Principal = secretariat, filter = '') => {
  const { data } = await room.ask(
    by,
    `{ dashboard${filter} { reportFigures(year: ${year}) { reported outstanding teachers { value suppressed } reformedCourses
       beneficiaries { value suppressed } provincesServed } } }`,
  );
  return data.dashboard.reportFigures;
};

test('a report is drafted, returned with a reason, corrected, accepted, and only then counts', async () => {
  const { memberReport: draft } = await save('inst_a', { year: 2023 });
  expect(draft).toMatchObject({ state: 'DRAFT', edition: 1, version: 1 });
  expect(codes(await step(secretariat, 'acceptMemberReport', draft))).toEqual(['ACTION_NOT_ALLOWED']);
  const { memberReport: sent } = await submit(adminOf('inst_a'), draft);
  expect(codes(await save('inst_a', { year: 2023, expectedVersion: sent.version }))).toEqual([
    'MEMBER_REPORT_UNDER_REVIEW',
  ]);
  const { memberReport: back } = await step(secretariat, 'returnMemberReport', sent, {
    reason: '请核对受益人数',
  });
  expect(back).toMatchObject({ state: 'RETURNED', returnReason: '请核对受益人数' });
  expect(codes(await save('inst_a', { year: 2023 }))).toEqual(['VERSION_CONFLICT']);
  const { memberReport: better } = await save('inst_a', {
    year: 2023,
    expectedVersion: back.version,
    beneficiaries: 7,
  });
  const { memberReport: again } = await submit(adminOf('inst_a'), better);
  expect((await figures(2023)).reported).toBe(0);
  expect((await step(secretariat, 'acceptMemberReport', again)).memberReport).toMatchObject({
    state: 'ACCEPTED',
  });
  expect(await figures(2023)).toMatchObject({
    reported: 1,
    outstanding: 0,
    teachers: { value: 500, suppressed: false },
    beneficiaries: { value: null, suppressed: true },
  });
});

test('the figures of the Ningxia alliance come out: teachers, courses, provinces, beneficiaries', async () => {
  const names = [...provinces];
  await accepted('inst_a', {
    teachers: 700,
    reformedCourses: 278,
    beneficiaries: 180_000,
    provinces: names.slice(0, 15),
  });
  await accepted('inst_b', { teachers: 330, beneficiaries: 119_000, provinces: names.slice(10, 21) });
  await accepted('inst_c', { teachers: 6, reformedCourses: 0, beneficiaries: 1_000, provinces: [] });
  expect(await figures(2025)).toEqual({
    reported: 3,
    outstanding: 0,
    teachers: { value: 1_030, suppressed: false },
    reformedCourses: 578,
    beneficiaries: { value: 300_000, suppressed: false },
    provincesServed: 21,
  });
  expect(await figures(2025, secretariat, '(filter: { institutionIds: ["inst_c"] })')).toMatchObject({
    teachers: { value: null, suppressed: true },
    beneficiaries: { value: 1_000, suppressed: false },
  });
  const scope = await giveScope(room, { institutionIds: ['inst_b'] });
  await openVisit(room, scope.id);
  expect(await figures(2025, supervisor)).toMatchObject({ reported: 1, teachers: { value: 330 } });
});

test('a correction of what was accepted is a later edition, and one of them counts', async () => {
  await accepted('inst_a', { year: 2024, teachers: 100 });
  const { memberReport: second } = await save('inst_a', { year: 2024, teachers: 120 });
  expect(second).toMatchObject({ edition: 2, state: 'DRAFT' });
  expect((await figures(2024)).teachers.value).toBe(100);
  const { memberReport: sent } = await submit(adminOf('inst_a'), second);
  await step(secretariat, 'acceptMemberReport', sent);
  expect(await figures(2024)).toMatchObject({ reported: 1, teachers: { value: 120 } });
  const { data } = await room.ask(
    adminOf('inst_a'),
    '{ memberReports(filter: { year: 2024 }) { edges { node { edition state } } totalCount } }',
  );
  expect(data.memberReports).toEqual({
    edges: [{ node: { edition: 2, state: 'ACCEPTED' } }, { node: { edition: 1, state: 'SUPERSEDED' } }],
    totalCount: 2,
  });
});

test('members that have handed in nothing are listed for the secretariat', async () => {
  const ask = (by: Principal) =>
    room.ask(by, '{ membersWithoutReport(year: 2026) { edges { node { id } } totalCount } }');
  const before = (await ask(secretariat)).data.membersWithoutReport;
  expect(before.totalCount).toBe(4);
  const { memberReport } = await save('inst_d', { year: 2026 });
  expect((await ask(secretariat)).data.membersWithoutReport.totalCount).toBe(4);
  await submit(adminOf('inst_d'), memberReport);
  const { edges } = (await ask(secretariat)).data.membersWithoutReport;
  expect(edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(['inst_a', 'inst_b', 'inst_c']);
  expect((await ask(adminOf('inst_a'))).errors?.[0]?.extensions?.['code']).toBe('ACTION_FORBIDDEN');
});

test('two administrators who begin the report of a year at once get one edition', async () => {
  const both = await Promise.all([save('inst_a', { year: 2022 }), save('inst_a', { year: 2022 })]);
  expect(both.flatMap(codes)).toEqual(['VERSION_CONFLICT']);
  const { rows } = await room.sql.query('select edition from member_report where year = 2022');
  expect(rows).toEqual([{ edition: 1 }]);
});

test('what cannot be is refused', async () => {
  expect(codes(await save('inst_a', {}, adminOf('inst_b')))).toEqual(['ACTION_FORBIDDEN']);
  expect(codes(await save('inst_a', { year: 2027 }))).toEqual(['FIGURES_OF_THE_FUTURE']);
  expect(codes(await save('inst_c', { year: 2024 }))).toEqual(['MEMBER_REPORT_NOT_MEMBER']);
  expect(codes(await save('inst_none'))).toEqual(['MEMBER_REPORT_NOT_MEMBER']);
  for (const input of [{ teachers: -1 }, { provinces: ['宁夏'] }, { provinces: ['北京市', '北京市'] }])
    expect(codes(await save('inst_b', { year: 2026, ...input }))).toEqual(['INPUT_INVALID']);
  const { memberReport } = await save('inst_b', { year: 2026 });
  const both = person('adm-inst_b', 'INSTITUTION_ADMIN@inst_b', 'SECRETARIAT');
  const { memberReport: sent } = await submit(both, memberReport);
  expect(codes(await step(both, 'acceptMemberReport', sent))).toEqual(['MEMBER_REPORT_SAME_PERSON']);
  expect(
    codes(await step(adminOf('inst_a'), 'submitMemberReport', sent, { idempotencyKey: idempotencyKey() })),
  ).toEqual(['NOT_FOUND']);
});

test('behind the room, too, a report that was handed in is not edited, and one edition of a year counts', async () => {
  const { rows } = await room.sql.query<{ id: string }>(
    `select id from member_report where state = 'ACCEPTED' limit 1`,
  );
  const change = (what: string) =>
    room.sql.query(`update member_report set ${what} where id = $1`, [rows[0]!.id]);
  await expect(change('teachers = teachers + 1')).rejects.toThrow('not edited');
  await expect(change(`state = 'DRAFT'`)).rejects.toThrow('not edited');
  await expect(change('year = 2020')).rejects.toThrow('not edited');
  await expect(change('decided_by = submitted_by')).rejects.toThrow('member_report_two_people');
  await expect(
    room.sql.query(
      `insert into member_report (id, institution_id, year, edition, state, state_since, teachers, reformed_courses,
         beneficiaries, provinces, created_at)
       select 'mrep_x', institution_id, year, edition + 9, 'ACCEPTED', now(), 0, 0, 0, '{}', now()
       from member_report where id = $1`,
      [rows[0]!.id],
    ),
  ).rejects.toThrow('member_report_counted');
});
