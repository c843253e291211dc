import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stableId } from '../../subgraphs/kit/base/ids.js';
import { createFileRoutes } from '../../subgraphs/kit/room/files/file-routes.js';
import { idempotencyKey, secretariat, startInstitutions } from './institutions-room.js';
import { endOfJob, person, type RoomOnPostgres } from './room-on-postgres.js';

const data = process.env['AMRLO_SHARED_DATA'] ?? path.join(import.meta.dirname, '../../../shared/data');
const list = await readFile(path.join(data, 'cn/moe_institutions_2025.json'), 'utf8').catch(() => undefined);
if (list === undefined)
  process.stdout.write(`The Ministry's list is not in ${data}; its import is not tested.\n`);

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions();
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

async function importList(content: string | Uint8Array, by = secretariat) {
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
      input: { uploadId, idempotencyKey: idempotencyKey() },
    },
  );
  expect(start.data.importRoster.userErrors).toEqual([]);
  const { id } = start.data.importRoster.rosterImport;
  const report = `query ($id: ID!) { rosterImport(id: $id) {
    job { state errorCode } asOf added changed unchanged rejectedCount rejected { row field code } } }`;
  return endOfJob(room.wakeBus, id, async () => (await room.ask(by, report, { id })).data.rosterImport);
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
