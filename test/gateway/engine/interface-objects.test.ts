import { expect, test } from '@jest/globals';
import { composeGraph, type Part } from './composed-graph.js';

const media: Part = {
  sdl: `
    type Query { media: [Medium!]  medium(id: ID!): Medium }
    interface Medium @key(fields: "id") { id: ID!  title: String }
    type Book implements Medium @key(fields: "id") { id: ID!  title: String  pages: Int }
    type Film implements Medium @key(fields: "id") { id: ID!  title: String  minutes: Int }
  `,
  resolvers: {
    Query: {
      media: () => [
        { __typename: 'Book', id: 'b', title: 'B', pages: 1 },
        { __typename: 'Film', id: 'f', title: 'F', minutes: 2 },
      ],
      medium: (_: unknown, { id }: { id: string }) => ({ __typename: id === 'b' ? 'Book' : 'Film', id }),
    },
    Medium: {
      __resolveReference: async ({ id }: { id: string }) => ({
        __typename: id === 'b' ? 'Book' : 'Film',
        id,
        title: id.toUpperCase(),
        pages: 1,
        minutes: 2,
      }),
    },
    Book: { __resolveReference: async ({ id }: { id: string }) => ({ id, title: 'B', pages: 1 }) },
    Film: { __resolveReference: async ({ id }: { id: string }) => ({ id, title: 'F', minutes: 2 }) },
  },
};

const reviews: Part = {
  sdl: `
    type Query { best: [Medium] }
    type Medium @key(fields: "id") @interfaceObject {
      id: ID!
      title: String @external
      stars: Int
      quote: String @requires(fields: "title")
      similar: [Medium]
    }
  `,
  resolvers: {
    Query: { best: () => [{ id: 'f' }, null, { id: 'b' }] },
    Medium: {
      __resolveReference: async (one: unknown) => one,
      stars: ({ id }: { id: string }) => (id === 'b' ? 5 : 3),
      quote: ({ title }: { title: string }) => `“${title}”`,
      similar: () => [{ id: 'b' }],
    },
  },
};

test('an interface object adds fields to every type of the interface; it is sent the name that it knows', async () => {
  const { ask, calls } = await composeGraph({ media, reviews });
  const { data, errors } = await ask('{ media { __typename stars quote ... on Book { pages stars } } }');
  expect(errors).toEqual([]);
  expect(data).toEqual({
    media: [
      { __typename: 'Book', stars: 5, quote: '“B”', pages: 1 },
      { __typename: 'Film', stars: 3, quote: '“F”' },
    ],
  });
  expect(calls[1]?.variables['representations']).toEqual([
    expect.objectContaining({ __typename: 'Medium', id: 'b' }),
    expect.objectContaining({ __typename: 'Medium', id: 'f' }),
  ]);
});

test('an object that an interface object returns gets its own type from the subgraph that knows it', async () => {
  const { ask } = await composeGraph({ media, reviews });
  const { data, errors } = await ask(
    '{ best { __typename id stars ... on Film { minutes } ... on Book { pages similar { __typename title } } } }',
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    best: [
      { __typename: 'Film', id: 'f', stars: 3, minutes: 2 },
      null,
      { __typename: 'Book', id: 'b', stars: 5, pages: 1, similar: [{ __typename: 'Book', title: 'B' }] },
    ],
  });
});

test('what every type of the interface has is asked without finding out the type', async () => {
  const { ask, calls } = await composeGraph({ media, reviews });
  expect((await ask('{ best { stars } }')).data).toEqual({ best: [{ stars: 3 }, null, { stars: 5 }] });
  expect(calls).toHaveLength(1);
});

test('an object whose type was not found out is null where the type is asked for, and the rest is there', async () => {
  const { ask } = await composeGraph(
    { media, reviews },
    {
      answer: (subgraph) =>
        subgraph === 'media'
          ? { errors: [{ message: 'x', extensions: { code: 'STORE_UNAVAILABLE' } }] }
          : undefined,
    },
  );
  const { data, errors } = await ask('{ best { stars ... on Film { minutes } } }');
  expect(data).toEqual({ best: [null, null, null] });
  expect(errors.map(([path]) => path)).toEqual(['best.0', 'best.2']);
  expect(errors.every(([, code]) => code === 'STORE_UNAVAILABLE')).toBe(true);
  expect((await ask('{ best { stars id } }')).data).toEqual({
    best: [{ stars: 3, id: 'f' }, null, { stars: 5, id: 'b' }],
  });
});

test('names that two types use for different things come back to both', async () => {
  const { ask } = await composeGraph({
    one: {
      sdl: `
        type Query { things: [Thing] }
        union Thing = A | B
        type A { value: Int  below: Below }
        type B { value: [String!]  below: [Below] }
        type Below { name: String }
      `,
      resolvers: {
        Query: {
          things: () => [
            { __typename: 'A', value: 0, below: { name: 'x' } },
            { __typename: 'B', value: [], below: [{ name: 'y' }, null] },
          ],
        },
      },
    },
  });
  const { data, errors } = await ask(
    '{ things { ... on A { a: value ab: below { name } } ... on B { b: value bb: below { name } } } }',
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    things: [
      { a: 0, ab: { name: 'x' } },
      { b: [], bb: [{ name: 'y' }, null] },
    ],
  });
});
