import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Contender, Surroundings } from './contenders.js';
import { cores, startPinned } from './pinned-process.js';

const folder = join(import.meta.dirname, '../peers');

/** Installs the other gateways, once. @throws Error with npm's words when that fails */
export async function installPeers(): Promise<void> {
  if (existsSync(join(folder, 'node_modules'))) return;
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
}

function peer(name: string, file: string, told: (around: Surroundings) => object): Contender {
  return {
    name,
    what: 'gateway',
    anyOperation: true,
    async start(around) {
      const process = startPinned(cores.gateway, [join(folder, file)], {
        cwd: folder,
        env: { NODE_ENV: 'production' },
      });
      const url = process.message<string>();
      process.child.send(told(around));
      return { process, url: await url };
    },
  };
}

const hive = (native: boolean, share: boolean): Contender =>
  peer(
    `Hive 2.12.1, ${native ? 'native' : 'JavaScript'} planner${share ? ', calls in flight shared' : ''}`,
    'hive-gateway.mjs',
    ({ sdl }) => ({ sdl, native, share }),
  );

/** The gateways of the package under `test/bench/peers/`. */
export const peerContenders: readonly Contender[] = [
  hive(false, false),
  hive(false, true),
  hive(true, false),
  hive(true, true),
  peer('Mercurius gateway 5.2.0', 'mercurius-gateway.mjs', ({ urls }) => ({
    services: Object.entries(urls).map(([name, url]) => ({ name, url, schema: federation1[name] })),
  })),
];

/** The same subgraphs in the words of Federation 1. */
const federation1: Readonly<Record<string, string>> = {
  accounts: `
    extend type Query { me: User  user(id: ID!): User  users: [User] }
    type User @key(fields: "id") { id: ID!  name(locale: String): String  username: String  birthday: Int }`,
  inventory: `
    extend type Product @key(fields: "upc") {
      upc: String! @external  weight: Int @external  price: Int @external
      inStock(region: String): Boolean  shippingEstimate: Int @requires(fields: "price weight")
    }`,
  products: `
    extend type Query { topProducts(first: Int = 5): [Product] }
    type Product @key(fields: "upc") { upc: String!  name(locale: String): String  price: Int  weight: Int }`,
  reviews: `
    type Review @key(fields: "id") {
      id: ID!  body(locale: String): String  product: Product  author: User @provides(fields: "username")
    }
    extend type User @key(fields: "id") { id: ID! @external  username: String @external  reviews: [Review] }
    extend type Product @key(fields: "upc") { upc: String! @external  reviews: [Review] }`,
  institutions: `
    extend type Query { principalGrants(subject: String!): Grants }
    type Grants { epoch: Int!  grants: [Grant!]! }
    type Grant { id: ID!  role: String!  institutionId: ID  from: String!  to: String }`,
};
