import { expect, test } from '@jest/globals';
import { composeGraph, refusal, type Part } from './composed-graph.js';

const parcel = (id: string) => ({ __typename: 'Parcel', id, grams: Number(id) * 100 });

const depot: Part = {
  sdl: `
    type Query { parcels: [Parcel!]  parcel(id: ID!): Parcel }
    enum Unit { CM INCH }
    type Parcel @key(fields: "id") {
      id: ID!
      grams: Int
      size(unit: Unit = CM): Int
      label: Label
      marks: [[Mark]]
    }
    type Label { text(upper: Boolean): String  lines: [Line] }
    type Line { no: Int }
    type Mark { code: String }
  `,
  resolvers: {
    Query: {
      parcels: () => ['1', '2', '1', '3'].map(parcel),
      parcel: (_: unknown, { id }: { id: string }) => parcel(id),
    },
    Parcel: {
      __resolveReference: async ({ id }: { id: string }) => parcel(id),
      size: ({ id }: { id: string }, { unit }: { unit: string }) => Number(id) * (unit === 'CM' ? 254 : 100),
      label: ({ id }: { id: string }) => ({ id }),
      marks: ({ id }: { id: string }) => [[{ code: `m${id}` }, null], []],
      grams: ({ id, grams }: { id: string; grams: number }) => {
        if (id === '3') throw refusal();
        return grams;
      },
    },
    Label: {
      text: ({ id }: { id: string }, { upper }: { upper?: boolean }) => (upper ? `L${id}` : `l${id}`),
      lines: () => [{ no: 1 }, null, { no: 2 }],
    },
  },
};

const echo = (name: string) => async (representation: Record<string, unknown>) =>
  Object.assign(representation, { asked: name });

const freight: Part = {
  sdl: `
    enum Unit { CM INCH }
    type Parcel @key(fields: "id") {
      id: ID!
      grams: Int @external
      size(unit: Unit = CM): Int @external
      label: Label @external
      marks: [[Mark]] @external
      price: Int @requires(fields: "grams")
      metric: String @requires(fields: "size(unit: CM)")
      imperial: String @requires(fields: "size(unit: INCH)")
      plain: String @requires(fields: "size")
      sticker: String @requires(fields: "label { text(upper: true) lines { no } } marks { code }")
      quiet: String @requires(fields: "label { text(upper: false) }")
      carrier: String
    }
    type Label { text(upper: Boolean): String @external  lines: [Line] @external }
    type Line { no: Int @external }
    type Mark { code: String @external }
  `,
  resolvers: {
    Parcel: {
      __resolveReference: echo('freight'),
      price: ({ grams }: { grams: number | null }) => (grams === null ? -1 : grams * 2),
      metric: ({ size }: { size: number }) => `${size} cm`,
      imperial: ({ size }: { size: number }) => `${size} in`,
      plain: ({ size }: { size: number }) => `${size}`,
      sticker: ({ label, marks }: { label: unknown; marks: unknown }) => JSON.stringify([label, marks]),
      quiet: ({ label }: { label: { text: string } }) => label.text,
      carrier: () => 'EMS',
    },
  },
};

const graph = () => composeGraph({ depot, freight });

test('a field gets the inputs that it requires, and equal objects are sent once', async () => {
  const { ask, calls } = await graph();
  const { data } = await ask('{ parcels { price } }');
  expect(data).toEqual({ parcels: [{ price: 200 }, { price: 400 }, { price: 200 }, { price: null }] });
  expect(calls[1]?.variables['representations']).toEqual([
    { __typename: 'Parcel', id: '1', grams: 100 },
    { __typename: 'Parcel', id: '2', grams: 200 },
  ]);
});

test('nothing is computed from an input that was not obtained; what does not need it is', async () => {
  const { ask } = await graph();
  const { data, errors } = await ask('{ parcel(id: "3") { id price } }');
  expect(data).toEqual({ parcel: { id: '3', price: null } });
  expect(errors).toEqual([
    ['parcel', 'STORE_UNAVAILABLE'],
    ['parcel.price', 'UPSTREAM_UNAVAILABLE'],
  ]);
  const seen = await ask('{ parcel(id: "3") { grams price } }');
  expect(seen.errors).toEqual([
    ['parcel.grams', 'STORE_UNAVAILABLE'],
    ['parcel.price', 'UPSTREAM_UNAVAILABLE'],
  ]);
});

test("a required field with arguments and the client's field of that name are two fields", async () => {
  const { ask } = await graph();
  const { data, errors } = await ask('{ parcel(id: "1") { size(unit: INCH) metric cm: size(unit: CM) } }');
  expect(data).toEqual({ parcel: { size: 100, metric: '254 cm', cm: 254 } });
  expect(errors).toEqual([]);
});

test('fields that require one input with different arguments each get their own', async () => {
  const { ask, calls } = await graph();
  const { data, errors } = await ask(
    '{ parcel(id: "1") { size(unit: INCH) metric imperial plain carrier price x: metric } }',
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    parcel: {
      size: 100,
      metric: '254 cm',
      imperial: '100 in',
      plain: '254',
      carrier: 'EMS',
      price: 200,
      x: '254 cm',
    },
  });
  // One request carries all of them.
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['depot', 'freight']);
});

test('the arguments of a variable and of a requirement are kept apart', async () => {
  const { ask } = await graph();
  const { data } = await ask('query ($u: Unit) { parcel(id: "1") { size(unit: $u) imperial } }', { u: 'CM' });
  expect(data).toEqual({ parcel: { size: 254, imperial: '100 in' } });
});

test('inputs in objects, lists and lists of lists arrive under the names of the subgraph', async () => {
  const { ask } = await graph();
  const { data } = await ask('{ parcel(id: "2") { sticker quiet label { text } } }');
  const { sticker, ...rest } = (data as { parcel: { sticker: string } }).parcel;
  expect(JSON.parse(sticker)).toEqual([
    { text: 'L2', lines: [{ no: 1 }, null, { no: 2 }] },
    [[{ code: 'm2' }, null], []],
  ]);
  expect(rest).toEqual({ quiet: 'l2', label: { text: 'l2' } });
});

test('an input that a condition leaves out does not keep the rest from being sent', async () => {
  const { ask } = await graph();
  const query = 'query ($p: Boolean!) { parcel(id: "1") { ... @include(if: $p) { price metric } carrier } }';
  expect(await ask(query, { p: false })).toEqual({ data: { parcel: { carrier: 'EMS' } }, errors: [] });
  expect((await ask(query, { p: true })).data).toEqual({
    parcel: { price: 200, metric: '254 cm', carrier: 'EMS' },
  });
  const field = 'query ($p: Boolean!) { parcel(id: "1") { price @include(if: $p) carrier @skip(if: $p) } }';
  expect((await ask(field, { p: false })).data).toEqual({ parcel: { carrier: 'EMS' } });
  expect((await ask(field, { p: true })).data).toEqual({ parcel: { price: 200 } });
});

test('a requirement may need a field that needs another subgraph itself', async () => {
  const { ask, calls } = await composeGraph({
    depot,
    freight,
    customs: {
      sdl: `type Parcel @key(fields: "id") { id: ID!  price: Int @external  duty: Int @requires(fields: "price") }`,
      resolvers: {
        Parcel: { __resolveReference: echo('customs'), duty: ({ price }: { price: number }) => price / 10 },
      },
    },
  });
  const { data, errors } = await ask('{ parcels { id duty } }');
  expect(data).toEqual({
    parcels: [
      { id: '1', duty: 20 },
      { id: '2', duty: 40 },
      { id: '1', duty: 20 },
      { id: '3', duty: null },
    ],
  });
  // Three subgraphs did not compute from what one did not have; it is told where it arose and where it is missed.
  expect(errors).toEqual([
    ['parcels.3', 'STORE_UNAVAILABLE'],
    ['parcels.3.duty', 'UPSTREAM_UNAVAILABLE'],
  ]);
  expect(calls.at(-1)?.variables['representations']).toEqual([
    { __typename: 'Parcel', id: '1', price: 200 },
    { __typename: 'Parcel', id: '2', price: 400 },
  ]);
});

test('what a subgraph provides along a path is not asked elsewhere', async () => {
  const { ask, calls } = await composeGraph({
    depot: { ...depot, sdl: depot.sdl.replace('grams: Int', 'grams: Int @shareable') },
    orders: {
      sdl: `
        type Query { order: Order }
        type Order { parcel: Parcel @provides(fields: "grams")  other: Parcel }
        type Parcel @key(fields: "id") { id: ID!  grams: Int @external }
      `,
      resolvers: {
        Query: { order: () => ({ parcel: { id: '1', grams: 7 }, other: { id: '2' } }) },
        Parcel: { __resolveReference: async (one: unknown) => one },
      },
    },
  });
  expect((await ask('{ order { parcel { grams } } }')).data).toEqual({ order: { parcel: { grams: 7 } } });
  expect(calls).toHaveLength(1);
  expect((await ask('{ order { parcel { grams } other { grams } } }')).data).toEqual({
    order: { parcel: { grams: 7 }, other: { grams: 200 } },
  });
});

test('of an object with a failed input everything is asked that does not need it, in the same request', async () => {
  const { ask, calls, trace } = await graph();
  const { data, errors } = await ask('{ parcels { id price carrier metric } }');
  expect(data).toEqual({
    parcels: [
      { id: '1', price: 200, carrier: 'EMS', metric: '254 cm' },
      { id: '2', price: 400, carrier: 'EMS', metric: '508 cm' },
      { id: '1', price: 200, carrier: 'EMS', metric: '254 cm' },
      { id: '3', price: null, carrier: 'EMS', metric: '762 cm' },
    ],
  });
  expect(errors).toEqual([
    ['parcels.3', 'STORE_UNAVAILABLE'],
    ['parcels.3.price', 'UPSTREAM_UNAVAILABLE'],
  ]);
  const [, ...toFreight] = calls;
  expect(toFreight).toHaveLength(1);
  const sent = Object.values(toFreight[0]!.variables).flat() as Record<string, unknown>[];
  // The input that failed is nowhere, and what the others need is where they are asked.
  expect(sent.filter(({ id }) => id === '3')).toEqual(
    expect.arrayContaining([
      { __typename: 'Parcel', id: '3' },
      { __typename: 'Parcel', id: '3', size: 762 },
    ]),
  );
  expect(sent.filter((one) => one['id'] === '3' && 'grams' in one)).toEqual([]);
  const text = JSON.stringify(await trace('{ parcels { id price carrier metric } }'));
  expect(text).toContain('"rows":4,"representations":4,"held":1');
});

test('fields that all need the failed input ask nothing', async () => {
  const { ask, calls } = await graph();
  const { data } = await ask('{ parcel(id: "3") { price } }');
  expect(data).toEqual({ parcel: { price: null } });
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['depot']);
});
