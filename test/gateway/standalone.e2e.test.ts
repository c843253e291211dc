import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { graphql, parse } from 'graphql';
import { eventually } from '../support/eventually.js';
import { ask } from './two-subgraphs.js';

const main = new URL('../../dist/gateway/main.js', import.meta.url).pathname;
const library = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { book: Book }
  type Book @key(fields: "isbn") { isbn: ID! }`;
const reviews = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Book @key(fields: "isbn") { isbn: ID! stars: Int }`;

let folder: string;
let supergraph: string;
const servers: Server[] = [];
const children: ChildProcess[] = [];

/** A subgraph that knows nothing of this house. */
async function serve(sdl: string, resolvers: object): Promise<string> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
        query: string;
        variables?: Record<string, unknown>;
      };
      void graphql({ schema, source: query, variableValues: variables }).then((answer) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)),
      );
    });
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** The base address, or undefined when the process ended before it listened. */
  readonly url: Promise<string | undefined>;
  readonly status: Promise<number | null>;
}

function start(flags: string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [main, ...flags], {
    env: { PATH: process.env['PATH'], DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  const status = once(child, 'close').then(([code]) => code as number | null);
  const url = new Promise<string | undefined>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const found = /"url":"(http:[^"]+)\/graphql"/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    void status.then(() => resolve(undefined));
  });
  return { child, output: () => output, url, status };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amrlo-gateway-'));
  supergraph = join(folder, 'supergraph.graphql');
  const services = [
    { name: 'library', sdl: library, url: await serve(library, { Query: { book: () => ({ isbn: '1' }) } }) },
    {
      name: 'reviews',
      sdl: reviews,
      url: await serve(reviews, { Book: { __resolveReference: (book: object) => ({ ...book, stars: 5 }) } }),
    },
  ];
  const composed = composeServices(
    services.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  await writeFile(supergraph, composed.supergraphSdl ?? '');
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const server of servers) server.close();
  await rm(folder, { recursive: true, force: true });
});

it('stands in front of any Federation 2 supergraph, says when it is ready, and ends when told', async () => {
  const gateway = start(['--supergraph', supergraph, '--port', '0', '--auth', 'off']);
  const url = await gateway.url;
  expect(url).toBeDefined();
  const { body } = await ask(url!, { query: '{ book { isbn stars } }' });
  expect(body).toEqual({ data: { book: { isbn: '1', stars: 5 } } });
  const ready = await fetch(`${url}/ready`);
  expect([ready.status, ((await ready.json()) as { status: string }).status]).toEqual([200, 'ready']);
  gateway.child.kill('SIGTERM');
  expect(await gateway.status).toBe(0);
});

it('takes a new supergraph when it is told by SIGHUP, and by itself when the file is replaced', async () => {
  const text = await readFile(supergraph, 'utf8');
  for (const poll of ['0', '60000']) {
    const file = join(folder, `poll-${poll}.graphql`);
    await writeFile(file, text);
    const flags = ['--supergraph', file, '--port', '0', '--auth', 'off', '--supergraph-poll-ms', poll];
    const gateway = start(flags);
    const url = (await gateway.url)!;
    await writeFile(`${file}.next`, text.replaceAll('stars', 'rating'));
    await rename(`${file}.next`, file);
    if (poll === '0') gateway.child.kill('SIGHUP');
    await eventually(async () => {
      const { body } = await ask(url, { query: '{ __type(name: "Book") { fields { name } } }' });
      return JSON.stringify(body).includes('rating');
    });
    gateway.child.kill('SIGTERM');
    expect(await gateway.status).toBe(0);
  }
});

it('says in one sentence why it does not start, and ends with another status than zero', async () => {
  const taken = String((servers[0]!.address() as AddressInfo).port);
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['--supergraph', supergraph, '--port', taken, '--auth', 'off'], {}, new RegExp(taken)],
    [['--supergraph', join(folder, 'absent.graphql'), '--port', '0', '--auth', 'off'], {}, /absent\.graphql/],
    [['--supergraph', supergraph, '--auth', 'off'], { NODE_ENV: 'production' }, /AMRLO_AUTH=off/],
    [['--supergraph', supergraph, '--prot', '0'], {}, /--prot.*--port/],
  ];
  for (const [flags, env, sentence] of cases) {
    const gateway = start(flags, env);
    expect(await gateway.status).not.toBe(0);
    expect(gateway.output()).toMatch(sentence);
    expect(gateway.output()).not.toMatch(/\n\s+at /);
  }
});
