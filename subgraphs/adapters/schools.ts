import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fixturePath } from './kit/fixture-path.js';
import { readSchoolFile, type SchoolFile } from './school-file.js';

const fileName = 'school.yaml';

/** The folder of a school that lies here, by its name. */
function folderOf(name: string): string {
  return dirname(fixturePath(import.meta.url, `./${name}/${fileName}`));
}

/** The names of the schools whose files lie here, one folder each. */
export function schoolNames(): string[] {
  const folder = dirname(fixturePath(import.meta.url, './README.md'));
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, fileName)))
    .sort();
}

/** The folder with the invented records of a school that lies here. */
export function schoolFixtures(name: string): string {
  return join(folderOf(name), 'fixtures');
}

/**
 * The school file that a name or a path means: the folder name of a school that lies here, or the path of a school
 * file anywhere (it ends in `.yaml`, `.yml` or `.json`).
 * @throws Error with one sentence when there is no such school
 */
export function schoolFilePath(nameOrPath: string): string {
  if (/\.(ya?ml|json)$/i.test(nameOrPath)) return nameOrPath;
  const names = schoolNames();
  if (names.includes(nameOrPath)) return join(folderOf(nameOrPath), fileName);
  throw new Error(
    `There is no school ${JSON.stringify(nameOrPath)} here: give one of ${names.join(', ')}, or the path of a school file (.yaml).`,
  );
}

/**
 * The school that a name or a path means.
 * @throws Error as `schoolFilePath` and `readSchoolFile` do
 */
export function schoolNamed(nameOrPath: string): SchoolFile {
  return readSchoolFile(schoolFilePath(nameOrPath));
}
