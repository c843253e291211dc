import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { key, newKey, startAuditRoom, type AuditRoom } from './audit-fixture.js';

let audit: AuditRoom;
beforeEach(async () => {
  audit = await startAuditRoom();
});
afterEach(async () => audit[Symbol.asyncDispose]());

describe('the command', () => {
  const program = join(import.meta.dirname, '../../subgraphs/kit/room/audit/verify-audit.ts');
  const hooks = pathToFileURL(join(import.meta.dirname, '../support/ts-hooks.mjs')).href;
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'amrlo-audit-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const run = (...options: string[]) =>
    promisify(execFile)(process.execPath, ['--no-warnings', '--import', hooks, program, ...options], {
      env: { INIT_CWD: folder },
    }).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        output: error.stdout + error.stderr,
      }),
    );

  test('prints the counts or the first fault, and says by its exit code which', async () => {
    const text = (await audit.twoBatches()).join('');
    await writeFile(join(folder, 'good.ndjson'), text);
    await writeFile(join(folder, 'cut.ndjson'), text.slice(0, text.length / 2));
    await writeFile(join(folder, 'empty.ndjson'), '');
    await writeFile(join(folder, 'keys.pem'), `${newKey().publicKeyPem}${key.publicKeyPem}`);
    const [fine, cut, empty, usage, absent, noKey, help] = await Promise.all([
      run('good.ndjson', '--key', 'keys.pem', '--room', 'public'),
      run('cut.ndjson', '--key', 'keys.pem'),
      run('empty.ndjson', '--key', 'keys.pem'),
      run('good.ndjson'),
      run('absent.ndjson', '--key', 'keys.pem'),
      run('good.ndjson', '--key', 'good.ndjson'),
      run('--help'),
    ]);
    expect(fine).toEqual({
      code: 0,
      output: expect.stringMatching(/^OK public: 8 rows, 2 seals, head [0-9a-f]{64}\n$/),
    });
    expect(cut).toEqual({ code: 1, output: expect.stringMatching(/^BROKEN line \d+: .*cut off\n$/) });
    expect(empty).toEqual({ code: 1, output: 'BROKEN line 1: the export is empty: it has no header\n' });
    expect(usage).toEqual({ code: 2, output: expect.stringMatching(/^Usage: audit:verify/) });
    expect(absent).toEqual({ code: 2, output: expect.stringMatching(/absent\.ndjson/) });
    expect(noKey).toEqual({ code: 2, output: 'good.ndjson holds no public key in PEM.\n' });
    expect(help).toEqual({ code: 0, output: expect.stringMatching(/--expect-head HASH/) });
  });

  test('imports nothing but the check and what comes with Node, so that an auditor can run it alone', async () => {
    const folderOf = join(import.meta.dirname, '../../subgraphs/kit/room/audit');
    for (const file of ['verify-audit.ts', 'check-audit-export.ts']) {
      const source = await readFile(join(folderOf, file), 'utf8');
      const from = [...source.matchAll(/\bfrom '([^']+)'/g)].map(([, module]) => module!);
      expect(from.filter((module) => !/^(node:|\.\/check-audit-export\.js$)/.test(module))).toEqual([]);
    }
  });
});
