import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { openFollowedGraph, readinessOf } from './followed-graph.js';
import { ask } from './two-subgraphs.js';

const common = '{ books { id title stars } }';
const commonAnswer = {
  data: { books: ['1', '2', '3'].map((id) => ({ id, title: `Title ${id}`, stars: 5 })) },
};
const priced = '{ book { id price } }';

test('the graph is swapped back and forth under load without one failed request', async () => {
  await using world = await openFollowedGraph();
  await world.put(world.graphs.first);
  const { gateway } = await world.start();
  let running = true;
  let answered = 0;
  const failed: unknown[] = [];
  const client = async (number: number): Promise<void> => {
    for (let count = 0; running; count += 1) {
      // Each client's operations are planned anew on each graph, beside those that are known.
      const query = count % 7 === 0 ? `query Q${number}_${count} ${common}` : common;
      const { status, body } = await ask(gateway.url, { query });
      answered += 1;
      if (status !== 200 || JSON.stringify(body) !== JSON.stringify(commonAnswer))
        failed.push({ status, body });
    }
  };
  const clients = Array.from({ length: 24 }, (_, number) => client(number));
  try {
    for (let round = 0; round < 4; round += 1) {
      await world.put(world.graphs.second);
      await gateway.lookAgain();
      const answer = await ask(gateway.url, { query: priced });
      expect(answer.body).toEqual({ data: { book: { id: '1', price: '1.50' } } });
      await world.put(world.graphs.first);
      await gateway.lookAgain();
      const refused = await ask(gateway.url, { query: priced });
      expect(refused.body.errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    }
  } finally {
    running = false;
    await Promise.all(clients);
  }
  expect(failed).toEqual([]);
  expect(answered).toBeGreaterThan(200);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('amrlo_gateway_graphs_total{outcome="swapped"} 8');
});

test('a request that began on the old graph ends on it, at the old address, and the next one is of the new graph', async () => {
  await using world = await openFollowedGraph();
  await world.put(world.graphs.first);
  const { gateway } = await world.start();
  const { library, stars, moved } = world.subgraphs;
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  library.before = () => held;
  const early = ask(gateway.url, { query: '{ book { stars } }' });
  await eventually(() => library.asked === 1);
  await world.put(world.graphs.moved);
  await gateway.lookAgain();
  library.before = () => undefined;
  // Another question to the library: an equal one would share the answer that is under way.
  expect((await ask(gateway.url, { query: '{ book(id: "2") { stars } }' })).body).toEqual({
    data: { book: { stars: 4 } },
  });
  expect(stars.asked).toBe(0);
  letGo();
  expect((await early).body).toEqual({ data: { book: { stars: 5 } } });
  expect([stars.asked, moved.asked]).toEqual([1, 1]);
});

test('a broken file changes nothing and is told by log, metrics and readiness, until it is mended', async () => {
  await using world = await openFollowedGraph();
  await world.put(world.graphs.first);
  const { gateway, lines } = await world.start();
  const { version } = (await readinessOf(gateway.url)).report.graph;
  const broken = [
    ['type Query {', /Syntax Error/],
    ['type Query { book: Book }', /join__Graph/],
    [world.graphs.first.replace('title: String', 'title: Strin'), /Strin/],
    [world.graphs.second.replace(/url: "[^"]*"/g, 'url: ""'), /no http address/],
    [
      world.graphs.first.replace(
        'schema',
        'schema @link(url: "https://example.org/sealed/v1.0", for: SECURITY)',
      ),
      /sealed for: SECURITY/,
    ],
    ['', /Syntax Error/],
  ] as const;
  for (const [text, reason] of broken) {
    await world.put(text);
    await gateway.lookAgain();
    expect((await ask(gateway.url, { query: common })).body).toEqual(commonAnswer);
    const { report } = await readinessOf(gateway.url);
    expect(report).toMatchObject({ status: 'ready', graph: { version, readFrom: 'file' } });
    expect(report.graph.refused?.reason).toMatch(reason);
  }
  await rm(world.file);
  await gateway.lookAgain();
  expect((await readinessOf(gateway.url)).report.graph.refused?.reason).toMatch(/ENOENT/);
  const told = lines.filter(({ msg }) => String(msg).startsWith('the graph in the file is not served'));
  expect(told).toHaveLength(broken.length + 1);
  const metrics = async () => (await fetch(`${gateway.url}/metrics`)).text();
  expect(await metrics()).toContain(`amrlo_gateway_graphs_total{outcome="refused"} ${broken.length + 1}`);
  expect(await metrics()).toContain('amrlo_gateway_graph_refused 1');
  await world.put(world.graphs.first);
  await gateway.lookAgain();
  expect((await readinessOf(gateway.url)).report.graph.refused).toBeUndefined();
  expect(await metrics()).toContain('amrlo_gateway_graph_refused 0');
});

test('a start on a broken or missing file takes the last good copy, says so loudly, and takes the mended file', async () => {
  await using world = await openFollowedGraph();
  await world.put(world.graphs.first);
  await (await world.start()).gateway.stop();
  for (const spoil of [() => world.put('type Query {'), () => rm(world.file)]) {
    await spoil();
    const { gateway, lines } = await world.start();
    expect((await ask(gateway.url, { query: common })).body).toEqual(commonAnswer);
    expect(lines.some(({ level, msg }) => level === 50 && String(msg).includes('last good copy'))).toBe(true);
    expect((await readinessOf(gateway.url)).report.graph).toMatchObject({ readFrom: 'copy', refused: {} });
    await world.put(world.graphs.second);
    await gateway.lookAgain();
    expect((await ask(gateway.url, { query: priced })).body.data).toEqual({
      book: { id: '1', price: '1.50' },
    });
    expect((await readinessOf(gateway.url)).report.graph).toMatchObject({ readFrom: 'file' });
    await gateway.stop();
  }
});

test('a copy that was tampered with, or of another file, is not served', async () => {
  await using world = await openFollowedGraph();
  await world.put(world.graphs.first);
  await (await world.start()).gateway.stop();
  await expect(world.start({ AMRLO_SUPERGRAPH: join(world.folder, 'mistyped.graphql') })).rejects.toThrow();
  const kept = join(world.folder, 'gateway');
  const [name] = await readdir(kept);
  const copy = join(kept, name!);
  await writeFile(copy, (await readFile(copy, 'utf8')).replace('title: String', 'title: Int'));
  await rm(world.file);
  await expect(world.start()).rejects.toThrow();
});

test('a data folder that cannot be written keeps nothing from starting', async () => {
  await using world = await openFollowedGraph();
  await world.put(world.graphs.first);
  await mkdir(join(world.folder, 'sub'));
  await writeFile(join(world.folder, 'sub', 'gateway'), 'a file where the folder should be');
  const { gateway, lines } = await world.start({ DATA_DIR: join(world.folder, 'sub') });
  expect((await ask(gateway.url, { query: common })).body).toEqual(commonAnswer);
  expect(lines.some(({ msg }) => String(msg).startsWith('the last good graph could not be kept'))).toBe(true);
});

test('with every subgraph down the gateway starts, says so, answers what it can, and recovers by itself', async () => {
  await using world = await openFollowedGraph();
  await world.put(world.graphs.first);
  const { library, stars } = world.subgraphs;
  await Promise.all([library.down(), stars.down()]);
  const { gateway } = await world.start();
  expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  expect(await readinessOf(gateway.url)).toMatchObject({ code: 503, report: { status: 'waiting' } });
  const dark = await ask(gateway.url, { query: '{ book { stars } }' });
  expect(dark.body).toMatchObject({
    data: { book: null },
    errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
  });
  await library.up();
  const half = await ask(gateway.url, { query: '{ book { title stars } }' });
  expect(half.body).toMatchObject({
    data: { book: { title: 'Title 1', stars: null } },
    errors: [{ path: ['book', 'stars'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
  });
  await stars.up();
  await eventually(async () => (await readinessOf(gateway.url)).code === 200);
  expect((await ask(gateway.url, { query: common })).body).toEqual(commonAnswer);
});

test('a subgraph that joins with a new graph and does not answer costs its fields, not the gateway’s readiness', async () => {
  await using world = await openFollowedGraph();
  await world.put(world.graphs.first);
  const { gateway } = await world.start();
  await eventually(async () => (await readinessOf(gateway.url)).code === 200);
  await world.subgraphs.prices.down();
  await world.put(world.graphs.second);
  await gateway.lookAgain();
  expect(await readinessOf(gateway.url)).toMatchObject({ code: 200, report: { status: 'degraded' } });
  const { body } = await ask(gateway.url, { query: '{ book { title price } }' });
  expect(body).toMatchObject({ data: { book: { title: 'Title 1', price: null } } });
});
