import { expect, test } from '@jest/globals';
import { lintRoutedRoots } from '../../schema/lints/routed-roots.js';

const objections = (records: string) => lintRoutedRoots({ records }).map(({ at }) => at);

test('the contract of the schools has no root field of Query or Subscription, under any name', () => {
  expect(objections('type Query { students: Int }')).toEqual(['Query.students']);
  expect(objections('extend type Query { students: Int }')).toEqual(['Query.students']);
  expect(objections('schema { query: Root } type Root { a: Int }')).toEqual(['Root.a']);
  expect(objections('type Subscription { a: Int }')).toEqual(['Subscription.a']);
});

test('a mutation of it names the institution in its input', () => {
  const sdl = (field: string) =>
    `type Mutation { writeBack(input: WriteBackInput!): Int } input WriteBackInput { ${field} }`;
  expect(objections(sdl('institutionId: ID!'))).toEqual([]);
  expect(objections(sdl('id: ID!'))).toEqual(['Mutation.writeBack']);
  expect(objections('type Mutation { writeBack(institutionId: ID!): Int }')).toEqual(['Mutation.writeBack']);
});

test('another subgraph may have root fields', () => {
  expect(lintRoutedRoots({ learners: 'type Query { me: Int } type Mutation { a: Int }' })).toEqual([]);
});
