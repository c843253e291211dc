import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Kind, buildSchema, execute, parse, type OperationDefinitionNode } from 'graphql';
import type { Plain } from '../../../gateway/engine/answer-shape.js';
import { readClientSelection } from '../../../gateway/engine/client-selection.js';
import { Failures } from '../../../gateway/engine/failures.js';
import { projectAnswer } from '../../../gateway/engine/project-answer.js';
import { compileWriter } from '../../../gateway/engine/write-answer.js';

const schema = buildSchema(`
  type Query { any: Any  must: Thing!  list: [Thing!]  lists: [[Any!]!]  names: [String!]!  flag: Boolean  rate: Float  id: ID }
  interface Any { name: String! }
  type Thing implements Any { name: String!  count: Int  next: Thing  strict: Thing!  all: [Any]! }
  type Other implements Any { name: String!  mood: Mood }
  enum Mood { GOOD BAD }
`);
const document = parse(`{
  any { __typename ...any } must { ...thing } must { title: name } list { ...thing } lists { ...any } names flag rate id
}
fragment any on Any { name ... on Thing { ...thing } ... on Other { m: mood mood } }
fragment thing on Thing { n: name count next { name strict { count } } all { name ... on Other { mood } } }`);
const operation = document.definitions.find(
  (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
) as OperationDefinitionNode;
const selection = readClientSelection(document, operation, schema, () => true);
const write = compileWriter(selection);

const cause = () => ({ message: '', extensions: {}, subgraph: '', perObject: false, told: false });

/** Any value, or none. */
const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 8, nil: null });
const text = perhaps(fc.oneof(fc.string({ unit: 'binary', maxLength: 90 }), fc.string()));
const { query } = fc.letrec((tie) => ({
  thing: fc.record({
    __typename: fc.constant('Thing'),
    name: text,
    count: perhaps(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    next: fc.option(tie('thing'), { maxDepth: 2 }),
    strict: fc.option(tie('thing'), { maxDepth: 2 }),
    all: perhaps(fc.array(perhaps(tie('any')), { maxLength: 2 })),
  }),
  other: fc.record({
    __typename: fc.constant('Other'),
    name: text,
    mood: perhaps(fc.constantFrom('GOOD', 'BAD')),
  }),
  any: fc.oneof({ maxDepth: 3 }, tie('other'), tie('thing')),
  query: fc.record({
    any: perhaps(tie('any')),
    must: perhaps(tie('thing')),
    list: perhaps(fc.array(perhaps(tie('thing')), { maxLength: 3 })),
    lists: perhaps(fc.array(perhaps(fc.array(perhaps(tie('any')), { maxLength: 2 })), { maxLength: 2 })),
    names: perhaps(fc.array(text, { maxLength: 3 })),
    flag: perhaps(fc.boolean()),
    rate: perhaps(fc.double({ noNaN: true, noDefaultInfinity: true })),
    id: text,
  }),
}));

function project(data: Plain) {
  return projectAnswer({ selection, data, failures: new Failures(), introspection: {}, fault: cause });
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('null climbs as it does in graphql-js, for any data', () => {
  fc.assert(
    fc.property(query, (given) => {
      const data = given as Plain;
      const ours = project(data);
      const theirs = execute({ schema, document, rootValue: data });
      if (theirs instanceof Promise) throw new Error('nothing here waits');
      expect(plain(ours.data)).toEqual(plain(theirs.data));
      // graphql-js stops at the first of an object; every one that it tells is told here too.
      const paths = new Set(ours.errors.map(({ path }) => path.join('.')));
      for (const { path } of theirs.errors ?? []) expect(paths).toContain(path?.join('.'));
      expect(ours.errors.length === 0).toBe(theirs.errors === undefined);
    }),
    { numRuns: 500 },
  );
});

test('what is written as text is the answer to the letter; where anything is wrong, nothing is written', () => {
  fc.assert(
    fc.property(query, (given) => {
      const data = given as Plain;
      const { data: projected, errors } = project(data);
      expect(write(data, {})).toBe(errors.length === 0 ? JSON.stringify(projected) : undefined);
    }),
    { numRuns: 500 },
  );
});
