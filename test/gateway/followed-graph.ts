import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { startStandaloneGateway, type StandaloneGateway } from '../../gateway/standalone.js';
import { loadSettings } from '../../subgraphs/kit/base/config/load-settings.js';
import { keptLog } from './two-subgraphs.js';

const federation =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';

/** A subgraph over HTTP that a test can stop, start again, and make wait. */
export interface ServedSubgraph {
  readonly url: string;
  /** Operations that it has received. */
  asked: number;
  /** Awaited before each answer. */
  before: () => Promise<void> | void;
  down(): Promise<void>;
  up(): Promise<void>;
}

/** Serves what knows nothing of this house. */
export async function serveSubgraph(sdl: string, resolvers: object): Promise<ServedSubgraph> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  let server: Server | undefined;
  let port = 0;
  const listen = async (): Promise<void> => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
          query: string;
          variables?: Record<string, unknown>;
        };
        served.asked += 1;
        void (async () => {
          await served.before();
          const answer = await graphql({ schema, source: query, variableValues: variables });
          response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
        })();
      });
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const served: ServedSubgraph = {
    get url() {
      return `http://127.0.0.1:${port}/graphql`;
    },
    asked: 0,
    before: () => undefined,
    async down() {
      server?.closeAllConnections();
      await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
      server = undefined;
    },
    up: listen,
  };
  await listen();
  return served;
}

const librarySdl = `${federation}
  type Query { book(id: ID): Book  books: [Book!]! }
  type Book @key(fields: "id") { id: ID!  title: String }`;
const starsSdl = `${federation} type Book @key(fields: "id") { id: ID!  stars: Int }`;
const pricesSdl = `${federation} type Book @key(fields: "id") { id: ID!  price: String }`;

/** A supergraph of named subgraphs at their addresses. */
export function supergraphOf(
  services: Readonly<Record<string, readonly [url: string, sdl: string]>>,
): string {
  const composed = composeServices(
    Object.entries(services).map(([name, [url, sdl]]) => ({ name, url, typeDefs: parse(sdl) })),
  );
  if (composed.supergraphSdl === undefined) throw new Error(String(composed.errors));
  return composed.supergraphSdl;
}

/** Three subgraphs, graphs over them, a folder, and the gateways that follow its file. */
export async function openFollowedGraph() {
  const folder = await mkdtemp(join(tmpdir(), 'amrlo-swap-'));
  const book = (id: string) => ({ __typename: 'Book', id, title: `Title ${id}` });
  const reference = (more: (id: string) => object) => ({
    Book: { __resolveReference: async ({ id }: { id: string }) => ({ id, ...more(id) }) },
  });
  const library = await serveSubgraph(librarySdl, {
    Query: {
      book: (_: unknown, { id }: { id?: string }) => book(id ?? '1'),
      books: () => ['1', '2', '3'].map(book),
    },
    Book: { __resolveReference: async ({ id }: { id: string }) => book(id) },
  });
  const stars = await serveSubgraph(
    starsSdl,
    reference(() => ({ stars: 5 })),
  );
  const prices = await serveSubgraph(
    pricesSdl,
    reference((id) => ({ price: `${id}.50` })),
  );
  const moved = await serveSubgraph(
    starsSdl,
    reference(() => ({ stars: 4 })),
  );
  const file = join(folder, 'supergraph.graphql');
  const started: StandaloneGateway[] = [];
  const graphs = {
    /** No prices. */
    first: supergraphOf({ library: [library.url, librarySdl], stars: [stars.url, starsSdl] }),
    /** With prices. */
    second: supergraphOf({
      library: [library.url, librarySdl],
      stars: [stars.url, starsSdl],
      prices: [prices.url, pricesSdl],
    }),
    /** The stars come from elsewhere. */
    moved: supergraphOf({ library: [library.url, librarySdl], stars: [moved.url, starsSdl] }),
    /** Nobody knows stars. */
    starless: supergraphOf({ library: [library.url, librarySdl] }),
  };
  return {
    folder,
    file,
    graphs,
    subgraphs: { library, stars, prices, moved },
    /** As a deployment does it: another file takes the place of the one before. */
    async put(text: string): Promise<void> {
      await writeFile(`${file}.next`, text);
      await rename(`${file}.next`, file);
    },
    async start(env: Readonly<Record<string, string>> = {}) {
      const { log, lines } = keptLog();
      const settings = loadSettings('gateway', {
        env: {
          AMRLO_SUPERGRAPH: file,
          AMRLO_SUPERGRAPH_POLL_MS: '0',
          AMRLO_AUTH: 'off',
          DATA_DIR: folder,
          PORT: '0',
          ...env,
        },
      });
      const gateway = await startStandaloneGateway(settings, new Map(), log);
      started.push(gateway);
      return { gateway, lines };
    },
    async [Symbol.asyncDispose]() {
      for (const gateway of started) await gateway.stop();
      await Promise.all([library, stars, prices, moved].map((one) => one.down()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What `/ready` says. */
export async function readinessOf(url: string) {
  const response = await fetch(`${url}/ready`);
  return {
    code: response.status,
    report: (await response.json()) as {
      status: string;
      graph: { version: string; readFrom: string; refused?: { reason: string } };
    },
  };
}
