import { describe, expect, test } from '@jest/globals';
import { lintNullability } from '../../schema/lints/nullability.js';

const owners = { Course: 'outcomes', Deposit: 'learners' };
const outcomes = 'type Course @key(fields: "id") { id: ID! title: String! }';
const stub = 'type Course @key(fields: "id") { id: ID! }';

/** The places that the lint objects to in `learners` beside an `outcomes` that owns Course. */
function objections(learners: string): string[] {
  return lintNullability({ outcomes, learners: `${stub} ${learners}` }, owners).map(({ at }) => at);
}

describe('a reference to another subgraph’s entity', () => {
  test.each(['Course', '[Course]', '[Course]!', '[[Course]!]!'])('may be %s', (type) => {
    expect(objections(`type Deposit @key(fields: "id") { id: ID! course: ${type} }`)).toEqual([]);
  });

  test.each(['Course!', '[Course!]', '[Course!]!', '[[Course!]]'])('must not be %s', (type) => {
    expect(objections(`type Deposit @key(fields: "id") { id: ID! course: ${type} }`)).toEqual([
      'Deposit.course',
    ]);
  });

  test('must not be non-null as the node of a connection either', () => {
    expect(objections('type CourseEdge { node: Course! cursor: String! }')).toEqual(['CourseEdge.node']);
    expect(objections('type CourseEdge { node: Course cursor: String! }')).toEqual([]);
  });

  test('is found in a value type, an extension and an interface', () => {
    expect(objections('type Line { course: Course! }')).toEqual(['Line.course']);
    expect(objections('type Line { n: Int } extend type Line { course: Course! }')).toEqual(['Line.course']);
    expect(objections('interface Line { course: Course! }')).toEqual(['Line.course']);
  });

  test('is found behind a union that it is a member of, and behind an interface that it implements', () => {
    expect(objections('type A { x: Int } union Thing = A | Course type Line { thing: Thing! }')).toEqual([
      'Line.thing',
    ]);
    const sdl =
      'extend type Course implements Named { name: String @external } interface Named { name: String } type Line { named: Named! }';
    expect(objections(sdl)).toEqual(['Line.named']);
  });

  test('does not forbid non-null references to entities of the same subgraph', () => {
    expect(objections('type Deposit @key(fields: "id") { id: ID! next: Deposit! all: [Deposit!]! }')).toEqual(
      [],
    );
  });
});

describe('what a subgraph contributes to another’s entity', () => {
  test('must be nullable', () => {
    expect(objections('extend type Course { deposits: Int! }')).toEqual(['Course.deposits']);
    expect(objections('extend type Course { deposits: [Int!]! }')).toEqual(['Course.deposits']);
    expect(objections('extend type Course { deposits: [Int!] }')).toEqual([]);
  });

  test('does not include its keys and what it borrows by @external', () => {
    expect(
      objections('extend type Course { title: String! @external left: Int @requires(fields: "title") }'),
    ).toEqual([]);
  });

  test('does not include a second key, even one with a nested selection', () => {
    const sdl =
      'extend type Course @key(fields: "code school { id }") { code: String! school: School! } type School { id: ID! }';
    expect(objections(sdl)).toEqual([]);
  });
});

describe('root fields', () => {
  test.each(['Query', 'Mutation'])('of %s must be nullable, lists too', (root) => {
    expect(objections(`type ${root} { a: Int! b: [Int!]! c: Int d: [Int!] }`)).toEqual([
      `${root}.a`,
      `${root}.b`,
    ]);
  });

  test('are found under another name', () => {
    expect(objections('schema { query: Root } type Root { a: Int! }')).toEqual(['Root.a']);
  });
});

describe('in records', () => {
  const records = (sdl: string) => lintNullability({ records: sdl }, {}).map(({ at }) => at);

  test('every field but the keys must be nullable, lists and their items too, in value types as well', () => {
    expect(
      records(
        'type R @key(fields: "a b") { a: ID! b: ID! c: Int! d: [Int]! e: [Int!] f: [Int] g: V } type V { h: Int! }',
      ),
    ).toEqual(['R.c', 'R.d', 'R.e', 'V.h']);
  });

  test('pages and refusals around an answer may be non-null, what stands in them may not', () => {
    const sdl =
      'type PageInfo { hasNextPage: Boolean! } type C { code: ID! } type CEdge { cursor: String! node: C! } ' +
      'type CConnection { edges: [CEdge!]! pageInfo: PageInfo! totalCount: Int! } ' +
      'type UserError { code: String! } type WriteCPayload { c: C! userErrors: [UserError!]! }';
    expect(records(sdl)).toEqual(['C.code', 'CEdge.node', 'CConnection.totalCount', 'WriteCPayload.c']);
  });

  test('another subgraph is not held to it', () => {
    expect(lintNullability({ learners: 'type V { h: Int! }' }, {})).toEqual([]);
  });
});

describe('ownership', () => {
  test('must be said for an entity that two subgraphs declare', () => {
    const [finding] = lintNullability({ a: stub, b: stub }, {});
    expect(finding).toEqual({
      subgraph: 'a',
      at: 'Course',
      problem: 'is an entity of a and b; say in schema/lints/ownership.ts which one owns it.',
    });
  });

  test('must not be given to a subgraph that does not declare the entity', () => {
    const problem = 'belongs to outcomes (schema/lints/ownership.ts), which does not declare it with a @key.';
    expect(lintNullability({ a: stub, b: stub }, owners)).toEqual([{ subgraph: 'a', at: 'Course', problem }]);
  });
});
