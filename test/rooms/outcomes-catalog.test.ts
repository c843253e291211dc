import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import iconv from 'iconv-lite';
import { newId } from '../../subgraphs/kit/base/ids.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { startOutcomes, type OutcomesRoom, type Tree } from './outcomes-room.js';
import { person } from './room-on-postgres.js';

const school = newId('Institution');
const otherSchool = newId('Institution');
const registrar = person('registrar', `REGISTRAR@${school}`);
const stranger = person('stranger', `REGISTRAR@${otherSchool}`);
const secretariat = person('secretariat', 'SECRETARIAT');

const header = 'yxmc,kcmc,kcbm,xqxs,xqxf,nj,xn,xq,yqdrs';
const line = (code: string, name: string, hours: string, credits: string, number = '001', term = '1') =>
  `信息学院,${name},${number}-(2018-2019-${term})${code}(教学班),${hours},${credits},2016,2018-2019,${term},30`;
const file = (...lines: string[]) => [header, ...lines, ''].join('\n');

const shared = process.env['AMRLO_SHARED_DATA'] ?? path.resolve('../shared/data');

let outcomes: OutcomesRoom;
beforeAll(async () => {
  outcomes = await startOutcomes();
});
afterAll(() => outcomes.stop());

const sjtu = (institutionId: string) => ({ institutionId, format: 'SJTU_CSV' });
const rowsOf = async (institutionId: string) =>
  outcomes.sql.execute<{ code: string }>(
    `select code, hours::text, valid_from::text, valid_to::text, version from outcomes.course
       where institution_id = ? order by code, valid_from`,
    [institutionId],
  );

describe('an import of a catalog', () => {
  test('takes what fits, sets aside what cannot be, reports the rest, and changes nothing the second time', async () => {
    const content = file(
      line('AA101', '数据结构', '64', '4'),
      line('AA101', '数据结构', '68', '4', '002'),
      line('ES003', '工程学导论', '2017', '3'),
      line('AA101', '数据结构', '64', '4'),
      line('', '没有课号', '64', '4'),
    );
    const first = await outcomes.importCatalog(registrar, content, sjtu(school));
    expect(first).toMatchObject({
      job: { state: 'SUCCEEDED', done: 5, total: 5 },
      institution: { id: school },
      courses: { added: 1, changed: 0, unchanged: 0 },
      offerings: { added: 2, changed: 0, unchanged: 0 },
      quarantinedCount: 1,
      rejectedCount: 2,
      rejected: [
        { row: 5, field: 'kcbm', code: 'ROW_DUPLICATE' },
        { row: 6, field: 'kcbm', code: 'CELL_INVALID' },
      ],
    });
    const [quarantined] = first.quarantined.edges;
    expect(quarantined.node).toMatchObject({ row: 4, code: 'HOURS_IMPOSSIBLE' });
    expect(quarantined.node.message).toContain('2017 hours for 3 credits');
    expect(quarantined.node.content).toContainEqual({ column: 'xqxs', value: '2017' });
    const before = await rowsOf(school);

    const second = await outcomes.importCatalog(registrar, content, sjtu(school));
    expect(second).toMatchObject({
      courses: { added: 0, changed: 0, unchanged: 1 },
      offerings: { added: 0, changed: 0, unchanged: 2 },
    });
    expect(await rowsOf(school)).toEqual(before);
  });

  test('begins a new edition where a later term has other facts, and ends the one before', async () => {
    const id = newId('Institution');
    await outcomes.importCatalog(
      secretariat,
      file(line('BB1', '电路', '48', '3'), line('BB2', '光学', '48', '3')),
      sjtu(id),
    );
    const spring = file(
      line('BB1', '电路', '64', '4', '001', '2'),
      line('BB2', '光学', '48', '3', '001', '2'),
    );
    const result = await outcomes.importCatalog(secretariat, spring, sjtu(id));
    expect(result.courses).toEqual({ added: 0, changed: 1, unchanged: 1 });
    expect(await rowsOf(id)).toMatchObject([
      { code: 'BB1', hours: '48', valid_from: '2018-09-01', valid_to: '2019-03-01' },
      { code: 'BB1', hours: '64', valid_from: '2019-03-01', valid_to: null },
      { code: 'BB2', hours: '48', valid_from: '2018-09-01', valid_to: null },
    ]);
    const { data } = await outcomes.ask(
      anonymous,
      `query ($id: ID!) { courses(filter: { institutionId: $id }) { totalCount edges { node { code hours
         offerings(first: 10) { totalCount edges { node { term hours } } } } } } }`,
      { id },
    );
    expect(data.courses).toEqual({
      totalCount: 2,
      edges: [
        {
          node: {
            code: 'BB1',
            hours: '64',
            offerings: { totalCount: 1, edges: [{ node: { term: 2, hours: '64' } }] },
          },
        },
        {
          node: {
            code: 'BB2',
            hours: '48',
            offerings: {
              totalCount: 2,
              edges: [{ node: { term: 1, hours: '48' } }, { node: { term: 2, hours: '48' } }],
            },
          },
        },
      ],
    });
  });

  test.each([
    ['GBK', iconv.encode(file(line('CC101', '数据结构', '64', '4')), 'gbk'), 'FILE_WRONG_ENCODING'],
    ['a broken CSV', file('"open,x'), 'FILE_NOT_CSV'],
    ['JSON where CSV was announced', '[{"id":"A"}]', 'FILE_NOT_CSV'],
    ['only a header', `${header}\n`, 'FILE_HAS_NO_ROWS'],
    ['nothing', ' ', 'FILE_COLUMNS_MISSING'],
  ])('refuses %s with a stable code and writes nothing', async (_, content, errorCode) => {
    const id = newId('Institution');
    const result = await outcomes.importCatalog(secretariat, content, sjtu(id));
    expect(result.job).toMatchObject({ state: 'FAILED', errorCode });
    expect(result.job.errorMessage).not.toBe('');
    expect(result.courses).toBeNull();
    expect(await rowsOf(id)).toEqual([]);
  });

  test('leaves nothing behind when a statement of it fails', async () => {
    const id = newId('Institution');
    await outcomes.sql.execute(
      `alter table outcomes.course_offering add constraint trap check (class_key not like '%TRAP%')`,
    );
    const content = file(line('DD101', '数据结构', '64', '4'), line('TRAP1', '陷阱', '64', '4'));
    const result = await outcomes.importCatalog(secretariat, content, sjtu(id));
    await outcomes.sql.execute('alter table outcomes.course_offering drop constraint trap');
    expect(result.job).toMatchObject({ state: 'FAILED', errorCode: 'INTERNAL' });
    expect(await rowsOf(id)).toEqual([]);
  });

  test('is for the institution of the one who asks, and for the secretariat', async () => {
    const uploadId = await outcomes.upload(stranger, file(line('AA1', '电路', '48', '3')));
    const { data } = await outcomes.ask(
      stranger,
      `mutation ($input: ImportCatalogInput!) { importCatalog(input: $input) { catalogImport { id } userErrors { code } } }`,
      { input: { uploadId, ...sjtu(school), idempotencyKey: newId('Request') } },
    );
    expect(data.importCatalog).toEqual({ catalogImport: null, userErrors: [{ code: 'ACTION_FORBIDDEN' }] });
  });

  test('does not take the upload of somebody else, and checks scheme and institution', async () => {
    const start = async (input: object) => {
      const { data } = await outcomes.ask(
        registrar,
        `mutation ($input: ImportCatalogInput!) { importCatalog(input: $input) { userErrors { code path } } }`,
        { input: { uploadId, ...sjtu(school), idempotencyKey: newId('Request'), ...input } },
      );
      return data.importCatalog.userErrors;
    };
    const uploadId = await outcomes.upload(stranger, file(line('AA1', '电路', '48', '3')));
    expect(await start({})).toMatchObject([{ code: 'UPLOAD_NOT_FOUND' }]);
    expect(await start({ creditScheme: 'cn 16' })).toEqual([
      { code: 'INPUT_INVALID', path: ['input', 'creditScheme'] },
    ]);
    expect(await start({ institutionId: 'x' })).toEqual([
      { code: 'INPUT_INVALID', path: ['input', 'institutionId'] },
    ]);
  });

  test('is hidden from others, its rows from everybody but the officials', async () => {
    const done = await outcomes.importCatalog(
      registrar,
      file(line('ES003', '工程学导论', '2017', '3')),
      sjtu(school),
    );
    const seen = async (who: typeof registrar) =>
      (
        await outcomes.ask(
          who,
          `query ($id: ID!) { catalogImport(id: $id) { quarantined { totalCount } } }`,
          { id: done.id },
        )
      ).data.catalogImport;
    expect(await seen(stranger)).toBeNull();
    expect(await seen(secretariat)).toEqual({ quarantined: { totalCount: 1 } });
    const client = await outcomes.connectAsApp();
    const { rows } = await client.query('select * from outcomes.quarantined_row');
    await expect(client.query('delete from outcomes.quarantined_row')).rejects.toThrow('permission denied');
    expect(rows).toEqual([]);
  });
});

describe('the real catalogs', () => {
  const real = (name: string) => path.join(shared, name);
  const sjtuFile = 'cn/sjtu/sjtu_offerings_2018_2019_1.csv';
  const sustechFile = 'cn/sustech/courses.json';
  const when = (name: string) => (existsSync(real(name)) ? test : test.skip);
  const reason = (name: string) => (existsSync(real(name)) ? '' : ` (skipped: ${name} is not at hand)`);

  when(sjtuFile)(`SJTU: 1,556 courses, 2,940 classes, 182 repetitions${reason(sjtuFile)}`, async () => {
    const id = newId('Institution');
    const content = readFileSync(real(sjtuFile));
    const result = await outcomes.importCatalog(secretariat, content, sjtu(id));
    expect(result).toMatchObject({
      job: { state: 'SUCCEEDED', done: 3_122, total: 3_122 },
      courses: { added: 1_556, changed: 0, unchanged: 0 },
      offerings: { added: 2_940, changed: 0, unchanged: 0 },
      quarantinedCount: 0,
      rejectedCount: 182,
    });
    const again = await outcomes.importCatalog(secretariat, content, sjtu(id));
    expect(again).toMatchObject({ courses: { unchanged: 1_556 }, offerings: { unchanged: 2_940 } });
    const { data } = await outcomes.ask(
      anonymous,
      `query ($id: ID!) { courses(filter: { institutionId: $id, code: "EE303" }) { edges { node { hours
         offerings(first: 100) { edges { node { hours } } } } } } }`,
      { id },
    );
    const [{ node }] = data.courses.edges;
    const hours = node.offerings.edges.map((edge: Tree) => edge.node.hours);
    expect(new Set(hours)).toEqual(new Set(['48', '51']));
    const most = hours.filter((h: string) => h === '51').length > hours.length / 2 ? '51' : '48';
    expect(node.hours).toBe(most);
  });

  when(sustechFile)(`SUSTech: 108 courses from the day of the import${reason(sustechFile)}`, async () => {
    const id = newId('Institution');
    const input = { institutionId: id, format: 'SUSTECH_JSON' };
    const result = await outcomes.importCatalog(secretariat, readFileSync(real(sustechFile)), input);
    expect(result).toMatchObject({
      courses: { added: 108 },
      offerings: { added: 0 },
      quarantinedCount: 0,
      rejectedCount: 0,
    });
    outcomes.clock.advance(24 * 60 * 60 * 1000 - 1);
    const again = await outcomes.importCatalog(secretariat, readFileSync(real(sustechFile)), input);
    expect(again.courses).toEqual({ added: 0, changed: 0, unchanged: 108 });
  });
});
