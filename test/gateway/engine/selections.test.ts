import { beforeAll, expect, test } from '@jest/globals';
import { composeGraph, type ComposedGraph } from './composed-graph.js';

const shelf = [
  { __typename: 'Book', id: 'b1', title: '红楼梦', pages: 1200 },
  { __typename: 'Film', id: 'f1', title: 'Rashomon', minutes: 88 },
  { __typename: 'Book', id: 'b2', title: 'Ulysses', pages: 730 },
];

let graph: ComposedGraph;
beforeAll(async () => {
  graph = await composeGraph({
    catalogue: {
      sdl: `
        scalar Json
        enum Order { ASC DESC SECRET @inaccessible }
        input Filter { title: String, order: Order = ASC }
        type Query {
          shelf: [Medium!]!
          find(id: ID!): Medium
          any: [Thing]
          echo(text: String = "default", filter: Filter): String
          order(secret: Boolean): Order
          raw: Json
          grid: [[Book!]!]!
          me: Reader
        }
        interface Medium { id: ID!  title: String! }
        type Book implements Medium @key(fields: "id") { id: ID!  title: String!  pages: Int }
        type Film implements Medium @key(fields: "id") { id: ID!  title: String!  minutes: Int }
        union Thing = Book | Film | Reader
        type Reader @key(fields: "id") { id: ID!  name(short: Boolean = false): String  constructor: String }
      `,
      resolvers: {
        Query: {
          shelf: () => shelf,
          find: (_: unknown, { id }: { id: string }) => shelf.find((one) => one.id === id) ?? null,
          any: () => [shelf[0], { __typename: 'Reader', id: 'r1' }, null, shelf[1]],
          echo: (_: unknown, args: unknown) => JSON.stringify(args),
          order: (_: unknown, { secret }: { secret?: boolean }) => (secret ? 'SECRET' : 'DESC'),
          raw: () => ({ __typename: 1, a: [null, { b: 'ü"\n' }] }),
          grid: () => [[shelf[0], shelf[2]], [], [shelf[0]]],
          me: () => ({ id: 'r1' }),
        },
        Book: { __resolveReference: async ({ id }: { id: string }) => shelf.find((one) => one.id === id) },
        Film: { __resolveReference: async ({ id }: { id: string }) => shelf.find((one) => one.id === id) },
        Reader: {
          name: (_: unknown, { short }: { short: boolean }) => (short ? 'Li' : 'Li Bai'),
          constructor: () => 'a field like any other',
        },
      },
    },
    reviews: {
      sdl: `
        type Book implements Medium @key(fields: "id") { id: ID!  stars(scale: Int = 5): Int  related: [Medium] }
        type Film implements Medium @key(fields: "id") { id: ID!  stars(scale: Int = 5): Int  }
        type Reader @key(fields: "id") { id: ID!  favourite: Medium }
        interface Medium { id: ID! }
      `,
      resolvers: {
        Book: {
          __resolveReference: async ({ id }: { id: string }) => ({ id }),
          stars: (_: unknown, { scale }: { scale: number }) => scale - 1,
          related: () => [{ __typename: 'Film', id: 'f1' }, null, { __typename: 'Book', id: 'b2' }],
        },
        Film: {
          __resolveReference: async ({ id }: { id: string }) => ({ id }),
          stars: (_: unknown, { scale }: { scale: number }) => scale,
        },
        Reader: {
          __resolveReference: async ({ id }: { id: string }) => ({ id }),
          favourite: () => ({ __typename: 'Film', id: 'f1' }),
        },
      },
    },
  });
});

test('an interface is followed across subgraphs, in the order of the client', async () => {
  const { data, errors } = await graph.ask(`{
    shelf { title ... on Book { stars pages } ... on Film { minutes stars } __typename id }
  }`);
  expect(errors).toEqual([]);
  expect(JSON.stringify((data as { shelf: unknown[] }).shelf)).toBe(
    JSON.stringify([
      { title: '红楼梦', stars: 4, pages: 1200, __typename: 'Book', id: 'b1' },
      { title: 'Rashomon', minutes: 88, stars: 5, __typename: 'Film', id: 'f1' },
      { title: 'Ulysses', stars: 4, pages: 730, __typename: 'Book', id: 'b2' },
    ]),
  );
});

test('an interface that another subgraph returns is completed where its objects live', async () => {
  const { data } = await graph.ask(
    '{ find(id: "b1") { ... on Book { related { __typename id title ... on Film { minutes } } } } me { favourite { title } } }',
  );
  expect(data).toEqual({
    find: {
      related: [
        { __typename: 'Film', id: 'f1', title: 'Rashomon', minutes: 88 },
        null,
        { __typename: 'Book', id: 'b2', title: 'Ulysses' },
      ],
    },
    me: { favourite: { title: 'Rashomon' } },
  });
});

test('a union gives each object what its type was asked for, and null where there is none', async () => {
  const { data } = await graph.ask(
    '{ any { __typename ... on Medium { title } ...r ... on Film { stars(scale: 10) } } } fragment r on Reader { name }',
  );
  expect(data).toEqual({
    any: [
      { __typename: 'Book', title: '红楼梦' },
      { __typename: 'Reader', name: 'Li Bai' },
      null,
      { __typename: 'Film', title: 'Rashomon', stars: 10 },
    ],
  });
});

test('lists of lists keep their shape when their entities are completed', async () => {
  const { data } = await graph.ask('{ grid { id stars } }');
  expect(data).toEqual({
    grid: [
      [
        { id: 'b1', stars: 4 },
        { id: 'b2', stars: 4 },
      ],
      [],
      [{ id: 'b1', stars: 4 }],
    ],
  });
  expect(graph.calls[1]?.variables['representations']).toEqual([
    { __typename: 'Book', id: 'b1' },
    { __typename: 'Book', id: 'b2' },
  ]);
});

test('aliases name one field several times, with and without arguments, also under the name of another field', async () => {
  const { data } = await graph.ask(`{
    me { id: name, title: name(short: true), a: id, name(short: false), constructor, favourite { x: title id: title } }
    again: me { name(short: true) }
    find(id: "b1") { id: title title: id ... on Book { stars stars3: stars(scale: 3) pages: stars(scale: 9) } }
  }`);
  expect(data).toEqual({
    me: {
      id: 'Li Bai',
      title: 'Li',
      a: 'r1',
      name: 'Li Bai',
      constructor: 'a field like any other',
      favourite: { x: 'Rashomon', id: 'Rashomon' },
    },
    again: { name: 'Li' },
    find: { id: '红楼梦', title: 'b1', stars: 4, stars3: 2, pages: 8 },
  });
});

test('aliases called like what every object inherits are names like any other', async () => {
  const { data } = await graph.ask('{ me { toString: name __proto__: id valueOf: name(short: true) } }');
  expect(Object.entries((data as { me: object }).me)).toEqual([
    ['toString', 'Li Bai'],
    ['__proto__', 'r1'],
    ['valueOf', 'Li'],
  ]);
});

test('variables travel as they were given; defaults of operation and schema fill what is absent; null is a value', async () => {
  const query =
    'query ($t: String = "operation", $f: Filter, $n: String) { echo(text: $t, filter: $f) none: echo(text: $n) }';
  const echoed = async (variables: Record<string, unknown>) => {
    const { data } = await graph.ask(query, variables);
    return Object.values(data as Record<string, string>).map((one) => JSON.parse(one) as unknown);
  };
  expect(await echoed({})).toEqual([{ text: 'operation' }, { text: 'default' }]);
  expect(await echoed({ t: 'x', f: { title: 'y' }, n: null })).toEqual([
    { text: 'x', filter: { title: 'y', order: 'ASC' } },
    { text: null },
  ]);
});

test('a variable of a wrong type is told before anything is fetched', async () => {
  const { data, errors } = await graph.ask('query ($id: ID!) { find(id: $id) { id } }', {});
  expect(data).toBeUndefined();
  expect(errors).toEqual([['', 'BAD_USER_INPUT']]);
  expect(graph.calls).toEqual([]);
});

test('a variable may have the name that the planner uses itself', async () => {
  const { data } = await graph.ask(
    'query ($representations: ID!, $scale: Int) { find(id: $representations) { ... on Book { stars(scale: $scale) } } }',
    { representations: 'b1', scale: 8 },
  );
  expect(data).toEqual({ find: { stars: 7 } });
});

test.each([
  [{ a: true, b: true }, { find: { title: '红楼梦', stars: 4, id: 'b1' } }],
  [{ a: false, b: true }, { find: { stars: 4 } }],
  [{ a: true, b: false }, { find: { title: '红楼梦', id: 'b1' } }],
  [{ a: false, b: false }, { find: {} }],
  [{ b: true }, { find: { title: '红楼梦', stars: 4, id: 'b1' } }],
])('conditions on fields and fragments hold by variable and default: %j', async (variables, expected) => {
  const query = `query ($a: Boolean = true, $b: Boolean!) {
    find(id: "b1") {
      title @include(if: $a)
      ... on Book @include(if: $b) { stars @skip(if: false) pages @skip(if: true) }
      ...f @include(if: $a)
    }
  } fragment f on Medium { id title @skip(if: true) }`;
  expect((await graph.ask(query, variables)).data).toEqual(expected);
});

test('what a condition leaves out is not fetched', async () => {
  const query =
    'query ($more: Boolean!) { me { id favourite @include(if: $more) { title } } order @skip(if: $more) }';
  expect((await graph.ask(query, { more: false })).data).toEqual({ me: { id: 'r1' }, order: 'DESC' });
  expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(['catalogue']);
  expect((await graph.ask(query, { more: true })).data).toEqual({
    me: { id: 'r1', favourite: { title: 'Rashomon' } },
  });
});

test('the same field is there when one of its selections is, and what lies below is merged', async () => {
  const query = `query ($no: Boolean!) {
    me @include(if: $no) { name }
    me { id ... @include(if: $no) { name } favourite { id } }
    ... { me { favourite { title } } }
  }`;
  expect((await graph.ask(query, { no: false })).data).toEqual({
    me: { id: 'r1', favourite: { id: 'f1', title: 'Rashomon' } },
  });
});

test('introspection is answered without a fetch, beside data and alone', async () => {
  const alone = await graph.ask(
    'query ($n: String!) { __schema { queryType { name } } t: __type(name: $n) { kind name } __typename }',
    { n: 'Book' },
  );
  expect(alone.data).toEqual({
    __schema: { queryType: { name: 'Query' } },
    t: { kind: 'OBJECT', name: 'Book' },
    __typename: 'Query',
  });
  expect(graph.calls).toEqual([]);
  const beside = await graph.ask(
    '{ ...i me { id } } fragment i on Query { __type(name: "Order") { enumValues { name } } }',
  );
  expect(beside.data).toEqual({
    __type: { enumValues: [{ name: 'ASC' }, { name: 'DESC' }] },
    me: { id: 'r1' },
  });
});

test('custom scalars pass as they are, whatever they look like', async () => {
  expect((await graph.ask('{ raw }')).data).toEqual({ raw: { __typename: 1, a: [null, { b: 'ü"\n' }] } });
});

test('a value of an enum that clients must not know is null with an error', async () => {
  expect((await graph.ask('{ order(secret: true) a: order }')).data).toEqual({ order: null, a: 'DESC' });
  expect((await graph.ask('{ order(secret: true) }')).errors).toEqual([['order', 'INTERNAL']]);
});

test('the answer as text is the answer', async () => {
  const query =
    '{ shelf { __typename title id ... on Book { stars } } raw any { __typename } grid { title } __schema { __typename } }';
  const text = await graph.ask(query, {}, { textWanted: true });
  expect(text).toEqual(await graph.ask(query));
});

test('a document with several operations runs the one that is named, and their plans are kept apart', async () => {
  const query = 'query A { me { id } } query B { me { name } }';
  expect((await graph.ask(query, {}, { operationName: 'A' })).data).toEqual({ me: { id: 'r1' } });
  expect((await graph.ask(query, {}, { operationName: 'B' })).data).toEqual({ me: { name: 'Li Bai' } });
});
