import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { CommandFailure, exitCodes } from '../../kit/base/command-line/command-failure.js';
import { makeFolder } from '../../kit/base/make-folder.js';
import { parseSchoolFile, type SchoolFile } from '../school-file.js';

/** A school to be wrapped. */
export interface NewSchool {
  /** The folder to be made; its name is the school's name in commands. */
  readonly folder: string;
  readonly institution: SchoolFile['institution'];
  /** The text of the school file that is taken as a start. */
  readonly like: string;
}

/** The settings that an adapter of a school needs; a web service takes those of its kind of access and no others. */
function settingsOf({ driver, mapping }: SchoolFile): string[] {
  const compares = mapping.changes !== undefined && 'compare' in mapping.changes;
  const own = {
    sql: ['AMRLO_SCHOOL_DATABASE_URL', ...('writeBack' in driver ? ['AMRLO_SCHOOL_WRITE_DATABASE_URL'] : [])],
    rest: [
      'AMRLO_SCHOOL_URL',
      'AMRLO_SCHOOL_TOKEN',
      'AMRLO_SCHOOL_CLIENT_ID',
      'AMRLO_SCHOOL_CLIENT_SECRET',
      'AMRLO_SCHOOL_TOKEN_URL',
    ],
    soap: ['AMRLO_SCHOOL_URL', 'AMRLO_SCHOOL_TOKEN', 'AMRLO_SCHOOL_CLIENT_ID', 'AMRLO_SCHOOL_CLIENT_SECRET'],
    drop: [
      'AMRLO_SCHOOL_FOLDER',
      ...(driver.kind === 'drop' && driver.delivery.format === 'elmo' ? ['AMRLO_SCHOOL_SCHEMA_FOLDER'] : []),
    ],
  }[driver.kind];
  return compares ? [...own, 'AMRLO_SCHOOL_STATE_DIR'] : own;
}

/**
 * Makes the folder of a new school: a school file that begins as a copy of one that works with the same kind of
 * system, the settings that it needs, and what to do next.
 * @returns the paths of the files made
 * @throws CommandFailure when there is something in the folder already, or the school is not acceptable
 */
export async function initSchool({ folder, institution, like }: NewSchool): Promise<string[]> {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there !== undefined && !there.isDirectory()) {
    throw new CommandFailure(`${folder} is no folder; nothing was written.`, exitCodes.misused);
  }
  if (there !== undefined && readdirSync(folder).length > 0) {
    throw new CommandFailure(`${folder} is not empty; nothing was written.`, exitCodes.misused);
  }
  const text = schoolFileLike(like, institution);
  const declared = parseSchoolFile('school.yaml', text);
  await makeFolder(folder);
  const files = {
    'school.yaml': text,
    'env.example': [
      `AMRLO_SCHOOL=${join(folder, 'school.yaml')}`,
      ...settingsOf(declared).map((name) => `${name}=`),
      '',
    ].join('\n'),
    'README.md': readme(join(folder, 'school.yaml'), institution.name),
  };
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content, { flag: 'wx' });
    return path;
  });
}

function schoolFileLike(like: string, institution: SchoolFile['institution']): string {
  // The comment at the top tells about the other school.
  const document = parseDocument(like.replace(/^(?:#.*\n)+/, ''));
  document.set('institution', document.createNode(institution, { flow: true }));
  document.commentBefore = ` ${institution.name}`;
  return document.toString({ lineWidth: 0 });
}

function readme(file: string, name: string): string {
  return `# ${name}

1. Put the addresses and secrets of env.example into the environment; they never stand in school.yaml.
   将 env.example 中的地址与密钥写入环境变量；它们不得出现在 school.yaml 中。
2. \`npm run adapter -- check ${quoted(file)}\`: does every source answer, is every column there?
   各数据源是否应答、各列是否存在。
3. \`npm run adapter -- try ${quoted(file)} --student NUMBER\`: mapped rows beside the raw ones.
   映射结果与原始行对照。
4. Change school.yaml and go on with 2 until nothing stands in the way. The guide: docs/adapters.md.
   修改 school.yaml 并重复第 2 步，直至没有问题。说明见 docs/adapters.md。
`;
}

/** A path as a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\p{L}\p{Nd}_@%+=:,./-]+$/u.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
