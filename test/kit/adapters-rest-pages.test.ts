import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ExactJson } from '../../subgraphs/adapters/drivers/rest/exact-json.js';
import { nextLink, readList, TooManyItems } from '../../subgraphs/adapters/drivers/rest/pages.js';
import type { Answer, Question } from '../../subgraphs/adapters/drivers/rest/rest-client.js';
import {
  restDriverSchema,
  type DeclaredPaging,
} from '../../subgraphs/adapters/drivers/rest/rest-declaration.js';

const host = 'https://school.example';
const question: Question = { method: 'GET', path: '/results', query: {} };
const offset = pagingOf({ by: 'offset', size: 3, sizeParameter: 'limit', positionParameter: 'offset' });
const pages = pagingOf({ by: 'page', size: 3, sizeParameter: 'pageSize', positionParameter: 'pageNumber' });
const withTotal: DeclaredPaging = { ...offset, total: { header: 'X-Total-Count' } };

function pagingOf(paging: object): DeclaredPaging {
  const declared = restDriverSchema.parse({
    kind: 'rest',
    authentication: { kind: 'none' },
    sources: { students: { path: 'x', columns: ['id'], paging } },
  });
  return declared.sources.students!.paging!;
}

const item = (id: number) => ({ id: String(id) });
const everything = Array.from({ length: 7 }, (_, at) => item(at + 1));

type Page = { body: ExactJson; headers?: Record<string, string> };

/** A service that answers each question by a function of it; it gives up when it is asked too often. */
function service(answer: (query: Record<string, string>, asked: number) => Page) {
  const asked: Question[] = [];
  const ask = async (one: Question): Promise<Answer> => {
    asked.push(one);
    if (asked.length > 100) throw new Error('asked without end');
    const { body, headers = {} } = answer({ ...one.query, ...one.form }, asked.length);
    return {
      status: 200,
      body,
      header: (name) => headers[name],
      url: new URL(`${one.path}?${new URLSearchParams(one.query)}`, host),
    };
  };
  return { asked, ask };
}

const slice = ({ offset: from, limit }: Record<string, string>) =>
  everything.slice(Number(from), Number(from) + Number(limit));
const read = (
  paging: DeclaredPaging | undefined,
  ask: (one: Question) => Promise<Answer>,
  more: object = {},
) => readList({ question, items: '', paging, key: 'id', maxRows: 1_000, ...more }, ask);
const ids = (items: readonly ExactJson[]) => items.map((one) => Number((one as { id: string }).id));
const all = [1, 2, 3, 4, 5, 6, 7];

describe('a list over several pages', () => {
  test('by offset with X-Total-Count is whole when as many came as were promised', async () => {
    const { ask, asked } = service((query) => ({ body: slice(query), headers: { 'x-total-count': '7' } }));
    const found = await read(withTotal, ask);
    expect([ids(found.items), found.complete, asked.length]).toEqual([all, true, 3]);
  });

  test('by page number goes on while hasNextPage says so, and totalPages agrees', async () => {
    const { ask, asked } = service(({ pageNumber, pageSize }) => {
      const from = (Number(pageNumber) - 1) * Number(pageSize);
      return {
        body: {
          items: everything.slice(from, from + 3),
          hasNextPage: Number(pageNumber) < 3,
          totalPages: '3',
        },
      };
    });
    const found = await read({ ...pages, more: 'hasNextPage', totalPages: 'totalPages' }, ask, {
      items: 'items',
    });
    expect([ids(found.items), found.complete, asked.length]).toEqual([all, true, 3]);
  });

  test('by form fields and a total in the answer is read as jwglxt and EMAP give it', async () => {
    const form = { xh: '1' };
    const { ask, asked } = service(({ 'queryModel.currentPage': page, 'queryModel.showCount': size }) => {
      const from = (Number(page) - 1) * Number(size);
      return { body: { items: everything.slice(from, from + Number(size)), totalCount: '7' } };
    });
    const paging: DeclaredPaging = {
      ...pages,
      sizeParameter: 'queryModel.showCount',
      positionParameter: 'queryModel.currentPage',
      total: { at: 'totalCount' },
    };
    const found = await read(paging, ask, {
      items: 'items',
      question: { ...question, method: 'POST', form },
    });
    expect([ids(found.items), found.complete]).toEqual([all, true]);
    expect(asked[1]?.form).toEqual({ xh: '1', 'queryModel.showCount': '3', 'queryModel.currentPage': '2' });
    expect(asked[1]?.query).toEqual({});
  });

  test('follows next links on the same host, relative ones too', async () => {
    const { ask, asked } = service((query) => {
      const from = Number(query['offset']);
      const next = from + 3 < 7 ? `, </results?limit=3&offset=${from + 3}>; rel="next"` : '';
      return { body: slice(query), headers: { link: `<${host}/results?offset=0>; rel="first"${next}` } };
    });
    const found = await read({ ...offset, link: true }, ask);
    expect([ids(found.items), found.complete, asked.length]).toEqual([all, true, 3]);
  });

  test('in one answer without paging is whole', async () => {
    const { ask } = service(() => ({ body: everything }));
    expect((await read(undefined, ask)).complete).toBe(true);
  });
});

describe('traps of paging', () => {
  test('a missing total means that nobody can call the list whole', async () => {
    const { ask, asked } = service((query) => ({ body: slice(query) }));
    const found = await read(withTotal, ask);
    expect([ids(found.items), found.complete, asked.length]).toEqual([all, false, 3]);
  });

  test('an unreadable total is a missing one', async () => {
    for (const total of ['', '-1', 'many', '1e3', '7.0']) {
      const { ask } = service((query) => ({ body: slice(query), headers: { 'x-total-count': total } }));
      expect((await read(withTotal, ask)).complete).toBe(false);
    }
  });

  test('a total that changes once is read again from the beginning', async () => {
    const { ask, asked } = service((query, count) => ({
      body: slice(query),
      headers: { 'x-total-count': count === 1 ? '6' : '7' },
    }));
    const found = await read(withTotal, ask);
    expect([ids(found.items), found.complete, asked.length]).toEqual([all, true, 5]);
  });

  test('a total that never stays the same is given as it came and not called whole', async () => {
    const { ask } = service((query, count) => ({
      body: slice(query),
      headers: { 'x-total-count': String(6 + (count % 5)) },
    }));
    const found = await read(withTotal, ask);
    expect(ids(found.items)).toEqual(all);
    expect(found.complete).toBe(false);
  });

  test('a page that comes again ends the reading', async () => {
    const { ask, asked } = service(() => ({
      body: everything.slice(0, 3),
      headers: { 'x-total-count': '7' },
    }));
    const found = await read(withTotal, ask);
    expect([ids(found.items), found.complete, asked.length]).toEqual([[1, 2, 3], false, 2]);
  });

  test('pages that overlap give each item once, and the count decides', async () => {
    const { ask } = service(({ offset: from }) => ({
      body: everything.slice(Math.max(0, Number(from) - 1), Number(from) + 2),
      headers: { 'x-total-count': '7' },
    }));
    const found = await read(withTotal, ask);
    expect([ids(found.items), found.complete]).toEqual([all, true]);
  });

  test('a page shorter than asked for is followed by the rest, because services have limits of their own', async () => {
    const { ask } = service(({ offset: from }) => ({
      body: everything.slice(Number(from), Number(from) + 2),
      headers: { 'x-total-count': '7' },
    }));
    const found = await read(withTotal, ask);
    expect([ids(found.items), found.complete]).toEqual([all, true]);
  });

  test('a list that ends before its promise is not whole', async () => {
    const { ask, asked } = service((query) => ({ body: slice(query), headers: { 'x-total-count': '9' } }));
    const found = await read(withTotal, ask);
    expect([ids(found.items), found.complete, asked.length]).toEqual([all, false, 4]);
  });

  test('hasNextPage without a next page, and totals that contradict it, are not believed', async () => {
    const endless = service(({ pageNumber }) => ({
      body: { items: pageNumber === '1' ? everything : [], hasNextPage: true },
    }));
    const found = await read({ ...pages, more: 'hasNextPage' }, endless.ask, { items: 'items' });
    expect([ids(found.items), found.complete, endless.asked.length]).toEqual([all, false, 2]);
    const liar = service(() => ({
      body: { items: everything.slice(0, 3), hasNextPage: false, totalPages: '2' },
    }));
    const paging = { ...pages, more: 'hasNextPage', totalPages: 'totalPages' };
    expect((await read(paging, liar.ask, { items: 'items' })).complete).toBe(false);
  });

  test('a next link to another host is never followed', async () => {
    for (const link of [
      '<https://elsewhere.example/results?offset=3>',
      '<http://school.example/results?offset=3>',
    ]) {
      const { ask, asked } = service((query) => ({
        body: slice(query),
        headers: { link: `${link}; rel="next"` },
      }));
      const found = await read({ ...offset, link: true }, ask);
      expect([ids(found.items), found.complete, asked.length]).toEqual([[1, 2, 3], false, 1]);
    }
  });

  test('a next link that leads on for ever ends with the first page of nothing new, or with the limit', async () => {
    const same = service(() => ({
      body: everything.slice(0, 3),
      headers: { link: '</results?offset=0>; rel=next' },
    }));
    expect((await read({ ...offset, link: true }, same.ask)).complete).toBe(false);
    expect(same.asked).toHaveLength(2);
    let id = 0;
    const fresh = service(() => ({
      body: [item((id += 1)), item((id += 1)), item((id += 1))],
      headers: { link: '</results?offset=0>; rel=next' },
    }));
    await expect(read({ ...offset, link: true }, fresh.ask, { maxRows: 50 })).rejects.toThrow(TooManyItems);
    expect(fresh.asked.length).toBeLessThan(20);
  });

  test('items that are null say that there are none; a place without items is no answer', async () => {
    const nothing = service(() => ({ body: { items: null, totalCount: '0' } }));
    expect(await read({ ...pages, total: { at: 'totalCount' } }, nothing.ask, { items: 'items' })).toEqual({
      items: [],
      complete: true,
    });
    const error = service(() => ({ body: { error: 'login first' } }));
    await expect(read(pages, error.ask, { items: 'items' })).rejects.toThrow('holds nothing at');
    await expect(read(pages, service(() => ({ body: 'text' })).ask)).rejects.toThrow('holds no list');
  });

  test('[null] says that there is nothing, a null among items that one is lost', async () => {
    expect(await read(undefined, service(() => ({ body: [null] })).ask)).toEqual({
      items: [],
      complete: true,
    });
    expect(await read(undefined, service(() => ({ body: [null, item(1)] })).ask)).toEqual({
      items: [item(1)],
      complete: false,
    });
  });

  test('whatever a service answers, reading ends, gives no item twice and claims no more than was promised', async () => {
    const page = fc.record({
      items: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 }),
      total: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
      more: fc.option(fc.boolean(), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 6 }), async (script) => {
        const { ask } = service((_, asked) => {
          const { items, total, more } = script[(asked - 1) % script.length]!;
          return {
            body: {
              items: items.map(item),
              ...(more !== undefined && { more }),
              ...(total !== undefined && { total: String(total) }),
            },
          };
        });
        const found = await read({ ...pages, total: { at: 'total' }, more: 'more' }, ask, { items: 'items' });
        const read1 = ids(found.items);
        expect(new Set(read1).size).toBe(read1.length);
        if (found.complete) {
          expect(
            script.some(
              ({ total, more }) => total === read1.length || (total === undefined && more === false),
            ),
          ).toBe(true);
        }
      }),
    );
  });
});

test('the next link is found among others, whatever their order and spelling', () => {
  expect(nextLink('<a>; rel="prev", <b?x=1,2>; title="t"; rel="next last"')).toBe('b?x=1,2');
  expect(nextLink('<a>; REL=NEXT')).toBe('a');
  expect(nextLink('<a>; rel="first"')).toBeNull();
  expect(nextLink('nonsense')).toBeNull();
});
