import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AmrloError, messageOf } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { stableId } from '../../subgraphs/kit/base/ids.js';
import { parseRoster } from '../../subgraphs/institutions/roster/parse-roster.js';
import { header, importList, listOf, ministryList, school, title } from './institutions-roster-lists.js';
import { secretariat, startInstitutions } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions();
});
afterAll(async () => room[Symbol.asyncDispose]());

const sheet = (...rows: object[]) => JSON.stringify([title, header, ...rows]);

/** Why a text is no list at all, in Chinese and in English. */
function refusalOf(text: string): string[] {
  try {
    parseRoster(text);
  } catch (error) {
    if (error instanceof AmrloError) return [error.messageIn('zh-CN'), error.messageIn('en')];
    throw error;
  }
  return [];
}

const count = async () =>
  (await room.sql.query('select count(*)::int as n from institution')).rows[0].n as number;

describe('the roster', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['broken JSON', '[{"A": ', 'FILE_NOT_JSON'],
    ['JSON of another shape', '{"a": 1}', 'FILE_NOT_A_LIST'],
    [
      'another encoding',
      Buffer.concat([Buffer.from('[{"A":"'), Buffer.from([0xc8, 0xab, 0xb9, 0xfa]), Buffer.from('"}]')]),
      'FILE_WRONG_ENCODING',
    ],
    ['another header', JSON.stringify([title, { A: '序号' }, school(1)]), 'FILE_COLUMNS_MISSING'],
    ['no date', JSON.stringify([{ A: '名单' }, header, school(1)]), 'ROSTER_DATE_MISSING'],
    ['no row', sheet(), 'FILE_HAS_NO_ROWS'],
  ])('is not taken from a file with %s, and nothing is half-written', async (_, content, code) => {
    const before = await count();
    expect((await importList(room, content)).job).toEqual({ state: 'FAILED', errorCode: code });
    expect(await count()).toBe(before);
  });

  test('takes the sound rows in one step and reports duplicates, faults and a count that differs, each with its row', async () => {
    const done = await importList(
      room,
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
      { row: 3, field: null, code: 'ROSTER_COUNT_DIFFERS' },
      { row: 6, field: '学校标识码', code: 'ROW_DUPLICATE' },
      { row: 7, field: '办学层次', code: 'CELL_INVALID' },
      { row: 8, field: '学校名称', code: 'CELL_CORRUPT' },
    ]);
    const again = await importList(room, listOf('2025-06-20', school(1), school(2)));
    expect(again).toMatchObject({ added: 0, changed: 0, unchanged: 2, rejectedCount: 0, comparison: null });
  });

  test('is not taken when no row of it fits, and the rows say why', async () => {
    const done = await importList(
      room,
      sheet(school(1), { A: '宁夏回族自治区（1所）' }, school(2, { C: '' })),
    );
    expect(done.job).toEqual({ state: 'FAILED', errorCode: 'FILE_HAS_NO_ROWS' });
    expect(done.rejected).toEqual([
      { row: 3, field: '序号', code: 'ROSTER_PROVINCE_MISSING' },
      { row: 5, field: '学校标识码', code: 'CELL_EMPTY' },
    ]);
  });

  test.each([
    ['[{"A": ', /^文件不是 JSON（.+）；请/, /^The file is not JSON \(.+\); export/],
    [
      JSON.stringify([title, { A: '序号', B: '学校名称' }]),
      /第 2 行须是表头，但缺少这些列：学校标识码、/,
      /^Row 2 must be/,
    ],
    [
      JSON.stringify([{ A: '名单' }, header]),
      /第 1 行须是写有日期的名单标题，如“.+（截至/,
      /with its title and upload/,
    ],
  ])('that is broken like %s is refused with what to do about it, in two languages', (text, zh, en) => {
    expect(refusalOf(text)).toEqual([expect.stringMatching(zh), expect.stringMatching(en)]);
  });

  test('names for each row that does not fit what stands there and what should', () => {
    const { rejected } = parseRoster(
      sheet(
        { A: '宁夏回族自治区（5所）' },
        school(1, { C: '123' }),
        school(2, { F: '中专' }),
        school(3, { B: '校'.repeat(201) }),
        school(4, { D: '' }),
      ),
    );
    expect(rejected.map(({ code, parameters }) => messageOf(code, parameters, 'zh-CN'))).toEqual([
      '第 4 行的“学校标识码”不能是“123”，应如“4111010001”；请更正后重新导入。',
      '第 5 行的“办学层次”不能是“中专”，应如“本科、专科”；请更正后重新导入。',
      '第 6 行的“学校名称”超过 200 个字，请缩短后重新导入。',
      '第 7 行的“主管部门”为空，请补全后重新导入。',
      '第 3 行写明宁夏回族自治区有 5 所，其后却列出 4 所；请核对是否漏行或多行。',
    ]);
  });

  test('is imported by the secretariat and nobody else', async () => {
    const { data: answer } = await room.ask(
      person('reg', 'REGISTRAR@x'),
      'mutation { importRoster(input: { uploadId: "upl_1", idempotencyKey: "k-0000001" }) { userErrors { code } } }',
    );
    expect(answer.importRoster.userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  });

  (ministryList === undefined ? test.skip : test)(
    'of the Ministry has 2,919 institutions, none rejected, and a second import changes none',
    async () => {
      await room.sql.query('truncate institution, roster_edition cascade');
      await room.sql.query(
        `insert into role_grant (id, subject, role, valid_from, given_by, created_at) values ('g', 'sec', 'SECRETARIAT', now(), 'x', now())`,
      );
      expect(await importList(room, ministryList!)).toMatchObject({
        asOf: '2025-06-20',
        added: 2919,
        changed: 0,
        unchanged: 0,
        rejectedCount: 0,
        rejected: [],
      });
      expect(await importList(room, ministryList!)).toMatchObject({
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
