import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { operationHash } from '../../gateway/operations/manifest.js';
import { createPersistedOperations } from '../../gateway/operations/persisted-operations.js';
import { createLocalPersistedStore } from '../../gateway/operations/persisted-store.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { startTestGateway } from '../gateway/two-subgraphs.js';

const main = new URL('../../dist/subgraphs/alliance/commands/explain-main.js', import.meta.url).pathname;
const document = 'query Remaining($id: ID!) { learner(id: $id) { deposits { remaining } } }';
const grant = {
  id: 'grant_1',
  role: 'SECRETARIAT',
  institutionId: null,
  from: '2026-01-01T00:00:00Z',
  to: null,
} as const;

let folder: string;
let running: Awaited<ReturnType<typeof startTestGateway>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'amrlo-explain-'));
  writeFileSync(join(folder, 'remaining.graphql'), document);
  writeFileSync(join(folder, 'variables.json'), '{"id":"lrn_1"}');
  writeFileSync(join(folder, 'broken.json'), '["lrn_1"]');
  running = await startTestGateway({
    over: {
      operations: createPersistedOperations({
        manifest: { [operationHash(document)]: { name: 'Remaining', client: 'portal', document } },
        store: createLocalPersistedStore(),
      }),
      security: {
        authenticate: async ({ authorization }) => ({
          principal:
            authorization === 'Bearer secretariat'
              ? { kind: 'PERSON', subject: 'office', grants: [grant], scopes: [] }
              : anonymous,
        }),
      },
    },
  });
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function explain(...words: string[]) {
  const child = spawn(process.execPath, [main, ...words, '--url', running.gateway.url], {
    env: { PATH: process.env['PATH'], DATA_DIR: folder, INIT_CWD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

const asOffice = ['--token', 'secretariat', '--variables', 'variables.json'];

test('a file and a hash are run and printed as a tree', async () => {
  for (const named of ['remaining.graphql', operationHash(document)]) {
    const { code, out, err } = await explain(named, ...asOffice);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Remaining: [\d.]+ ms, plan/);
    expect(out).toMatch(
      /\nsequence\n├─ learners, at .*\n│ {5}\(root\): 1 rows\n└─ records, at .*\n {6}learner\.deposits\.@: 2 rows, 2 sent\n$/,
    );
    expect(out).not.toContain('lrn_1');
  }
});

test('what cannot be explained is said in one sentence, and the status is not zero', async () => {
  for (const [words, sentence] of [
    [['remaining.graphql', '--token', 'learner', '--variables', 'variables.json'], /only the secretariat/],
    [['absent.graphql', ...asOffice], /neither a file/],
    [['a'.repeat(64), ...asOffice], /PersistedQueryNotFound/],
    [['remaining.graphql', '--token', 'secretariat', '--variables', 'broken.json'], /object of variables/],
    [['remaining.graphql', '--token', 'secretariat'], /\$id/],
  ] as const) {
    const { code, out, err } = await explain(...words);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  }
});
