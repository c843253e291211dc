import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { buildSchema, parse, type GraphQLSchema } from 'graphql';
import { shippingOf, shop } from './shop-data.js';

const federation = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [${imports}])`;

/**
 * The four subgraphs on which gateways are compared in public, and one that only keeps grants, because our gateway
 * asks for them. The arguments `locale` and `region` change no value: they carry what makes a request distinct into
 * every call to every subgraph.
 */
const sdls = {
  accounts: `${federation('"@key", "@shareable", "@authenticated"')}
    type Query { me: User @authenticated  user(id: ID!): User @authenticated  users: [User] @authenticated }
    type User @key(fields: "id") {
      id: ID!  name(locale: String): String  username: String @shareable  birthday: Int @authenticated
    }`,
  inventory: `${federation('"@key", "@external", "@requires", "@authenticated"')}
    type Product @key(fields: "upc") {
      upc: String!  weight: Int @external  price: Int @external
      inStock(region: String): Boolean @authenticated
      shippingEstimate: Int @requires(fields: "price weight")
    }`,
  products: `${federation('"@key", "@authenticated"')}
    type Query { topProducts(first: Int = 5): [Product] @authenticated }
    type Product @key(fields: "upc") { upc: String!  name(locale: String): String  price: Int  weight: Int }`,
  reviews: `${federation('"@key", "@external", "@provides", "@authenticated"')}
    type Review @key(fields: "id") {
      id: ID!  body(locale: String): String @authenticated  product: Product
      author: User @provides(fields: "username")
    }
    type User @key(fields: "id") { id: ID!  username: String @external  reviews: [Review] @authenticated }
    type Product @key(fields: "upc") { upc: String!  reviews: [Review] @authenticated }`,
  institutions: `${federation('')}
    type Query { principalGrants(subject: String!): Grants }
    type Grants { epoch: Int!  grants: [Grant!]! }
    type Grant { id: ID!  role: String!  institutionId: ID  from: String!  to: String }`,
};

/** A subgraph of the shop. */
export type ShopSubgraph = keyof typeof sdls;

/** All of them. */
export const shopSubgraphs = Object.keys(sdls) as readonly ShopSubgraph[];

const user = {
  __resolveReference: async ({ id }: { id: string }) => shop.users.find((one) => one.id === id),
};
const product = {
  __resolveReference: async ({ upc }: { upc: string }) => shop.products.find((one) => one.upc === upc),
};
const accountsRoot = {
  me: () => shop.users[0],
  user: (_: unknown, { id }: { id: string }) => shop.users.find((one) => one.id === id),
  users: () => shop.users,
};
const productsRoot = {
  topProducts: (_: unknown, { first }: { first: number }) => shop.products.slice(0, first),
};

const resolvers: Record<ShopSubgraph, object> = {
  accounts: { Query: accountsRoot, User: user },
  inventory: {
    Product: {
      // What it requires comes with the reference, and the estimate is made of nothing else.
      __resolveReference: async (reference: { upc: string; price: number; weight: number }) => ({
        ...shop.products.find(({ upc }) => upc === reference.upc),
        shippingEstimate: shippingOf(reference),
      }),
    },
  },
  products: { Query: productsRoot, Product: product },
  reviews: {
    User: user,
    Product: product,
    Review: {
      __resolveReference: async ({ id }: { id: string }) => shop.reviews.find((one) => one.id === id),
    },
  },
  institutions: { Query: { principalGrants: () => ({ epoch: 1, grants: [] }) } },
};

/** The executable schema of a subgraph. */
export function shopSubgraph(name: ShopSubgraph): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(sdls[name]), resolvers: resolvers[name] as never }]);
}

/**
 * The composed supergraph.
 * @param guarded with `@authenticated`; the stock gateway refuses a supergraph that has it
 */
export function shopSupergraph(urls: Readonly<Record<string, string>>, guarded: boolean): string {
  const result = composeServices(
    shopSubgraphs.map((name) => ({
      name,
      url: urls[name] ?? '',
      typeDefs: parse(guarded ? sdls[name] : sdls[name].replaceAll(/,? ?"?@authenticated"?/g, '')),
    })),
  );
  if (result.supergraphSdl === undefined) throw new Error(String(result.errors));
  return result.supergraphSdl;
}

/** The same graph as one schema over the same rows; what graphql-js answers on it is what a gateway has to answer. */
export const wholeShop = buildSchema(`
  type Query { me: User  user(id: ID!): User  users: [User]  topProducts(first: Int = 5): [Product] }
  type User { id: ID!  name(locale: String): String  username: String  birthday: Int  reviews: [Review] }
  type Product {
    upc: String!  name(locale: String): String  price: Int  weight: Int  inStock(region: String): Boolean
    shippingEstimate: Int  reviews: [Review]
  }
  type Review { id: ID!  body(locale: String): String  product: Product  author: User }`);

/** Its root value. */
export const wholeShopRoot = {
  me: accountsRoot.me,
  user: (args: { id: string }) => accountsRoot.user(undefined, args),
  users: accountsRoot.users,
  topProducts: (args: { first: number }) => productsRoot.topProducts(undefined, args),
};
