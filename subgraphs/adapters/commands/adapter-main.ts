import '../../kit/base/needs-node.js';
import { readFileSync } from 'node:fs';
import { defineCommand, type ArgsDef } from 'citty';
import { CommandFailure, exitCodes } from '../../kit/base/command-line/command-failure.js';
import { runCommandLine } from '../../kit/base/command-line/run-command-line.js';
import { loadSettings } from '../../kit/base/config/load-settings.js';
import { readDeclaration, type Declaration } from '../kit/declaration.js';
import { addressSettings, schoolAddress } from '../school-address.js';
import { parseSchoolFile, schoolFileText } from '../school-file.js';
import { schoolFilePath, schoolNames } from '../schools.js';
import { askedNumber } from './asked-number.js';
import { checkSchool } from './check-school.js';
import { isOfTheSystem, schoolReasonOf } from './failure-reason.js';
import { initSchool } from './init-school.js';
import { openedSchool, type OpenedSchool } from './opened-school.js';
import { sampleStudents } from './sample-students.js';
import { checkReport, sampleReport, strictly } from './school-report.js';
import { trySchool } from './try-school.js';

const school = {
  type: 'positional',
  description: 'A school: the name of its folder, or the path of its school file.',
  required: true,
} as const;
const asking = {
  school,
  student: { type: 'string', description: 'Student numbers to ask for, separated by commas.' },
  timeout: {
    type: 'string',
    description: 'Longest wait for one question, in seconds: 1 to 600.',
    default: '30',
  },
} as const satisfies ArgsDef;

const init = defineCommand({
  meta: {
    name: 'init',
    description: 'Makes the folder of a new school, from one that runs the same kind of system.',
  },
  args: {
    folder: { type: 'positional', description: 'The folder to make.', required: true },
    like: { type: 'enum', description: 'The school to begin from.', options: schoolNames(), required: true },
    name: { type: 'string', description: "The new school's name.", required: true },
    'moe-code': { type: 'string', description: "Its code in the Ministry's list, ten digits." },
    id: { type: 'string', description: 'Its id in the graph, for a school without a code.' },
  },
  async run({ args }) {
    const { name, id, 'moe-code': moeCode } = args;
    if ((id === undefined) === (moeCode === undefined)) {
      throw new CommandFailure('Give either --moe-code or --id.', exitCodes.misused);
    }
    const institution = moeCode === undefined ? { id: id as string, name } : { moeCode, name };
    const like = readFileSync(schoolFilePath(args.like), 'utf8');
    const written = await initSchool({ folder: args.folder, institution, like });
    process.stdout.write(`${written.join('\n')}\n`);
  },
});

const check = defineCommand({
  meta: {
    name: 'check',
    description: 'Checks a school file against the live system; reads, and changes nothing.',
  },
  args: {
    ...asking,
    most: { type: 'string', description: 'Most students in the sample: 1 to 1000.', default: '50' },
    strict: { type: 'boolean', description: 'Counts faults of single rows of data as problems too.' },
  },
  async run({ args }) {
    const most = askedNumber('--most', args.most, { least: 1, most: 1000 });
    await withSchool(args.school, args.timeout, async (opened, declaration) => {
      const found = await checkSchool(opened, { students: numbers(args.student), most });
      const findings = args.strict === true ? strictly(found) : found;
      process.stdout.write(checkReport(findings, declaration));
      if (findings.some(({ level }) => level === 'PROBLEM')) process.exitCode = exitCodes.failed;
    });
  },
});

const attempt = defineCommand({
  meta: {
    name: 'try',
    description:
      'Shows mapped rows of one student beside the raw ones; names and identity numbers are masked.',
  },
  args: asking,
  async run({ args }) {
    await withSchool(args.school, args.timeout, async (opened) => {
      const [student] = await sampleStudents(opened, numbers(args.student), 1);
      process.stdout.write(sampleReport(await trySchool(opened, student as string)));
    });
  },
});

async function withSchool(
  nameOrPath: string,
  seconds: string,
  work: (opened: OpenedSchool, declaration: Declaration) => Promise<void>,
): Promise<void> {
  const timeoutMs = askedNumber('--timeout', seconds, { least: 1, most: 600, unit: 'seconds' }) * 1000;
  const path = schoolFilePath(nameOrPath);
  const text = schoolFileText(path);
  const leaving = new AbortController();
  process.once('SIGINT', () => leaving.abort());
  const opened = await openedSchool(parseSchoolFile(path, text), {
    address: schoolAddress(loadSettings(addressSettings, { env: process.env })),
    timeoutMs,
    signal: leaving.signal,
  });
  try {
    await work(opened, readDeclaration(path, text));
  } catch (error) {
    if (!isOfTheSystem(error)) throw error;
    throw new CommandFailure(schoolReasonOf(error, opened), exitCodes.failed, { cause: error });
  } finally {
    await opened.close();
  }
}

function numbers(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

const command = defineCommand({
  meta: { name: 'adapter', description: "Wraps a school's records system." },
  subCommands: { init, check, try: attempt },
});

const code = await runCommandLine(command, process.argv.slice(2));
if (code !== exitCodes.done) process.exitCode = code;
