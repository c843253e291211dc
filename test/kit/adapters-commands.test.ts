import { afterEach, describe, expect, test } from '@jest/globals';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSchool } from '../../subgraphs/adapters/commands/check-school.js';
import { initSchool } from '../../subgraphs/adapters/commands/init-school.js';
import { openedSchool } from '../../subgraphs/adapters/commands/opened-school.js';
import { checkReport, sampleReport, strictly } from '../../subgraphs/adapters/commands/school-report.js';
import { trySchool } from '../../subgraphs/adapters/commands/try-school.js';
import { readDeclaration } from '../../subgraphs/adapters/kit/declaration.js';
import { parseSchoolFile } from '../../subgraphs/adapters/school-file.js';
import { schoolFilePath, schoolFixtures } from '../../subgraphs/adapters/schools.js';

const text = readFileSync(schoolFilePath('ningxia-polytechnic'), 'utf8');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'amrlo-school-'));
  folders.push(folder);
  return folder;
}

async function withSchool<T>(
  schoolFile: string,
  work: (school: Awaited<ReturnType<typeof openedSchool>>) => Promise<T>,
  folder = schoolFixtures('ningxia-polytechnic'),
): Promise<T> {
  const { signal } = new AbortController();
  const declared = parseSchoolFile('school.yaml', schoolFile);
  const school = await openedSchool(declared, { address: { folder }, timeoutMs: 10_000, signal });
  try {
    return await work(school);
  } finally {
    await school.close();
  }
}

async function checked(
  schoolFile: string,
  students: string[],
  { folder, strict = false }: { folder?: string; strict?: boolean } = {},
): Promise<string> {
  const findings = await withSchool(
    schoolFile,
    (school) => checkSchool(school, { students, most: 10 }),
    folder,
  );
  return checkReport(strict ? strictly(findings) : findings, readDeclaration('school.yaml', schoolFile));
}

/** The deliveries of the school with one text in one file changed. */
function changedFixtures(file: string, from: string, to: string): string {
  const folder = emptyFolder();
  cpSync(schoolFixtures('ningxia-polytechnic'), folder, { recursive: true });
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  expect(before).toContain(from);
  writeFileSync(path, before.replace(from, to));
  return folder;
}
const soon = text.replace('kind: drop', 'kind: drop\n  settleMs: 0');

describe('check', () => {
  test('names a misspelt column with its line and the column that was meant', async () => {
    const misspelt = text.replace('course.metadata.credits', 'course.metadata.credit');
    const line = misspelt.split('\n').findIndex((one) => one.includes('course.metadata.credit')) + 1;
    expect(await checked(misspelt, ['s-20230001'])).toContain(
      `PROBLEM  results has no column course.metadata.credit; did you mean course.metadata.credits? (school.yaml:${line})`,
    );
  });

  test('finds nothing in the way of a file that fits its system, whatever single rows hold', async () => {
    const report = await checked(text, []);
    expect(report).toContain('Nothing stands in the way.');
    expect(report).toContain('note     users.csv, row 6, familyName: FIELD_MISSING, row left out');
    expect(report).toMatch(/note {5}the grade "卓越" stands in no table \(1 times\).*\(school\.yaml:\d+\)/);
  });

  test('counts faults of single rows as problems where it is strict', async () => {
    const report = await checked(text, [], { strict: true });
    expect(report).toContain('PROBLEM  users.csv, row 6, familyName: FIELD_MISSING, row left out');
    expect(report).toMatch(/PROBLEM {2}the grade "卓越" stands in no table/);
    expect(report).toMatch(/[2-9] problems to settle/);
  });

  test('takes a grade off its scale and a damaged name for faults of the data', async () => {
    const offScale = changedFixtures('results.csv', '88.5', '105');
    expect(await checked(soon, ['s-20230001'], { folder: offScale })).toContain(
      'note     the grade "105" is on no scale (1 times)',
    );
    const damaged = changedFixtures('courses.csv', '可编程控制器应用', '????????');
    const report = await checked(soon, ['s-20230001'], { folder: damaged });
    expect(report).toContain('note     results.courseName: SOURCE_TEXT_CORRUPT');
    expect(report).toContain('Nothing stands in the way.');
  });

  test('asks for words where the school has no table of its own', async () => {
    const without = soon.replace(/^ {4}words: .*\n/m, '');
    const report = await checked(without, ['s-20230001']);
    expect(report).toMatch(/PROBLEM {2}the grade "优秀" stands in no table .*\(school\.yaml:\d+\)/);
    expect(report).not.toContain('has no source gradeWords');
    const settled = without.replace('passWords: {}', 'passWords: { 优秀: true }');
    expect(await checked(settled, ['s-20230001'])).not.toContain('the grade "优秀"');
  });

  test('refuses a table of words that the system does not have', async () => {
    const folder = emptyFolder();
    cpSync(schoolFixtures('ningxia-polytechnic'), folder, { recursive: true });
    rmSync(join(folder, 'scoreScales.csv'));
    const manifest = join(folder, 'manifest.csv');
    writeFileSync(
      manifest,
      readFileSync(manifest, 'utf8').replace(/^file\.scoreScales,.*$/m, 'file.scoreScales,absent'),
    );
    expect(await checked(soon, ['s-20230001'], { folder })).toMatch(
      /PROBLEM {2}the driver has no source gradeWords \(school\.yaml:\d+\)/,
    );
  });

  test('names students that the system does not know', async () => {
    expect(await checked(text, ['s-20230001', 'nobody'])).toContain('1 students of the sample are not known');
  });

  test.each([['with a student'], ['without one']])(
    'tells why a system cannot be reached once and nothing else, %s',
    async (how) => {
      const students = how === 'with a student' ? ['s-20230001'] : [];
      const report = await checked(text, students, { folder: join(emptyFolder(), 'absent') });
      expect(report).toMatch(
        /^PROBLEM {2}The records system of 宁夏职业技术大学 is unavailable.*A delivery was refused: .*ENOENT/,
      );
      expect(report.trimEnd().split('\n')).toHaveLength(2);
      expect(report).toContain('1 problem to settle');
    },
  );
});

describe('try', () => {
  test('shows each mapped field beside the columns that it was read from', async () => {
    const report = sampleReport(await withSchool(text, (school) => trySchool(school, 's-20230001')));
    expect(report).toMatch(/credits +4 +course\.metadata\.credits="4"/);
    expect(report).toMatch(/nativeGrade +优秀 +.*result\.textScore="优秀"/);
  });

  test('shows no name and no identity number', async () => {
    const report = sampleReport(await withSchool(text, (school) => trySchool(school, 's-20230001')));
    expect(report).toContain('user.fullName="陈**"');
    expect(report).not.toContain('陈思远');
    expect(report).not.toMatch(/\d{17}[\dXx]/);
  });

  test('masks names and identity numbers in every section, beside the field and in it', async () => {
    const folder = changedFixtures('courses.csv', '可编程控制器应用', '110101199003074477');
    const shown = soon.replace('programme: user.metadata.programme', 'programme: user.givenName');
    const report = sampleReport(await withSchool(shown, (school) => trySchool(school, 's-20230001'), folder));
    expect(report).toContain('course.title="***"');
    expect(report).toMatch(/courseName +\*\*\* /);
    expect(report).toMatch(/user\.givenName=".\**"/);
    expect(report).not.toContain('110101199003074477');
    expect(report).not.toContain('思远');
  });

  test('tells why the system cannot be reached', async () => {
    const absent = join(emptyFolder(), 'absent');
    await expect(withSchool(text, (school) => trySchool(school, 's-20230001'), absent)).rejects.toThrow(
      'The records system of 宁夏职业技术大学 is unavailable',
    );
  });

  test('says that a student is not known', async () => {
    await expect(withSchool(text, (school) => trySchool(school, 'nobody'))).rejects.toThrow(
      'The system does not know the student number nobody.',
    );
  });
});

describe('init', () => {
  const institution = { moeCode: '4164010752', name: '宁夏医科大学' };

  test('makes a school file that is acceptable, with the school in it and the settings that it needs', async () => {
    const folder = join(emptyFolder(), 'nxmu');
    await initSchool({ folder, institution, like: text });
    const made = readFileSync(join(folder, 'school.yaml'), 'utf8');
    expect(parseSchoolFile('school.yaml', made).institution).toEqual(institution);
    expect(parseSchoolFile('school.yaml', made).mapping).toEqual(
      parseSchoolFile('school.yaml', text).mapping,
    );
    expect(made).not.toContain('宁夏职业技术大学');
    expect(readFileSync(join(folder, 'env.example'), 'utf8')).toContain('AMRLO_SCHOOL_FOLDER=');
  });

  test('works at once: the new school is checked over the same system', async () => {
    const folder = join(emptyFolder(), 'nxmu');
    await initSchool({ folder, institution, like: text });
    const report = await checked(readFileSync(join(folder, 'school.yaml'), 'utf8'), ['s-20230001']);
    expect(report).toContain('ok       results: 5 rows');
  });

  test('names the school file in its steps as the folder was given, for a shell', async () => {
    const folder = join(emptyFolder(), 'a b');
    await initSchool({ folder, institution, like: text });
    const steps = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(steps).toContain(`npm run adapter -- check '${folder}/school.yaml'`);
    expect(steps).toContain(`npm run adapter -- try '${folder}/school.yaml' --student NUMBER`);
  });

  test('writes nothing where a file stands', async () => {
    const file = join(emptyFolder(), 'mine');
    writeFileSync(file, 'kept');
    await expect(initSchool({ folder: file, institution, like: text })).rejects.toThrow(
      `${file} is no folder; nothing was written.`,
    );
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  test('writes nothing into a folder that holds something', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'mine'), '');
    await expect(initSchool({ folder, institution, like: text })).rejects.toThrow(
      'is not empty; nothing was written',
    );
  });
});

test('the example in the guide is an acceptable school file', () => {
  const guide = readFileSync(new URL('../../docs/adapters.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  expect(parseSchoolFile('docs/adapters.md', example).institution.name).toBe('宁夏大学');
});
