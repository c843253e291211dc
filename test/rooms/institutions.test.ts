import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { stableId } from '../../subgraphs/kit/base/ids.js';
import { createFileRoutes } from '../../subgraphs/kit/room/files/file-routes.js';
import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import { person, startRoomOnPostgres, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
const secretariat = person('sec', 'SECRETARIAT');
const data = process.env['AMRLO_SHARED_DATA'] ?? path.join(import.meta.dirname, '../../../shared/data');
const list = await readFile(path.join(data, 'cn/moe_institutions_2025.json'), 'utf8').catch(() => undefined);
if (list === undefined)
  process.stdout.write(`The Ministry's list is not in ${data}; its import is not tested.\n`);

beforeAll(async () => {
  room = await startRoomOnPostgres(institutionsModule, undefined, { firstSecretariat: 'sec' });
});
afterAll(async () => room[Symbol.asyncDispose]());

const header = {
  A: '序号',
  B: '学校名称',
  C: '学校标识码',
  D: '主管部门',
  E: '所在地',
  F: '办学层次',
  G: '备注',
};
const title = { A: '全国普通高等学校名单（截至2025年6月20日）' };
const school = (n: number, more: object = {}) => ({
  A: n,
  B: `学校${n}`,
  C: `41110${String(n).padStart(5, '0')}`,
  D: '教育部',
  E: '银川市',
  F: '本科',
  ...more,
});
const sheet = (...rows: object[]) => JSON.stringify([title, header, ...rows]);

let uploads = 0;
async function importList(content: string | Uint8Array, by = secretariat) {
  uploads += 1;
  const { uploadId, url } = await room.files.createUpload({
    owner: by.subject,
    purpose: 'roster',
    maxBytes: 16 * 1024 * 1024,
  });
  await putBytes(url, content);
  const start = await room.ask(
    by,
    'mutation ($input: ImportRosterInput!) { importRoster(input: $input) { rosterImport { id } userErrors { code } } }',
    {
      input: { uploadId, idempotencyKey: `import-${uploads}` },
    },
  );
  expect(start.data.importRoster.userErrors).toEqual([]);
  const { id } = start.data.importRoster.rosterImport;
  for (;;) {
    const { data: answer } = await room.ask(
      by,
      `query ($id: ID!) { rosterImport(id: $id) {
      job { state errorCode } asOf added changed unchanged rejectedCount rejected { row field code } } }`,
      { id },
    );
    if (!['QUEUED', 'RUNNING'].includes(answer.rosterImport.job.state)) return answer.rosterImport;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
async function putBytes(url: string, content: string | Uint8Array): Promise<void> {
  const routes = createFileRoutes(room.files);
  const server = createServer((request, response) => void routes(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const answer = await fetch(new URL(url, `http://127.0.0.1:${port}`), {
    method: 'PUT',
    body: content as never,
  });
  server.close();
  expect(answer.ok).toBe(true);
}
const count = async () =>
  (await room.sql.query('select count(*)::int as n from institution')).rows[0].n as number;

describe('the roster', () => {
  beforeAll(() => room.room.start());

  test.each<[string, string | Uint8Array, string]>([
    ['broken JSON', '[{"A": ', 'FILE_UNREADABLE'],
    ['JSON of another shape', '{"a": 1}', 'FILE_UNREADABLE'],
    [
      'another encoding',
      Buffer.concat([Buffer.from('[{"A":"'), Buffer.from([0xc8, 0xab, 0xb9, 0xfa]), Buffer.from('"}]')]),
      'FILE_WRONG_ENCODING',
    ],
    ['another header', JSON.stringify([title, { A: '序号' }, school(1)]), 'FILE_UNREADABLE'],
    ['no date', JSON.stringify([{ A: '名单' }, header, school(1)]), 'FILE_UNREADABLE'],
    ['no row', sheet(), 'FILE_UNREADABLE'],
  ])('is not taken from a file with %s, and nothing is half-written', async (_, content, code) => {
    const before = await count();
    expect((await importList(content)).job).toEqual({ state: 'FAILED', errorCode: code });
    expect(await count()).toBe(before);
  });

  test('takes the sound rows in one step and reports duplicates, faults and a count that differs, each with its row', async () => {
    const done = await importList(
      sheet(
        { A: '宁夏回族自治区（4所）' },
        school(1),
        school(2),
        school(3, { C: school(1).C }),
        school(4, { F: 'constructor' }),
        school(5, { B: '学\u0000校' }),
      ),
    );
    expect(done).toMatchObject({
      job: { state: 'SUCCEEDED' },
      asOf: '2025-06-20',
      added: 2,
      changed: 0,
      unchanged: 0,
      rejectedCount: 4,
    });
    expect(done.rejected).toEqual([
      { row: 3, field: null, code: 'ROW_REJECTED' },
      { row: 6, field: '学校标识码', code: 'ROW_DUPLICATE' },
      { row: 7, field: '办学层次', code: 'ROW_REJECTED' },
      { row: 8, field: '学校名称', code: 'ROW_REJECTED' },
    ]);
    const again = await importList(
      sheet({ A: '宁夏回族自治区（2所）' }, school(1), school(2, { E: '吴忠市' })),
    );
    expect(again).toMatchObject({ added: 0, changed: 1, unchanged: 1, rejectedCount: 0 });
  });

  test('is imported by the secretariat and nobody else', async () => {
    const { data: answer } = await room.ask(
      person('reg', 'REGISTRAR@x'),
      'mutation { importRoster(input: { uploadId: "upl_1", idempotencyKey: "k-0000001" }) { userErrors { code } } }',
    );
    expect(answer.importRoster.userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  });

  (list === undefined ? test.skip : test)(
    'of the Ministry has 2,919 institutions, none rejected, and a second import changes none',
    async () => {
      await room.sql.query('truncate institution cascade');
      await room.sql.query(
        `insert into role_grant (id, subject, role, valid_from, given_by, created_at) values ('g', 'sec', 'SECRETARIAT', now(), 'x', now())`,
      );
      expect(await importList(list!)).toMatchObject({
        asOf: '2025-06-20',
        added: 2919,
        changed: 0,
        unchanged: 0,
        rejectedCount: 0,
        rejected: [],
      });
      expect(await importList(list!)).toMatchObject({
        added: 0,
        changed: 0,
        unchanged: 2919,
        rejectedCount: 0,
      });
      const { data: answer } = await room.ask(
        secretariat,
        '{ institutionByCode(moeCode: "4164010749") { id name province } institutions(first: 1, orderBy: null) { totalCount } }',
      );
      expect(answer.institutionByCode).toEqual({
        id: stableId('Institution', 'moe:4164010749'),
        name: '宁夏大学',
        province: '宁夏回族自治区',
      });
      expect(answer.institutions.totalCount).toBe(2919);
    },
    60_000,
  );
});

describe('grants, memberships and the directory', () => {
  const home = 'inst_home';
  const away = 'inst_away';
  const admin = person('adm', `INSTITUTION_ADMIN@${home}`);
  const give = (by: ReturnType<typeof person>, input: object) =>
    room
      .ask(
        by,
        'mutation ($input: GiveGrantInput!) { giveGrant(input: $input) { grant { id version from to } userErrors { code } } }',
        {
          input: { subject: 'p', role: 'REGISTRAR', idempotencyKey: `give-${(uploads += 1)}-key`, ...input },
        },
      )
      .then(({ data: answer }) => answer.giveGrant);
  const revoke = (by: ReturnType<typeof person>, grantId: string, expectedVersion = 1) =>
    room
      .ask(
        by,
        'mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { grant { version from to } userErrors { code } } }',
        {
          input: { grantId, expectedVersion, reason: 'r' },
        },
      )
      .then(({ data: answer }) => answer.revokeGrant);
  const held = async (subject: string) =>
    (
      await room.ask(
        servicePrincipal('gateway'),
        'query ($s: String!) { principalGrants(subject: $s) { epoch grants { id to } } }',
        { s: subject },
      )
    ).data.principalGrants;
  const step = (by: ReturnType<typeof person>, name: string, membershipId: string, expectedVersion: number) =>
    room
      .ask(
        by,
        `mutation ($input: ChangeMembershipInput!) { ${name}(input: $input) { membership { state version dueAt } userErrors { code } } }`,
        {
          input: { membershipId, expectedVersion, reason: 'r' },
        },
      )
      .then(({ data: answer }) => answer[name]);

  beforeAll(async () => {
    for (const id of [home, away]) {
      await room.sql.query(
        `insert into institution (id, name, kind, source, created_at) values ($1, $1, 'HIGHER_EDUCATION', 't', now())`,
        [id],
      );
    }
  });

  test('a grant is given for the own institution, not for another and not for the alliance', async () => {
    expect((await give(admin, { institutionId: home })).userErrors).toEqual([]);
    expect((await give(admin, { institutionId: away })).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
    expect((await give(admin, { role: 'SECRETARIAT' })).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
    expect((await give(person('q'), { institutionId: home })).userErrors).toEqual([
      { code: 'ACTION_FORBIDDEN' },
    ]);
    expect((await give(secretariat, { role: 'EXPERT', institutionId: home })).userErrors).toEqual([
      { code: 'GRANT_INSTITUTION_MISFIT' },
    ]);
    expect((await give(secretariat, { institutionId: 'inst_none' })).userErrors).toEqual([
      { code: 'NOT_FOUND' },
    ]);
  });

  test('a grant has a half-open interval and ends with it', async () => {
    const at = (ms: number) => new Date(room.clock.now().getTime() + ms).toISOString();
    expect((await give(secretariat, { institutionId: home, from: at(5), to: at(5) })).userErrors).toEqual([
      { code: 'INTERVAL_EMPTY' },
    ]);
    const { grant } = await give(secretariat, { subject: 'timed', institutionId: home, to: at(1000) });
    expect((await held('timed')).grants).toMatchObject([{ id: grant.id }]);
    room.clock.advance(1000);
    expect((await held('timed')).grants).toEqual([]);
  });

  test('a revoked grant is over at once, with its new version, and raises the epoch; also one that has not begun', async () => {
    const { grant } = await give(admin, { subject: 'gone', institutionId: home });
    const { epoch } = await held('gone');
    expect((await revoke(person('adm2', `INSTITUTION_ADMIN@${away}`), grant.id)).userErrors).toEqual([
      { code: 'NOT_FOUND' },
    ]);
    expect((await revoke(person('gone'), grant.id)).userErrors[0].code).toMatch(/NOT_FOUND|ACTION_FORBIDDEN/);
    expect((await revoke(admin, grant.id)).grant).toMatchObject({ version: 2 });
    expect(await held('gone')).toEqual({ epoch: epoch + 1, grants: [] });
    const from = new Date(room.clock.now().getTime() + 86_400_000).toISOString();
    const later = await give(secretariat, { subject: 'later', institutionId: home, from });
    const answer = await revoke(secretariat, later.grant.id);
    expect(answer.userErrors).toEqual([]);
    expect(answer.grant.to).toEqual(answer.grant.from);
  });

  test('a membership is recorded by the secretariat, once, and goes the steps of its machine', async () => {
    const record = (by: ReturnType<typeof person>, input: object) =>
      room
        .ask(
          by,
          'mutation ($input: RecordFoundingMemberInput!) { recordFoundingMember(input: $input) { membership { id state version } userErrors { code } } }',
          {
            input: {
              institutionId: home,
              memberCode: 'NXU',
              joinedOn: '2020-01-01',
              charterVersion: '1',
              idempotencyKey: `rec-${(uploads += 1)}-key`,
              ...input,
            },
          },
        )
        .then(({ data: answer }) => answer.recordFoundingMember);
    expect((await record(admin, {})).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
    const { membership } = await record(secretariat, {});
    expect(membership).toMatchObject({ state: 'ACTIVE', version: 1 });
    expect((await record(secretariat, { memberCode: 'OTHER' })).userErrors).toEqual([
      { code: 'MEMBER_EXISTS' },
    ]);
    expect((await record(secretariat, { institutionId: away })).userErrors).toEqual([
      { code: 'MEMBER_CODE_TAKEN' },
    ]);
    expect((await record(secretariat, { institutionId: away, memberCode: '小' })).userErrors).toEqual([
      { code: 'INPUT_INVALID' },
    ]);
    expect((await step(admin, 'suspendMembership', membership.id, 1)).userErrors[0].code).toMatch(
      /ACTION_FORBIDDEN|NOT_FOUND/,
    );
    expect((await step(secretariat, 'reinstateMembership', membership.id, 1)).userErrors).toEqual([
      { code: 'ACTION_NOT_ALLOWED' },
    ]);
    expect((await step(secretariat, 'suspendMembership', membership.id, 1)).membership).toMatchObject({
      state: 'SUSPENDED',
      version: 2,
      dueAt: expect.anything(),
    });
    expect((await step(secretariat, 'suspendMembership', membership.id, 1)).userErrors).toEqual([
      { code: 'VERSION_CONFLICT' },
    ]);
    expect((await step(secretariat, 'reinstateMembership', membership.id, 2)).membership).toMatchObject({
      state: 'ACTIVE',
      version: 3,
    });
  });

  test("the directory is for services, the secretariat and the institution's own administrator", async () => {
    const kinds = (
      await room.ask(secretariat, '{ __type(name: "RecordsSystemKind") { enumValues { name } } }')
    ).data.__type.enumValues[0].name as string;
    const connectAs = async (by: ReturnType<typeof person>, institutionId: string) =>
      (
        await room.ask(
          by,
          `mutation { connectRecordsSystem(input: { institutionId: "${institutionId}", kind: ${kinds}, endpoint: "local:nxu", idempotencyKey: "con-${(uploads += 1)}-key" }) { school { enabled } userErrors { code } } }`,
        )
      ).data.connectRecordsSystem;
    expect((await connectAs(person('x', `INSTITUTION_ADMIN@${away}`), home)).userErrors).toEqual([
      { code: 'ACTION_FORBIDDEN' },
    ]);
    expect((await connectAs(secretariat, away)).userErrors).toEqual([{ code: 'INSTITUTION_NOT_MEMBER' }]);
    expect(await connectAs(admin, home)).toEqual({ school: { enabled: true }, userErrors: [] });
    expect((await connectAs(admin, home)).userErrors).toEqual([{ code: 'SCHOOL_CONNECTED' }]);
    const seen = async (by: Parameters<typeof room.ask>[0]) =>
      (await room.ask(by, '{ recordsDirectory { institutionId } }')).data.recordsDirectory;
    for (const by of [secretariat, admin, servicePrincipal('records')])
      expect(await seen(by)).toEqual([{ institutionId: home }]);
    for (const by of [person('y'), person('z', `INSTITUTION_ADMIN@${away}`, `REGISTRAR@${home}`)])
      expect(await seen(by)).toEqual([]);
  });
});
