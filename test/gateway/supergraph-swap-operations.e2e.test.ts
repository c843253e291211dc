import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { operationHash } from '../../gateway/operations/manifest.js';
import { listen, until } from '../support/live-stream.js';
import { openFollowedGraph, readinessOf } from './followed-graph.js';
import { ask } from './two-subgraphs.js';

/** Tokens are never looked at here: everybody is nobody known, and the graph has no directive. */
const trusting = {
  AMRLO_AUTH: 'on',
  AMRLO_OIDC_ISSUER: 'http://127.0.0.1:9',
  AMRLO_OIDC_JWKS_URL: 'http://127.0.0.1:9/keys',
};
const registered = 'query Stars { book { stars } }';
const byHash = (document: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: operationHash(document) } },
});
const codeOf = (answer: Awaited<ReturnType<typeof ask>>) => answer.body.errors?.[0]?.extensions['code'];

async function openWithManifest() {
  const world = await openFollowedGraph();
  const manifest = { [operationHash(registered)]: { name: 'Stars', client: 'portal', document: registered } };
  await world.put(world.graphs.first);
  await writeFile(join(world.folder, 'operations.json'), JSON.stringify(manifest));
  return world;
}

test('operations named by their hash outlive the graph, and one that no longer fits is refused as outdated', async () => {
  await using world = await openWithManifest();
  const { gateway } = await world.start(trusting);
  const kept = '{ book { title } }';
  const lost = '{ books { stars } }';
  for (const query of [kept, lost]) await ask(gateway.url, { query, ...byHash(query) });
  await world.put(world.graphs.starless);
  await gateway.lookAgain();
  expect((await ask(gateway.url, byHash(kept))).body).toEqual({ data: { book: { title: 'Title 1' } } });
  for (const document of [lost, registered]) {
    const answer = await ask(gateway.url, byHash(document));
    expect([answer.status, codeOf(answer)]).toEqual([400, 'OPERATION_OUTDATED']);
  }
  expect((await readinessOf(gateway.url)).report.graph).toMatchObject({ outdatedOperations: ['Stars'] });
  const got = await fetch(
    `${gateway.url}/graphql?extensions=${encodeURIComponent(JSON.stringify(byHash(registered).extensions))}`,
  );
  expect(got.status).toBe(400);
  expect(got.headers.get('cache-control')).toBe('no-store');
  await world.put(world.graphs.first);
  await gateway.lookAgain();
  for (const document of [lost, registered])
    expect((await ask(gateway.url, byHash(document))).body.errors).toBeUndefined();
});

test('the entity tag of one graph never stands for the answer of another', async () => {
  await using world = await openWithManifest();
  const { gateway } = await world.start(trusting);
  const get = (tag?: string) =>
    fetch(
      `${gateway.url}/graphql?extensions=${encodeURIComponent(JSON.stringify(byHash(registered).extensions))}`,
      { headers: tag === undefined ? {} : { 'if-none-match': tag } },
    );
  const tag = (await get()).headers.get('etag')!;
  expect((await get(tag)).status).toBe(304);
  await world.put(world.graphs.moved);
  await gateway.lookAgain();
  const other = await get(tag);
  expect([other.status, await other.json()]).toEqual([200, { data: { book: { stars: 4 } } }]);
  expect(other.headers.get('etag')).not.toBe(tag);
  await world.put(world.graphs.first);
  await gateway.lookAgain();
  expect((await get(tag)).status).toBe(304);
});

test('graph and manifest are taken together: one with a broken manifest is refused', async () => {
  await using world = await openWithManifest();
  const { gateway } = await world.start(trusting);
  await writeFile(join(world.folder, 'operations.json'), '{ "half": ');
  await world.put(world.graphs.second);
  await gateway.lookAgain();
  expect((await ask(gateway.url, byHash(registered))).body).toEqual({ data: { book: { stars: 5 } } });
  expect((await readinessOf(gateway.url)).report.graph.refused?.reason).toMatch(/JSON/);
});

test('a live query goes on over the new graph, and ends with a code when its operation is no longer valid', async () => {
  await using world = await openWithManifest();
  const { gateway } = await world.start(trusting);
  await using stars = await listen(gateway.url, {}, 'subscription { book { id stars } }', {});
  await using title = await listen(gateway.url, {}, 'subscription { book { id title } }', {});
  await until(stars, ({ data }) => data?.book.stars === 5);
  await until(title, ({ data }) => data?.book.title === 'Title 1');
  await world.put(world.graphs.moved);
  await gateway.lookAgain();
  await until(stars, ({ data }) => data?.book.stars === 4);
  await world.put(world.graphs.starless);
  await gateway.lookAgain();
  const last = await until(stars, ({ errors }) => errors !== undefined);
  expect(last.errors).toMatchObject([{ extensions: { code: 'OPERATION_OUTDATED' } }]);
  expect((await stars.results.next()).done).toBe(true);
});
