import { describe, expect, it } from '@jest/globals';
import {
  GraphQLSchema,
  Kind,
  buildSchema,
  parse,
  print,
  printType,
  stripIgnoredCharacters,
  validate,
  type GraphQLObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { asQuery, watchedBy, withLiveQueries } from '../../gateway/subscriptions/live-queries.js';

const api = buildSchema(`
  type Query { deposit(id: ID!): Deposit me: Learner! node: Node names: [String!] deposits: [Deposit!]! sum: Sum count: Int }
  interface Node { id: ID! }
  type Deposit implements Node { id: ID! state: String learner: Learner }
  type Learner implements Node { id: ID! name: String }
  type Sum { total: Int }
`);
const schema = withLiveQueries(api);

function operationOf(text: string) {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const operation = document.definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new Error('no operation');
  return { document, operation };
}

describe('live queries', () => {
  it('mirror the query fields that return one object with an id, and no others', () => {
    const subscription = schema.getSubscriptionType() as GraphQLObjectType;
    expect(Object.keys(subscription.getFields())).toEqual(['deposit', 'me']);
    expect(printType(subscription)).toContain('deposit(id: ID!): Deposit');
  });

  it('leave the given schema alone, and one that has nothing to watch', () => {
    expect(api.getSubscriptionType()).toBeUndefined();
    const empty = buildSchema('type Query { a: Int }');
    expect(withLiveQueries(empty)).toBe(empty);
    expect(withLiveQueries(schema)).toBe(schema);
    expect(schema).toBeInstanceOf(GraphQLSchema);
  });

  it('become the same query, fragments on the root included, other operations left out', () => {
    const text =
      'subscription S($id: ID!) { ...F } fragment F on Subscription { ... on Subscription { deposit(id: $id) { state } } } query Q { count }';
    const { document, operation } = operationOf(text);
    const query = asQuery(document, operation, schema);
    expect(validate(api, query)).toEqual([]);
    expect(stripIgnoredCharacters(print(query))).toBe(
      'query S($id:ID!){...F}fragment F on Query{...on Query{deposit(id:$id){state}}}',
    );
  });

  it('watch the type, and the one object where an id is given', () => {
    const watched = (text: string, variables: Record<string, unknown> = {}) => {
      const { document, operation } = operationOf(text);
      return watchedBy(document, operation, variables, schema);
    };
    expect(watched('subscription { deposit(id: "dep_1") { state } }')).toEqual([
      { type: 'Deposit', id: 'dep_1' },
    ]);
    expect(watched('subscription($x: ID!) { d: deposit(id: $x) { state } }', { x: 'dep_2' })).toEqual([
      { type: 'Deposit', id: 'dep_2' },
    ]);
    expect(
      watched(
        'subscription($x: ID! = "dep_3") { ...F } fragment F on Subscription { deposit(id: $x) { state } }',
      ),
    ).toEqual([{ type: 'Deposit', id: 'dep_3' }]);
    expect(watched('subscription { me { name } }')).toEqual([{ type: 'Learner', id: undefined }]);
  });
});
