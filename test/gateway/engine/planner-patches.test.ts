import { expect, test } from '@jest/globals';
import { composeGraph, type Part } from './composed-graph.js';

/**
 * One test for each fault of Apollo's planner that this gateway works around. When one of them passes without its patch
 * after an upgrade, the patch can go.
 */
const same = async (one: unknown) => one;

test('patch 1: a subgraph is entered by a key that it resolves, though another is declared first', async () => {
  const { ask, calls } = await composeGraph({
    registry: {
      sdl: `type Query { ship: Ship }
        type Ship @key(fields: "imo") @key(fields: "id") { imo: ID!  id: ID!  flag: String }`,
      resolvers: {
        Query: { ship: () => ({ imo: 'i', id: '1' }) },
        Ship: { __resolveReference: same, flag: () => 'CN' },
      },
    },
    harbour: {
      sdl: `type Ship @key(fields: "imo", resolvable: false) @key(fields: "id") {
          imo: ID!  id: ID!  flag: String @external  fee: String @requires(fields: "flag")  berth: String
        }`,
      resolvers: {
        Ship: {
          __resolveReference: async (one: { id?: string }) => {
            if (one.id === undefined) throw new Error('This key is not resolved here.');
            return one;
          },
          fee: ({ flag }: { flag: string }) => `fee of ${flag}`,
          berth: () => 'B1',
        },
      },
    },
    port: {
      sdl: `type Query { moored: Ship }
        type Ship @key(fields: "imo") @key(fields: "id") { imo: ID!  id: ID! }`,
      resolvers: { Query: { moored: () => ({ imo: 'i', id: '1' }) } },
    },
  });
  for (const root of ['ship', 'moored']) {
    expect(await ask(`{ ${root} { berth fee } }`)).toEqual({
      data: { [root]: { berth: 'B1', fee: 'fee of CN' } },
      errors: [],
    });
    const sent = calls
      .filter(({ subgraph }) => subgraph === 'harbour')
      .flatMap(({ variables }) => variables['representations'] as object[]);
    expect(sent.length).toBeGreaterThan(0);
    for (const one of sent) expect(one).toMatchObject({ __typename: 'Ship', id: '1' });
  }
});

test('patch 1: a key that nobody may resolve is still used to name the object where there is no other', async () => {
  const { ask } = await composeGraph({
    ships: {
      sdl: `type Query { ship: Ship } type Ship @key(fields: "id") { id: ID!  name: String }`,
      resolvers: {
        Query: { ship: () => ({ id: '1' }) },
        Ship: { __resolveReference: same, name: () => 'Zheng He' },
      },
    },
    crews: {
      sdl: `type Query { crew: Crew } type Crew { ship: Ship } type Ship @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: { Query: { crew: () => ({ ship: { id: '1' } }) } },
    },
  });
  expect((await ask('{ crew { ship { name } } }')).data).toEqual({ crew: { ship: { name: 'Zheng He' } } });
});

const house: Part = {
  sdl: `type Query { house: House } enum Unit { CM INCH }
    type House @key(fields: "id") { id: ID!  width(unit: Unit!): Int  door: Door }
    type Door { width(unit: Unit!): Int }`,
  resolvers: {
    Query: { house: () => ({ id: '1' }) },
    House: {
      __resolveReference: same,
      width: (_: unknown, { unit }: { unit: string }) => (unit === 'CM' ? 254 : 100),
      door: () => ({}),
    },
    Door: { width: (_: unknown, { unit }: { unit: string }) => (unit === 'CM' ? 127 : 50) },
  },
};
const builder: Part = {
  sdl: `enum Unit { CM INCH }
    type House @key(fields: "id") {
      id: ID!  width(unit: Unit!): Int @external  door: Door @external
      metric: Int @requires(fields: "width(unit: CM)")
      imperial: Int @requires(fields: "width(unit: INCH)")
      both: String @requires(fields: "width(unit: CM) door { width(unit: INCH) }")
    }
    type Door { width(unit: Unit!): Int @external }`,
  resolvers: {
    House: {
      __resolveReference: same,
      metric: ({ width }: { width: number }) => width,
      imperial: ({ width }: { width: number }) => width,
      both: ({ width, door }: { width: number; door: { width: number } }) => `${width} ${door.width}`,
    },
  },
};

test.each([
  [
    "a client's field beside a required one",
    '{ house { width(unit: INCH) metric } }',
    { width: 100, metric: 254 },
  ],
  ['two requirements', '{ house { metric imperial } }', { metric: 254, imperial: 100 }],
  [
    'requirements in nested objects',
    '{ house { both imperial door { width(unit: CM) } } }',
    { both: '254 50', imperial: 100, door: { width: 127 } },
  ],
])('patch 2: one field with different arguments has a value for each: %s', async (_, query, expected) => {
  const { ask } = await composeGraph({ house, builder });
  expect(await ask(query)).toEqual({ data: { house: expected }, errors: [] });
});

test('patch 2: parts of one fetch that need different values are one request', async () => {
  const { ask, calls } = await composeGraph({ house, builder });
  await ask('{ house { metric imperial both } }');
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['house', 'builder']);
  const { representations0, representations1 } = calls[1]?.variables ?? {};
  expect(representations0).toEqual([{ __typename: 'House', id: '1', width: 254, door: { width: 50 } }]);
  expect(representations1).toEqual([{ __typename: 'House', id: '1', width: 100 }]);
});

test('patch 3: an aliased input is found again, and sent under the name that the subgraph knows', async () => {
  const { ask, calls } = await composeGraph({ house, builder });
  expect((await ask('{ house { imperial } }')).data).toEqual({ house: { imperial: 100 } });
  expect(calls[1]?.variables['representations']).toEqual([{ __typename: 'House', id: '1', width: 100 }]);
});

test('a condition of one field does not reach the inputs of another, however deep the requirements', async () => {
  const { ask, calls } = await composeGraph({
    house,
    builder,
    bank: {
      sdl: 'type House @key(fields: "id") { id: ID!  metric: Int @external  loan: Int @requires(fields: "metric") }',
      resolvers: {
        House: { __resolveReference: same, loan: ({ metric }: { metric: number }) => metric * 10 },
      },
    },
  });
  // The planner asks both fields and their inputs together, and forgets that one of them was conditional.
  const query = 'query ($no: Boolean!) { house { imperial @include(if: $no) both @skip(if: true) loan } }';
  expect(await ask(query, { no: false })).toEqual({ data: { house: { loan: 2540 } }, errors: [] });
  expect(calls.map((call) => call.query).join()).not.toContain('imperial');
  expect((await ask(query, { no: true })).data).toEqual({ house: { imperial: 100, loan: 2540 } });
});

test('an object is sent for the fields of its type only, never without a key', async () => {
  const { ask, calls } = await composeGraph({
    shelf: {
      sdl: `type Query { media: [Medium] }
        interface Medium @key(fields: "id") { id: ID!  label: String }
        type Book implements Medium @key(fields: "id") { id: ID!  label: String }
        type Film implements Medium @key(fields: "id") { id: ID!  label: String }`,
      resolvers: {
        Medium: {
          __resolveReference: async ({ id }: { id: string }) => ({
            __typename: id === 'b' ? 'Book' : 'Film',
            id,
            label: `label ${id}`,
          }),
        },
      },
    },
    press: {
      sdl: `type Query { top: [Medium] }
        type Medium @key(fields: "id") @interfaceObject { id: ID!  label: String @external  blurb: String @requires(fields: "label") }`,
      resolvers: {
        Query: { top: () => [{ id: 'b' }, { id: 'f' }] },
        Medium: { __resolveReference: same, blurb: ({ label }: { label: string }) => `blurb of ${label}` },
      },
    },
  });
  expect(await ask('{ top { ... on Book { blurb } id } }')).toEqual({
    data: { top: [{ blurb: 'blurb of label b', id: 'b' }, { id: 'f' }] },
    errors: [],
  });
  for (const { variables } of calls)
    for (const one of (variables['representations'] ?? []) as object[])
      expect(one).toMatchObject({ id: expect.anything() });
});

test('a root field for which there is no plan is null with an error and not silently null', async () => {
  const { ask, lines, calls } = await composeGraph({
    // Nothing here implements the interface, and its other field lies in a subgraph that this one has no key into.
    a: {
      sdl: 'type Query { node: Node  other: Int } interface Node { id: ID! }',
      resolvers: { Query: { node: () => null, other: () => 1 } },
    },
    b: {
      sdl: 'type Query { thing: Thing } interface Node { id: ID!  label: String } type Thing implements Node { id: ID!  label: String }',
      resolvers: { Query: { thing: () => ({ id: '1', label: 'x' }) } },
    },
  });
  expect(await ask('{ n: node { label } other }')).toEqual({
    data: { n: null, other: 1 },
    errors: [['n', 'INTERNAL']],
  });
  expect(calls.map(({ query }) => query)).toEqual(['{other}']);
  expect(JSON.stringify(lines)).toContain('Query.node is not obtained');
});
