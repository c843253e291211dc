import { ApolloGateway, LocalGraphQLDataSource } from '@apollo/gateway';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate, type GraphQLSchema } from 'graphql';
import { accessMatrix } from '../../gateway/security/access-matrix.js';
import {
  applyDenied,
  createAuthorization,
  type Authorization,
} from '../../gateway/security/authorization.js';
import { anonymous, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { person } from './sample-supergraph.js';

const link = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;
const people = parse(`${link('"@key", "@authenticated", "@requiresScopes", "@policy"')}
  type Query { me: L @authenticated node: Node any: [U] pub: String strict: L! }
  interface Node { id: ID! secret: String }
  type L implements Node @key(fields: "id") {
    id: ID!
    secret: String @policy(policies: [["REGISTRAR"], ["SECRETARIAT"]])
    name: String @requiresScopes(scopes: [["a", "b"], ["c"]])
  }
  type M implements Node @authenticated @key(fields: "id") { id: ID! secret: String }
  union U = L | M`);
const ledger = parse(`${link('"@key", "@authenticated", "@policy"')}
  type L @key(fields: "id") { id: ID! deposits: [D!]! @authenticated }
  type M @key(fields: "id") { id: ID! credits: Int! @policy(policies: [["SUPERVISOR"]]) }
  type D @key(fields: "id") @policy(policies: [["LEARNER"]]) { id: ID! }`);

const l = { __typename: 'L', id: 'l', secret: 's', name: 'n' };
const m = { __typename: 'M', id: 'm', secret: 'open' };
let schema: GraphQLSchema;
let authorization: Authorization;
let gateway: {
  schema: GraphQLSchema;
  executor: (request: never) => Promise<{ data?: Record<string, unknown> }>;
};

beforeAll(async () => {
  const composed = composeServices([
    { name: 'people', url: 'http://people.invalid', typeDefs: people },
    { name: 'ledger', url: 'http://ledger.invalid', typeDefs: ledger },
  ]);
  expect(composed.errors).toBeUndefined();
  const sdl = composed.supergraphSdl ?? '';
  schema = buildSchema(sdl, { assumeValid: true });
  authorization = createAuthorization(schema);
  const reference = (more: object) => async (key: object) => ({ ...key, ...more });
  const services: Record<string, GraphQLSchema> = {
    people: buildSubgraphSchema({
      typeDefs: people,
      resolvers: {
        Query: { me: () => l, node: () => m, any: () => [l, m], pub: () => 'p', strict: () => l },
        L: { __resolveReference: reference(l) },
        M: { __resolveReference: reference(m) },
      },
    }),
    ledger: buildSubgraphSchema({
      typeDefs: ledger,
      resolvers: {
        L: { __resolveReference: reference({ deposits: [{ id: 'd' }] }) },
        M: { __resolveReference: reference({ credits: 3 }) },
        D: { __resolveReference: reference({}) },
      },
    }),
  };
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  gateway = (await new ApolloGateway({
    // The gateway refuses a supergraph whose security it would have to enforce; here the filter does.
    supergraphSdl: sdl.replaceAll(', for: SECURITY', ''),
    buildService: ({ name }) => new LocalGraphQLDataSource(services[name ?? ''] as GraphQLSchema),
  }).load()) as never;
});

async function ask(text: string, principal: Principal) {
  const { document, denied, key } = authorization.filter(parse(text), undefined, {}, principal);
  expect(validate(gateway.schema, document)).toEqual([]);
  const request = {
    request: { variables: {} },
    document,
    queryHash: key,
    context: {},
    metrics: {},
    logger: console,
  };
  const { data } = await gateway.executor(request as never);
  const answer = applyDenied(data === undefined ? {} : { data }, denied, gateway.schema, 'en');
  return {
    text: JSON.stringify(answer.data),
    errors: answer.errors?.map(
      (error) => `${error.path?.join('.') ?? ''} ${String(error.extensions['code'])}`,
    ),
  };
}

describe('the authorization filter over a composed supergraph and the stock planner', () => {
  it('enforces the directives that composition wrote', async () => {
    expect(await ask('{ pub me { id } }', anonymous)).toEqual({
      text: '{"pub":"p","me":null}',
      errors: ['me UNAUTHENTICATED'],
    });
    expect(await ask('{ me { id name secret deposits { id } } }', person([], ['a']))).toEqual({
      text: '{"me":{"id":"l","name":null,"secret":null,"deposits":[{"id":"d"}]}}',
      errors: ['me.name FORBIDDEN_FIELD', 'me.secret FORBIDDEN_FIELD'],
    });
    expect((await ask('{ me { name secret } }', person(['SECRETARIAT'], ['c']))).errors).toBeUndefined();
  });

  it('does not close an interface because one of its types is closed', async () => {
    expect(await ask('{ any { ... on Node { id secret } } node { id } }', person())).toEqual({
      text: '{"any":[{"id":"l","secret":null},{"id":"m","secret":"open"}],"node":{"id":"m"}}',
      errors: ['any.secret FORBIDDEN_FIELD'],
    });
  });

  it('nulls an object of a closed type where its fields allow no null', async () => {
    expect(await ask('{ any { ... on L { id } ... on M { credits } } }', person())).toEqual({
      text: '{"any":[{"id":"l"},null]}',
      errors: ['any.credits FORBIDDEN_FIELD'],
    });
    expect((await ask('{ node { id } strict { deposits { id } } }', anonymous)).text).toBe('null');
  });

  it('gives the access matrix its rows, root fields and entity references alike', () => {
    const rows = accessMatrix(schema);
    const of = (path: string) => rows.find((row) => row.path === path)?.allowed;
    expect(of('Query.me > L.secret') ?? of('Query.any > L.secret')).toMatchObject({
      SIGNED_IN: false,
      REGISTRAR: true,
    });
    expect(of('M(id) ledger > M.credits')).toMatchObject({ LEARNER: false, SUPERVISOR: true });
    expect(of('D(id) ledger > D.id')).toMatchObject({ ANONYMOUS: false, SIGNED_IN: true });
  });
});
