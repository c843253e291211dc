import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schoolFilePath, schoolFixtures } from '../../subgraphs/adapters/schools.js';

let folder: string;
let delivered: string;
let own: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'amrlo-adapter-'));
  delivered = join(folder, 'drop');
  own = join(folder, 'own.yaml');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a compiled program as a person at a terminal would, with a delivery that came a moment ago. */
function run(program: string, words: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  rmSync(delivered, { recursive: true, force: true });
  cpSync(schoolFixtures('ningxia-polytechnic'), delivered, { recursive: true });
  const settings = { PATH: process.env['PATH'], AMRLO_SCHOOL_FOLDER: delivered, ...env };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join('dist/subgraphs/adapters', program), ...words],
      { env: settings },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}
const adapter = (...words: string[]): Promise<Ended> => run('commands/adapter-main.js', words);

/** The school's own file with some texts changed. */
function schoolFile(...changes: [from: string, to: string][]): string {
  const text = readFileSync(schoolFilePath('ningxia-polytechnic'), 'utf8');
  writeFileSync(
    own,
    changes.reduce((before, [from, to]) => before.replace(from, to), text),
  );
  return own;
}

describe('npm run adapter', () => {
  test('init makes a school whose check goes well', async () => {
    const made = join(folder, 'new school');
    const words = ['--like', 'ningxia-polytechnic', '--name', '某某大学', '--moe-code', '4164010752'];
    const done = await adapter('init', made, ...words);
    expect(done).toMatchObject({ code: 0, err: '' });
    for (const file of done.out.trim().split('\n')) expect(existsSync(file)).toBe(true);
    const checked = await adapter('check', join(made, 'school.yaml'), '--student', 's-20230001');
    expect(checked).toMatchObject({ code: 0, err: '' });
    expect(checked.out).toContain('Nothing stands in the way.');
  });

  test('check waits for a delivery that came a moment ago and ends with 0', async () => {
    const checked = await adapter('check', 'ningxia-polytechnic');
    expect(checked).toMatchObject({ code: 0, err: '' });
    expect(checked.out).toContain('ok       results: 7 rows');
    expect((await adapter('check', 'ningxia-polytechnic', '--strict')).code).toBe(1);
  });

  test('check ends with 1 for a misspelt column and names its line', async () => {
    const checked = await adapter('check', schoolFile(['course.metadata.credits', 'course.metadata.credit']));
    expect(checked).toMatchObject({ code: 1, err: '' });
    expect(checked.out).toMatch(/did you mean course\.metadata\.credits\? \(.*own\.yaml:27\)/);
  });

  test('check and start:adapter tell each mistake of a file on a line of its own, and no stack', async () => {
    const file = schoolFile(["passMark: '60'", 'passMark: 60'], ['name: user.fullName', 'name: 5']);
    const mistakes = [
      /^.*own\.yaml:14: mapping\.student\.name: must be/m,
      /^.*own\.yaml:35: mapping\.grades\.passMark: must be/m,
    ];
    const checked = await adapter('check', file);
    const keys = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
    const started = await run('main.js', [], {
      AMRLO_SCHOOL: file,
      AMRLO_ASSERTION_PUBLIC_KEYS: `-----BEGIN PUBLIC KEY-----\\n${keys}\\n-----END PUBLIC KEY-----`,
    });
    for (const { code, err } of [checked, started]) {
      expect(code).toBe(1);
      expect(err.trim().split('\n')).toHaveLength(2);
      for (const mistake of mistakes) expect(err).toMatch(mistake);
    }
  });

  test('try shows a student beside the rows, with names masked', async () => {
    const tried = await adapter('try', 'ningxia-polytechnic', '--student', 's-20230001');
    expect(tried).toMatchObject({ code: 0, err: '' });
    expect(tried.out).toContain('user.fullName="陈**"');
    expect(tried.out).not.toContain('思远');
  });

  test.each([
    [
      ['check', '/nowhere/school.yaml'],
      1,
      'The school file /nowhere/school.yaml cannot be read: there is no such file.',
    ],
    [
      ['check', 'ningxia-polytechnic', '--most', '0'],
      2,
      '--most must be a whole number from 1 to 1000, not "0".',
    ],
    [
      ['check', 'ningxia-polytechnic', '--most', 'abc'],
      2,
      '--most must be a whole number from 1 to 1000, not "abc".',
    ],
    [
      ['try', 'ningxia-polytechnic', '--timeout', 'xyz'],
      2,
      '--timeout must be a whole number of seconds from 1 to 600, not "xyz".',
    ],
    [
      ['init', 'package.json', '--like', 'ningxia-polytechnic', '--name', 'N', '--id', 'inst_x'],
      2,
      'package.json is no folder; nothing was written.',
    ],
  ])('%j is refused with one sentence', async (words, code, sentence) => {
    expect(await adapter(...words)).toEqual({ code, out: '', err: `${sentence}\n` });
  });

  test('tells why a folder cannot be read, once', async () => {
    for (const command of ['check', 'try']) {
      const ended = await run('commands/adapter-main.js', [command, 'ningxia-polytechnic'], {
        AMRLO_SCHOOL_FOLDER: join(folder, 'absent'),
      });
      expect(ended.code).toBe(1);
      expect(`${ended.out}${ended.err}`.match(/ENOENT: no such file/g)).toHaveLength(1);
    }
  });
});
