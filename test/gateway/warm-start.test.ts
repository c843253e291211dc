import { expect, test } from '@jest/globals';
import { operationHash } from '../../gateway/operations/manifest.js';
import { createPersistedOperations } from '../../gateway/operations/persisted-operations.js';
import { createLocalPersistedStore } from '../../gateway/operations/persisted-store.js';
import { ask, startTestGateway } from './two-subgraphs.js';

const entry = (name: string, document: string) => ({
  [operationHash(document)]: { name, client: 'portal', document },
});

test('a registered operation that this graph cannot plan is named in the log and keeps nothing from starting', async () => {
  const known = 'query Me { me { name } }';
  const operations = createPersistedOperations({
    manifest: { ...entry('Me', known), ...entry('Gone', 'query Gone { gone }') },
    store: createLocalPersistedStore(),
  });
  await using running = await startTestGateway({ over: { operations } });
  const warned = running.lines.filter(({ msg }) => msg === 'a registered operation could not be planned');
  expect(warned.map(({ operation }) => operation)).toEqual(['Gone']);
  const extensions = { persistedQuery: { version: 1, sha256Hash: operationHash(known) } };
  const { body } = await ask(running.gateway.url, { extensions });
  expect(body).toEqual({ data: { me: { name: '王小明' } } });
});
