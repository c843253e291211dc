import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import type { RequestTrace, TraceNode } from '../../../gateway/engine/plan-trace.js';
import { composeGraph, type Part } from './composed-graph.js';

const same = async (one: unknown) => one;

const school: Part = {
  sdl: `
    type Query { school: School }
    type Mutation { add(n: Int!): Total  fail: Int  strict: Int! }
    type School @key(fields: "id") { id: ID!  head: Person  staff: [Person!]  rooms: [Room!] }
    type Person @key(fields: "id") { id: ID! }
    type Room @key(fields: "id") { id: ID!  keeper: Person }
    type Total @key(fields: "id") { id: ID!  sum: Int }
  `,
  resolvers: {
    Query: {
      school: () => ({
        id: 's',
        head: { id: 'p1' },
        staff: [{ id: 'p1' }, { id: 'p2' }, { id: 'p1' }],
        rooms: [
          { id: 'r1', keeper: { id: 'p2' } },
          { id: 'r2', keeper: null },
        ],
      }),
    },
    School: { __resolveReference: same },
    Person: { __resolveReference: same },
    Room: { __resolveReference: same },
  },
};

const people: Part = {
  sdl: `
    type Person @key(fields: "id") { id: ID!  name(upper: Boolean): String  friend: Person  desk: Desk }
    type Room @key(fields: "id") { id: ID!  size: Int  owner: Person }
    type Desk @key(fields: "id") { id: ID! }
  `,
  resolvers: {
    Person: {
      __resolveReference: same,
      name: ({ id }: { id: string }, { upper }: { upper?: boolean }) =>
        upper ? id.toUpperCase() : `name of ${id}`,
      friend: ({ id }: { id: string }) => ({ id: `friend of ${id}` }),
      desk: ({ id }: { id: string }) => ({ id: `desk of ${id}` }),
    },
    Room: { __resolveReference: same, size: () => 9, owner: () => ({ id: 'p9' }) },
  },
};

const goods: Part = {
  sdl: `type Desk @key(fields: "id") { id: ID!  wood: String }`,
  resolvers: { Desk: { __resolveReference: same, wood: ({ id }: { id: string }) => `wood of ${id}` } },
};

test('fetches to one subgraph that can start together are one request, and so is what follows them', async () => {
  const { ask, calls } = await composeGraph({ school, people, goods });
  const { data, errors } = await ask(
    'query ($u: Boolean) { school { head { name(upper: $u) desk { wood } } staff { name desk { wood } } rooms { size keeper { name } } } }',
    { u: true },
  );
  expect(errors).toEqual([]);
  const desk = (id: string) => ({ wood: `wood of desk of ${id}` });
  expect(data).toEqual({
    school: {
      head: { name: 'P1', desk: desk('p1') },
      staff: ['p1', 'p2', 'p1'].map((id) => ({ name: `name of ${id}`, desk: desk(id) })),
      rooms: [
        { size: 9, keeper: { name: 'name of p2' } },
        { size: 9, keeper: null },
      ],
    },
  });
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['school', 'people', 'goods']);
});

test('where only one of several fetches has something to ask, it is asked alone; where none has, nobody is', async () => {
  const { ask, calls } = await composeGraph(
    { school, people, goods },
    {
      answer: (subgraph) =>
        subgraph === 'school'
          ? { data: { school: { __typename: 'School', head: null, staff: [], rooms: null } } }
          : undefined,
    },
  );
  expect(await ask('{ school { head { name } staff { name } rooms { size } } }')).toEqual({
    data: { school: { head: null, staff: [], rooms: null } },
    errors: [],
  });
  expect(calls).toHaveLength(1);
  const { ask: askOne, calls: one } = await composeGraph(
    { school, people, goods },
    {
      answer: (subgraph) =>
        subgraph === 'school'
          ? { data: { school: { head: { __typename: 'Person', id: 'p1' }, staff: [], rooms: [] } } }
          : undefined,
    },
  );
  expect((await askOne('{ school { head { name } staff { name } rooms { size } } }')).data).toEqual({
    school: { head: { name: 'name of p1' }, staff: [], rooms: [] },
  });
  expect(one[1]?.variables).toEqual({ representations: [{ __typename: 'Person', id: 'p1' }] });
});

test('of a merged request each fetch gets its own errors', async () => {
  const { ask } = await composeGraph(
    { school, people, goods },
    {
      answer: (subgraph, { query }) => {
        if (subgraph !== 'people') return undefined;
        const broken =
          /(entities\d):_entities\(representations:\$representations\d\)\{\.\.\.on Room/.exec(query)?.[1] ??
          '';
        const others = [...query.matchAll(/(entities\d):/g)]
          .map(([, root]) => root ?? '')
          .filter((one) => one !== broken);
        return {
          data: Object.fromEntries([
            [broken, [null, { size: 3 }]],
            ...others.map((root) => [root, [{ name: 'a' }, { name: 'b' }].slice(0, /p2/.test(root) ? 1 : 2)]),
          ]) as Record<string, unknown>,
          errors: [{ message: 'x', path: [broken, 0], extensions: { code: 'STORE_UNAVAILABLE' } }],
        };
      },
    },
  );
  const { data, errors } = await ask('{ school { staff { name } rooms { size } } }');
  expect(data).toEqual({
    school: { staff: [{ name: 'a' }, { name: 'b' }, { name: 'a' }], rooms: [{ size: null }, { size: 3 }] },
  });
  expect(errors).toEqual([['school.rooms.0', 'STORE_UNAVAILABLE']]);
});

test('mutations run one after the other, each seeing what the one before did, and one that fails stops none', async () => {
  let sum = 0;
  const order: string[] = [];
  const { ask } = await composeGraph({
    school: {
      ...school,
      resolvers: {
        Mutation: {
          add: async (_: unknown, { n }: { n: number }) => {
            order.push(`begin ${n}`);
            await new Promise((resolve) => setImmediate(resolve));
            order.push(`end ${n}`);
            sum += n;
            return { id: 't', sum };
          },
          fail: () => {
            throw Object.assign(new Error('x'), { extensions: { code: 'STORE_UNAVAILABLE' } });
          },
        },
      },
    },
    people: {
      ...people,
      sdl: `${people.sdl} type Mutation { note(text: String!): String } type Total @key(fields: "id") { id: ID!  text: String }`,
      resolvers: {
        ...(people.resolvers as object),
        Mutation: { note: (_: unknown, { text }: { text: string }) => `${text} at ${sum}` },
        Total: { __resolveReference: same, text: () => `total ${sum}` },
      },
    },
    goods,
  });
  const { data, errors } = await ask(
    'mutation { a: add(n: 1) { sum text } note(text: "x") fail b: add(n: 2) { sum } again: note(text: "y") }',
  );
  expect(data).toEqual({
    a: { sum: 1, text: 'total 1' },
    note: 'x at 1',
    fail: null,
    b: { sum: 3 },
    again: 'y at 3',
  });
  expect(errors).toEqual([['fail', 'STORE_UNAVAILABLE']]);
  expect(order).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
});

test('when the client has gone, the subgraph hears of it and nothing more is asked', async () => {
  const client = new AbortController();
  let heard = false;
  const { ask, calls } = await composeGraph(
    { school, people, goods },
    {
      answer: (subgraph, { signal }) =>
        subgraph === 'people'
          ? new Promise((_, reject) => {
              signal.addEventListener('abort', () => {
                heard = true;
                reject(new Error('stopped'));
              });
              client.abort();
            })
          : undefined,
    },
  );
  const context = {
    principal: { kind: 'ANONYMOUS' as const, subject: '', grants: [], scopes: [] },
    requestId: 'r',
    locale: 'en' as const,
    deadline: Date.now() + 10_000,
    signal: client.signal,
  };
  const { errors } = await ask('{ school { head { desk { wood } } } }', {}, { context });
  expect(errors).toEqual([['school.head.desk', 'REQUEST_CANCELLED']]);
  expect(heard).toBe(true);
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['school', 'people']);
});

test('a trace tells what was asked, for how many objects, and what was made one request', async () => {
  const { trace } = await composeGraph({ school, people, goods });
  const query = '{ school { head { name desk { wood } } staff { name } rooms { size } } }';
  const first = await trace(query);
  expect(first).toMatchObject({ cached: false, operationName: undefined });
  expect(first.planningMs).toBeGreaterThan(0);
  const again = await trace(query);
  expect(again).toMatchObject({ cached: true, planningMs: 0 });
  const [root, merged, last] = requestsIn(again.root);
  expect(root).toMatchObject({
    subgraph: 'school',
    sent: true,
    fetches: [{ path: [], rows: 1, representations: 0 }],
  });
  expect(merged).toMatchObject({ subgraph: 'people', sent: true });
  expect(
    merged?.fetches.map(({ path, rows, representations }) => [path.join('.'), rows, representations]),
  ).toEqual(
    expect.arrayContaining([
      ['school.head', 1, 1],
      ['school.staff.@', 3, 2],
      ['school.rooms.@', 2, 2],
    ]),
  );
  expect(last).toMatchObject({ subgraph: 'goods', fetches: [{ rows: 1, representations: 1, held: 0 }] });
  expect(merged?.startedMs).toBeGreaterThanOrEqual(root?.endedMs ?? Infinity);
});

test('a trace tells what failed and what was therefore held back', async () => {
  const { trace } = await composeGraph(
    { school, people, goods },
    {
      answer: (subgraph) =>
        subgraph === 'people'
          ? { errors: [{ message: 'x', extensions: { code: 'STORE_UNAVAILABLE' } }] }
          : undefined,
    },
  );
  const { root } = await trace('{ school { head { desk { wood } } } }');
  const [, failed, held] = requestsIn(root);
  expect(failed).toMatchObject({ subgraph: 'people', sent: true, failed: 'STORE_UNAVAILABLE' });
  expect(held).toMatchObject({ subgraph: 'goods', sent: false, fetches: [{ rows: 0 }] });
});

test('plans are kept, the least recently used forgotten first, and figures say how often that helped', async () => {
  const { ask, engine } = await composeGraph({ school, people, goods }, { planCacheSize: 2 });
  await ask('{ school { id } }');
  await ask('{ school { id } }');
  await ask('{ school { head { id } } }');
  expect(engine.figures()).toMatchObject({ size: 2, hits: 1, misses: 2 });
  await ask('{ school { rooms { id } } }');
  await ask('{ school { id } }');
  expect(engine.figures()).toMatchObject({ size: 2, hits: 1, misses: 4 });
});

test('an operation that was planned before anybody asked is ready for the first who does', async () => {
  const { ask, calls, engine } = await composeGraph({ school, people, goods });
  const query = 'query School($staff: Boolean = true) { school { id staff @include(if: $staff) { name } } }';
  engine.warm(parse(query), 'School');
  expect(engine.figures()).toMatchObject({ size: 1, hits: 0, misses: 1 });
  expect(calls).toEqual([]);
  await ask(query, {}, { operationName: 'School' });
  expect(engine.figures()).toMatchObject({ size: 1, hits: 1, misses: 1 });
  // Without the staff it is another plan.
  await ask(query, { staff: false }, { operationName: 'School' });
  expect(engine.figures()).toMatchObject({ size: 2, hits: 1, misses: 2 });
});

function requestsIn(node: TraceNode | undefined): RequestTrace[] {
  if (node === undefined) return [];
  return node.kind === 'request' ? [node] : node.nodes.flatMap(requestsIn);
}
