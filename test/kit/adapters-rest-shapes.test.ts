import { afterEach, describe, expect, test } from '@jest/globals';
import { createRestDriver, restDriverSchema } from '../../subgraphs/adapters/drivers/rest/rest-driver.js';
import type { RecordsDriver } from '../../subgraphs/adapters/kit/driver.js';
import { systemClock } from '../../subgraphs/kit/base/clock.js';
import { startRestServer, type Asked, type Reply } from '../support/rest-schools/rest-server.js';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function open(
  results: object,
  reply: (asked: Asked) => Reply,
  more: object = {},
): Promise<RecordsDriver> {
  const server = await startRestServer(reply);
  const declared = restDriverSchema.parse({
    kind: 'rest',
    authentication: { kind: 'none' },
    sources: { results },
    ...more,
  });
  const driver = createRestDriver(declared, {
    institution: 'Somewhere University',
    address: { url: server.url },
    clock: systemClock,
  });
  opened.push(
    () => driver.stop(),
    () => server.stop(),
  );
  return driver;
}

const context = () => ({ signal: new AbortController().signal, timeoutMs: 5_000 });

describe('shapes of answers that public clients of Chinese systems have recorded', () => {
  test('金智 EMAP: pages by form, the list deep inside, and a total that some versions leave out', async () => {
    const rows = Array.from({ length: 25 }, (_, at) => ({
      WID: `w${at}`,
      KCM: `课程${at}`,
      XF: 2.5,
      ZCJ: 80,
    }));
    const emap = (withTotal: boolean) => (asked: Asked) => {
      const [size, page] = [Number(asked.form.get('pageSize')), Number(asked.form.get('pageNumber'))];
      const xscjcx = {
        rows: rows.slice((page - 1) * size, page * size),
        ...(withTotal && { totalSize: rows.length }),
      };
      return { json: { code: '0', datas: { xscjcx } } };
    };
    const source = {
      method: 'POST',
      path: 'jwapp/sys/cjcx/modules/cjcx/xscjcx.do',
      form: { querySetting: '[{"name":"XH","value":"{studentNumber}"}]' },
      items: 'datas.xscjcx.rows',
      key: 'WID',
      paging: {
        by: 'page',
        size: 10,
        sizeParameter: 'pageSize',
        positionParameter: 'pageNumber',
        total: { at: 'datas.xscjcx.totalSize' },
      },
      columns: ['WID', 'KCM', 'XF', 'ZCJ'],
    };
    for (const withTotal of [true, false]) {
      const driver = await open(source, emap(withTotal), { successWhen: { code: '0' } });
      const one = context();
      expect(await driver.read('results', ['2021'], one)).toHaveLength(25);
      expect(await driver.hasRejectedRows!('2021', one)).toBe(!withTotal);
    }
  });

  test('强智 QZ: a list as the whole answer, and [null] for no data', async () => {
    const qz = (asked: Asked): Reply =>
      asked.query.get('xh') === '1'
        ? { text: '[{"kcmc":"体育","zcj":"优","xf":1.0}]', headers: { 'content-type': 'application/json' } }
        : { json: [null] };
    const driver = await open(
      {
        path: 'app.do',
        query: { method: 'getCjcx', xh: '{studentNumber}', xnxqid: '' },
        columns: ['kcmc', 'zcj', 'xf'],
      },
      qz,
    );
    expect(await driver.read('results', ['1'], context())).toEqual([
      { studentNumber: '1', kcmc: '体育', zcj: '优', xf: '1.0' },
    ]);
    expect(await driver.read('results', ['2'], context())).toEqual([]);
  });

  test('URP: terms with a list of courses each', async () => {
    const course = (courseNumber: string) => ({
      id: { courseNumber },
      courseName: '数学',
      gradePointScore: '-999.999',
    });
    const driver = await open(
      {
        path: 'student/integratedQuery/scoreQuery/x/allPassingScores/callback',
        items: 'lnList',
        explode: 'cjList',
        columns: ['termName', 'cjList.id.courseNumber', 'cjList.courseName'],
      },
      () => ({
        json: {
          lnList: [
            { termName: '秋', cjList: [course('1'), course('2')] },
            { termName: '春', cjList: null },
          ],
        },
      }),
    );
    expect(await driver.read('results', ['1'], context())).toEqual([
      { studentNumber: '1', termName: '秋', 'cjList.id.courseNumber': '1', 'cjList.courseName': '数学' },
      { studentNumber: '1', termName: '秋', 'cjList.id.courseNumber': '2', 'cjList.courseName': '数学' },
    ]);
  });

  test('a page to log in, sent with status 200, is a failure', async () => {
    const driver = await open({ path: 'x', columns: ['a'] }, () => ({ text: '<h5>用户登录</h5>' }));
    await expect(driver.read('results', ['1'], context())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
  });
});
