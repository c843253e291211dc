import { beforeAll, expect, test } from '@jest/globals';
import { composeGraph, refusal, type ComposedGraph } from './composed-graph.js';

/**
 * The stock executor as oracle. Generated graphs and operations are compared elsewhere; these are the answers on which
 * both have to agree, and those on which the stock one is known to be wrong.
 */
const people = [
  { __typename: 'Teacher', id: 't1', name: 'Kong', subject: 'rites' },
  { __typename: 'Pupil', id: 'p1', name: 'Yan', year: 2 },
  null,
  { __typename: 'Pupil', id: 'p2', name: null, year: 3 },
];
const find = (id: string) => people.find((one) => one?.id === id) ?? null;

let graph: ComposedGraph;
beforeAll(async () => {
  graph = await composeGraph({
    people: {
      sdl: `
        type Query { everybody: [Person]  pair: [[Person!]]  pupil(id: ID = "p1"): Pupil }
        type Mutation { rename(id: ID!, name: String!): Pupil }
        interface Person { id: ID!  name: String }
        type Teacher implements Person @key(fields: "id") { id: ID!  name: String  subject: String }
        type Pupil implements Person @key(fields: "id") { id: ID!  name(loud: Boolean): String  year: Int! }
      `,
      resolvers: {
        Query: {
          everybody: () => people,
          pair: () => [[people[0], people[1]], null, []],
          pupil: (_: unknown, { id }: { id: string }) => find(id),
        },
        Mutation: {
          rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ ...find(id), name }),
        },
        Pupil: {
          __resolveReference: async ({ id }: { id: string }) => find(id),
          name: ({ name }: { name: string }, { loud }: { loud?: boolean }) => (loud ? `${name}!` : name),
          year: ({ year }: { year: number }) => {
            if (year === 3) throw refusal();
            return year;
          },
        },
      },
    },
    marks: {
      sdl: `
        type Teacher @key(fields: "id") { id: ID!  pupils: [Pupil] }
        type Pupil @key(fields: "id") { id: ID!  year: Int! @external  marks: [Mark!]  teacher: Teacher  level: String @requires(fields: "year") }
        type Mark { value: Int  by: Teacher }
      `,
      resolvers: {
        Teacher: { __resolveReference: async (one: unknown) => one, pupils: () => [{ id: 'p1' }, null] },
        Pupil: {
          __resolveReference: async (one: unknown) => one,
          marks: ({ id }: { id: string }) => [{ value: id.length, by: { id: 't1' } }, { value: null }],
          teacher: () => ({ id: 't1' }),
          level: ({ year }: { year: number }) => `level ${year}`,
        },
      },
    },
  });
});

test.each([
  ['{ everybody { __typename id name } }'],
  [
    '{ everybody { ... on Teacher { subject pupils { name year level } } ... on Pupil { marks { value by { subject } } } } }',
  ],
  ['{ pair { id ... on Pupil { teacher { name } } } }'],
  [
    'query ($l: Boolean) { a: pupil { name b: name(loud: $l) c: name(loud: true) } pupil(id: "p2") { id name } }',
  ],
  [
    'query ($l: Boolean = true) { pupil { id @skip(if: $l) ...f @include(if: $l) } } fragment f on Pupil { level marks { value } }',
  ],
  [
    'mutation { rename(id: "p1", name: "x") { name level teacher { subject } } b: rename(id: "p1", name: "y") { name } }',
  ],
  ['{ __typename everybody { __typename } __type(name: "Pupil") { kind } }'],
  ['{ pupil(id: "nobody") { id marks { value } } }'],
])('both answer alike: %s', async (query) => {
  expect(await graph.ask(query)).toEqual(await graph.askStock(query));
});

test('both give the same data where a value failed, and name the same places', async () => {
  const query = '{ everybody { id ... on Pupil { year } } }';
  const ours = await graph.ask(query);
  const theirs = await graph.askStock(query);
  expect(ours).toEqual(theirs);
  expect(ours).toMatchObject({
    data: { everybody: [{}, { year: 2 }, null, null] },
    errors: [['everybody.3.year', expect.anything()]],
  });
});

test('known fault of the stock executor: the alias of one field takes the place of a key of the same name', async () => {
  const query = '{ pupil { id: name marks { value } } }';
  expect(await graph.ask(query)).toEqual({
    data: { pupil: { id: 'Yan', marks: [{ value: 2 }, { value: null }] } },
    errors: [],
  });
  expect(await graph.askStock(query)).not.toEqual(await graph.ask(query));
});
