import { buildSchema, type GraphQLSchema } from 'graphql';
import type { Principal, Role } from '../../subgraphs/kit/base/identity/principal.js';

/** The three directives as composition writes them into a supergraph. */
export const securityDirectives = `
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @join__type(graph: join__Graph!, key: String, resolvable: Boolean! = true) repeatable on OBJECT | INTERFACE | UNION | ENUM
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { A B }
`;

/**
 * A small graph with every kind of rule. `Node` carries what composition copies up from its types:
 * `@authenticated` from M, the policy of `secret` from L.
 */
export const sampleSdl = `${securityDirectives}
schema @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY) { query: Query mutation: Mutation }
type Query {
  me: L @authenticated
  node(id: ID): Node
  nodes: [Node!]!
  any: [U]
  pub: String!
  scoped: Int @requiresScopes(scopes: [["a", "b"], ["c"]])
  hidden: Hidden
  kind: Kind
  strict: L!
}
interface Node @authenticated {
  id: ID!
  secret(mask: Boolean): String @policy(policies: [["REGISTRAR"], ["SECRETARIAT"]])
  friend: Node
}
type L implements Node @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID!
  secret(mask: Boolean): String @policy(policies: [["REGISTRAR"], ["SECRETARIAT"]])
  friend: Node
  name: String @requiresScopes(scopes: [["a"]])
  must: String! @authenticated
  deposits: [D!]! @authenticated
}
type M implements Node @authenticated {
  id: ID!
  secret(mask: Boolean): String
  friend: Node
  title: String!
}
union U = L | M | D
type D @policy(policies: [["LEARNER"]]) @join__type(graph: B, key: "id") @join__type(graph: A, key: "code", resolvable: false) {
  id: ID!
  credits: String!
  owner: L!
}
type Hidden @policy(policies: [["SUPERVISOR"]]) { value: Int! }
enum Kind @authenticated { X Y }
type Mutation {
  change(x: Int): L! @policy(policies: [["REGISTRAR"]])
  touch: M
}
`;

/** The sample graph with its directives. */
export function sampleSchema(): GraphQLSchema {
  return buildSchema(sampleSdl);
}

/** A person with roles and scopes. */
export function person(roles: readonly Role[] = [], scopes: readonly string[] = []): Principal {
  return {
    kind: 'PERSON',
    subject: 'person-1',
    grants: roles.map((role, index) => ({
      id: `grant_${index}`,
      role,
      institutionId: 'inst_1',
      from: '2020-01-01T00:00:00Z',
      to: null,
    })),
    scopes,
  };
}
