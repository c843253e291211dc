import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { person, startRoomOnPostgres, type RoomOnPostgres } from '../rooms/room-on-postgres.js';
import { type noteOrders, notesModule } from './notes-room.js';

let notes: RoomOnPostgres;
const service = servicePrincipal('test');
const query = `query ($first: Int, $after: String, $last: Int, $before: String, $order: String) {
  notes(first: $first, after: $after, last: $last, before: $before, order: $order) {
    edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

beforeAll(async () => {
  notes = await startRoomOnPostgres(notesModule);
});
afterAll(async () => notes[Symbol.asyncDispose]());

interface Row {
  readonly title: string | null;
  readonly rank: number | null;
  readonly day: number | null;
}
const row: fc.Arbitrary<Row> = fc.record({
  // Few values, so that ties are the rule, and letters that collations order in their own way.
  title: fc.constantFrom(null, null, '', 'a', 'B', 'b', '宁夏', "o'b", '%_\\'),
  rank: fc.constantFrom(null, -1, 0, 1, 2_147_483_647),
  day: fc.constantFrom(null, 0, 1, 2),
});

async function fill(rows: readonly Row[]): Promise<void> {
  await notes.sql.query('truncate note');
  await notes.sql.query(
    `insert into note (id, owner, title, rank, noted_at)
     select 'n' || lpad(i::text, 3, '0'), 'anna', r.title, r.rank, '2026-01-01T00:00:00.123Z'::timestamptz + r.day * interval '1 day'
     from rows from (jsonb_to_recordset($1::jsonb) as (title text, rank int, day int)) with ordinality as r (title, rank, day, i)`,
    [JSON.stringify(rows)],
  );
}

const sqlOrders: Record<keyof typeof noteOrders, string> = {
  title: 'title',
  titleDown: 'title desc',
  titleNullsLast: 'title nulls last',
  titleNullsFirst: 'title nulls first',
  titleDownNullsLast: 'title desc nulls last',
  rank: 'rank',
  rankDownNullsFirst: 'rank desc nulls first',
  notedAt: 'noted_at nulls last',
  notedAtDown: 'noted_at desc',
};

async function walk(order: string, size: number, backward: boolean): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 60; page += 1) {
    const variables = backward
      ? { last: size, before: cursor, order }
      : { first: size, after: cursor, order };
    const { data, errors } = await notes.ask(service, query, variables);
    expect(errors).toBeUndefined();
    const { edges, pageInfo } = data.notes;
    const ids = edges.map((edge: { node: { id: string } }) => edge.node.id);
    if (backward) seen.unshift(...ids);
    else seen.push(...ids);
    expect(backward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage).toBe(page > 0);
    if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return seen;
    cursor = backward ? pageInfo.startCursor : pageInfo.endCursor;
  }
  throw new Error('The walk did not end.');
}

describe('walking the pages of a connection', () => {
  const orders = Object.keys(sqlOrders) as (keyof typeof noteOrders)[];

  test('gives every row once and in order, forward and backward, with null keys and ties, in every order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 14 }),
        fc.integer({ min: 1, max: 5 }),
        async (rows, size) => {
          await fill(rows);
          for (const order of orders) {
            const expected = (
              await notes.sql.query(`select id from note order by ${sqlOrders[order]}, id`)
            ).rows.map(({ id }) => id as string);
            expect([order, await walk(order, size, false)]).toEqual([order, expected]);
            expect([order, await walk(order, size, true)]).toEqual([order, expected]);
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);
});

describe('a page', () => {
  const codes = async (variables: object) =>
    (await notes.ask(service, query, variables as Record<string, unknown>)).errors?.map(
      (error) => error.extensions?.['code'],
    );

  test.each([{ first: 0 }, { first: 101 }, { last: 0 }, { last: 101 }, { first: -1 }, { first: 1, last: 1 }])(
    'of %p is refused',
    async (size) => {
      expect(await codes(size)).toEqual(['PAGE_SIZE_INVALID']);
    },
  );

  test('has 20 items unless told otherwise, and 100 at most', async () => {
    await fill(Array.from({ length: 120 }, () => ({ title: 'x', rank: 1, day: 1 })));
    expect((await notes.ask(service, query)).data.notes.edges).toHaveLength(20);
    expect((await notes.ask(service, query, { first: 100 })).data.notes.edges).toHaveLength(100);
  });

  test('after a cursor that we did not make is refused, and costs nothing else of the request', async () => {
    await fill([
      { title: 'a', rank: 1, day: 1 },
      { title: 'b', rank: 2, day: 2 },
    ]);
    const good = (await notes.ask(service, query, { first: 1, order: 'rank' })).data.notes.pageInfo
      .endCursor as string;
    expect(await codes({ after: good, order: 'rank' })).toBeUndefined();
    const mark = good.slice(0, 6);
    const forged = (...values: unknown[]) => mark + Buffer.from(JSON.stringify(values)).toString('base64url');
    const bad = [
      '',
      'x',
      '!',
      good.slice(6),
      `${good}x`.slice(3),
      `${mark}%%%`,
      mark,
      forged(),
      forged(1),
      forged(1, 'n001', 2),
      forged('1', 'n001'),
      forged(2 ** 40, 'n001'),
      forged(1.5, 'n001'),
      forged(1, null),
      forged(1, { $ne: null }),
      forged([1], 'n001'),
      forged(1, 'n\0'),
      mark + Buffer.from('{"a":1}').toString('base64url'),
    ];
    for (const after of bad)
      expect([after, await codes({ after, order: 'rank' })]).toEqual([after, ['CURSOR_INVALID']]);
    for (const before of bad)
      expect(await codes({ last: 1, before, order: 'rank' })).toEqual(['CURSOR_INVALID']);
    const answer = await notes.ask(
      service,
      `{ bad: notes(after: "x") { totalCount } good: notes { totalCount } }`,
    );
    expect(answer.data).toEqual({ bad: null, good: { totalCount: 2 } });
  });

  test('after a cursor of another order is refused', async () => {
    const cursor = (await notes.ask(service, query, { first: 1, order: 'title' })).data.notes.pageInfo
      .endCursor;
    expect(await codes({ after: cursor, order: 'title' })).toBeUndefined();
    expect(await codes({ after: cursor, order: 'titleDown' })).toEqual(['CURSOR_INVALID']);
    const dated = (await notes.ask(service, query, { first: 1, order: 'notedAt' })).data.notes.pageInfo
      .endCursor as string;
    const forged = (at: unknown) =>
      dated.slice(0, 6) + Buffer.from(JSON.stringify([at, 'n001'])).toString('base64url');
    for (const at of ['x', '2026-13-01T00:00:00Z', '+275760-01-01T00:00:00.000Z', 5]) {
      expect(await codes({ after: forged(at), order: 'notedAt' })).toEqual(['CURSOR_INVALID']);
    }
  });

  test('is counted only when the total is selected, through fragments too, and counts what the caller may see', async () => {
    await fill([
      { title: 'a', rank: 1, day: 1 },
      { title: 'b', rank: 2, day: 2 },
    ]);
    const ask = async (text: string) => (await notes.ask(person('anna'), text)).data.notes;
    expect(await ask('{ notes(first: 1) { totalCount edges { node { id } } } }')).toMatchObject({
      totalCount: 2,
    });
    expect(
      await ask('{ notes { ...T } } fragment T on NoteConnection { ... on NoteConnection { totalCount } }'),
    ).toEqual({ totalCount: 2 });
    expect((await notes.ask(person('boris'), '{ notes { totalCount } }')).data.notes).toEqual({
      totalCount: 0,
    });
  });
});
