import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { databaseUrl } from '../../subgraphs/kit/room/database/address.js';
import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import { person, startRoomOnPostgres, type RoomOnPostgres } from '../rooms/room-on-postgres.js';

const built = join(import.meta.dirname, '../../dist/subgraphs');
const exporter = join(built, 'alliance/commands/audit-export-main.js');
const verifier = join(built, 'kit/room/audit/verify-audit.js');

let room: RoomOnPostgres;
let folder: string;
let settings: Record<string, string>;
beforeAll(async () => {
  // Its own sealer, which has another key, is never started.
  room = await startRoomOnPostgres(institutionsModule);
  folder = await mkdtemp(join(tmpdir(), 'amrlo-audit-commands-'));
  const { host, port, database, user, password } = await room.connectAsApp();
  const url = databaseUrl({ host, port, database: database!, user: user!, password: password! });
  const keyFile = join(folder, 'signing.key');
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  settings = {
    DATABASE_URL: url,
    MIGRATION_DATABASE_URL: url,
    DATA_DIR: join(folder, 'data'),
    AMRLO_AUDIT_SIGNING_KEY_FILE: keyFile,
  };
  // A refusal, which the trail keeps.
  await room.ask(
    person('reg', 'REGISTRAR@x'),
    'mutation { importRoster(input: { uploadId: "upl_1", idempotencyKey: "k-0000001" }) { userErrors { code } } }',
  );
}, 60_000);
afterAll(async () => {
  await room?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command in a process of its own, called from the test's folder. */
function run(program: string, env: Record<string, string>, ...words: string[]) {
  return promisify(execFile)(process.execPath, [program, ...words], {
    env: { PATH: process.env['PATH'] ?? '', INIT_CWD: folder, ...env },
  }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  );
}

test('a trail that was exported is verified with nothing but the two files that were written', async () => {
  const exported = await run(exporter, settings, 'institutions');
  expect(exported).toEqual({
    code: 0,
    output: expect.stringMatching(/institutions-audit\.ndjson and its public key .*\.ndjson\.pem\n$/),
  });
  const file = 'institutions-audit.ndjson';
  expect(await readFile(join(folder, `${file}.pem`), 'utf8')).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  expect(await run(verifier, {}, file, '--key', `${file}.pem`, '--room', 'institutions')).toEqual({
    code: 0,
    output: expect.stringMatching(/^OK institutions: \d+ rows, /),
  });
  expect(await readFile(join(folder, file), 'utf8')).toContain('"actor":"reg"');
}, 60_000);

test('an export writes over nothing and says so', async () => {
  await writeFile(join(folder, 'kept.ndjson'), 'evidence');
  expect(await run(exporter, settings, 'institutions', '--out', 'kept.ndjson')).toEqual({
    code: 1,
    output: expect.stringMatching(
      /kept\.ndjson exists already; move it away, or name another file with --out FILE\.\n$/,
    ),
  });
  expect(await readFile(join(folder, 'kept.ndjson'), 'utf8')).toBe('evidence');
  expect(existsSync(join(folder, 'kept.ndjson.pem'))).toBe(false);
}, 60_000);

test('an export without the key that seals is refused before anything is written', async () => {
  const { AMRLO_AUDIT_SIGNING_KEY_FILE: _, ...without } = settings;
  expect(await run(exporter, without, 'institutions', '--out', 'none.ndjson')).toEqual({
    code: 2,
    output: 'Name the key that seals the trail with AMRLO_AUDIT_SIGNING_KEY_FILE.\n',
  });
  expect(existsSync(join(folder, 'none.ndjson'))).toBe(false);
}, 60_000);
