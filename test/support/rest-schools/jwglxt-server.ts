import { account, recordsOf } from './school-records.js';
import { startRestServer, type Asked, type Reply, type RestServer } from './rest-server.js';

/** A jwglxt front and the ways in which it can be spoiled. */
export interface Jwglxt extends RestServer {
  /** Every token given so far is no longer good. */
  forgetTokens(): void;
}

/**
 * The records of a school behind the data centre's front of jwglxt, under `/jwglxt`. The envelope of the grades is the
 * one that public clients have recorded; without a token the front sends the page to log in, as the system does.
 */
export async function startJwglxt(school: string): Promise<Jwglxt> {
  const students = recordsOf(school, 'students');
  const grades = recordsOf(school, 'grades');
  let given = 0;
  let good = '';
  const reply = (asked: Asked): Reply => {
    if (asked.path === '/jwglxt/open/auth/token') {
      const known =
        asked.form.get('clientId') === account.clientId &&
        asked.form.get('clientSecret') === account.clientSecret;
      if (!known) return { json: { code: 401, data: null } };
      good = `jw-${(given += 1)}`;
      return { json: { code: 0, data: { token: good } } };
    }
    if (good === '' || asked.headers['token'] !== good) return { status: 401, text: '<h5>用户登录</h5>' };
    if (asked.method !== 'POST')
      return { status: 302, headers: { location: '/jwglxt/xtgl/login_slogin.html' } };
    const number = asked.form.get('xh') ?? '';
    if (asked.path === '/jwglxt/xsxxxggl/xsxxwh_cxCkDgxsxx.html' && asked.query.get('gnmkdm') === 'N100801') {
      // An unknown number is null, not 404.
      return { json: students.find(({ xh }) => xh === number) ?? null };
    }
    if (asked.path === '/jwglxt/cjcx/cjcx_cxXsgrcj.html' && asked.query.get('doType') === 'query') {
      return {
        json: pageOf(
          grades.filter(({ xh }) => number === '' || xh === number),
          asked,
        ),
      };
    }
    return { status: 404, text: '<h1>404</h1>' };
  };
  const server = await startRestServer(reply);
  return { ...server, forgetTokens: () => void (good = '') };
}

function pageOf(items: readonly Record<string, unknown>[], { form }: Asked): object {
  const showCount = Number(form.get('queryModel.showCount') ?? 10);
  const currentPage = Number(form.get('queryModel.currentPage') ?? 1);
  return {
    currentPage,
    currentResult: (currentPage - 1) * showCount,
    entityOrField: false,
    items: items.slice((currentPage - 1) * showCount, currentPage * showCount),
    limit: 15,
    offset: 0,
    pageNo: 0,
    pageSize: 15,
    showCount,
    sortName: form.get('queryModel.sortName'),
    sortOrder: form.get('queryModel.sortOrder'),
    sorts: [],
    totalCount: items.length,
    totalPage: Math.ceil(items.length / showCount),
    totalResult: items.length,
  };
}
