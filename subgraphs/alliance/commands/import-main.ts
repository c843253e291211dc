import '../../kit/base/needs-node.js';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defineCommand, type ArgsDef, type ParsedArgs } from 'citty';
import { allianceArgs, allianceOf } from './alliance-args.js';
import { createCommandClient } from './command-client.js';
import { CommandFailure, exitCodes } from '../../kit/base/command-line/command-failure.js';
import { runCommandLine } from '../../kit/base/command-line/run-command-line.js';
import { importFile } from './import-file.js';
import { catalogImport, rosterImport, type Ask, type ImportKind } from './import-kind.js';
import { reportCsv, reportText } from './import-report.js';
import { followList } from './follow-list.js';
import { createProgress } from './progress.js';

const common = {
  file: { type: 'positional', description: 'The file to import.', required: true },
  ...allianceArgs,
  report: { type: 'string', description: 'Writes every row that was not taken to this file, as CSV.' },
  again: { type: 'boolean', description: 'Imports also a file that was imported before.' },
} as const satisfies ArgsDef;

const roster = defineCommand({
  meta: {
    name: 'roster',
    description:
      "Imports the Ministry's list of institutions (JSON): the first at once; of a newer one it shows what would change.",
  },
  args: {
    ...common,
    apply: { type: 'boolean', description: 'Applies what a newer list would change.' },
    decisions: {
      type: 'string',
      description:
        'With --apply: what was decided of the institutions that are gone, as --proposals writes it.',
    },
    proposals: {
      type: 'string',
      description: 'Writes a decision for each institution that is gone to this file, to be looked through.',
    },
  },
  run: ({ args }) =>
    run(
      rosterImport,
      args,
      async () => ({}),
      (ask, importId) => followList(ask, importId, { ...args, folder: process.env['INIT_CWD'] ?? '' }),
    ),
});

const formats = ['SJTU_CSV', 'SUSTECH_JSON'];

const catalog = defineCommand({
  meta: { name: 'catalog', description: "Imports an institution's catalog of courses." },
  args: {
    ...common,
    institution: {
      type: 'string',
      description: "The institution's Ministry code, or its id.",
      required: true,
    },
    format: { type: 'enum', description: 'How the file is made.', options: formats, required: true },
    scheme: { type: 'string', description: 'The scheme of the credits in the file; CN-16 by default.' },
  },
  run: ({ args }) =>
    run(catalogImport, args, async (ask) => ({
      institutionId: await institutionId(ask, args.institution),
      format: args.format,
      ...(args.scheme === undefined ? {} : { creditScheme: args.scheme }),
    })),
});

const command = defineCommand({
  meta: { name: 'import', description: 'Imports a file through the graph.' },
  subCommands: { roster, catalog },
});

process.exitCode = await runCommandLine(command, process.argv.slice(2));

async function run(
  kind: ImportKind,
  args: ParsedArgs<typeof common>,
  target: (ask: Ask) => Promise<Record<string, string>>,
  followUp: (ask: Ask, importId: string) => Promise<void> = async () => undefined,
): Promise<void> {
  const path = resolve(process.env['INIT_CWD'] ?? '', args.file);
  const bytes = await contentOf(path, args.file);
  const alliance = await allianceOf(args, process);
  const interrupt = () => void alliance.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const progress = createProgress(process.stderr, kind.name);
  try {
    const { ask, send } = createCommandClient(alliance.url, alliance.token);
    const order = {
      kind,
      fileName: basename(path),
      bytes,
      target: await target(ask),
      again: args.again === true,
    };
    const started = performance.now();
    const finished = await importFile(order, { ask, send, pause, progress: progress.show }).finally(
      progress.end,
    );
    const seconds = (performance.now() - started) / 1_000;
    const result = await kind.result(ask, finished.id);
    if (finished.earlier !== undefined) {
      process.stdout.write(
        `This file was imported before (${finished.earlier}); nothing was done. --again imports it once more.\n`,
      );
    }
    const title = `${kind.name} ${basename(path)}`;
    process.stdout.write(reportText(title, result, finished.earlier === undefined ? seconds : undefined));
    if (args.report !== undefined) await writeReport(args.report, reportCsv(result.problems));
    const unlisted = result.rejected + result.quarantined - result.problems.length;
    if (unlisted > 0)
      process.stderr.write(`The alliance lists no more; ${unlisted} rows are not in the report.\n`);
    await followUp(ask, finished.id);
  } finally {
    await alliance.stop();
  }
}

async function contentOf(path: string, shown: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandFailure(`${shown} cannot be read: ${reason(cause)}.`, exitCodes.failed, { cause });
  });
  if (bytes.length === 0) throw new CommandFailure(`${shown} is empty.`);
  return bytes;
}

async function writeReport(path: string, csv: string): Promise<void> {
  await writeFile(resolve(process.env['INIT_CWD'] ?? '', path), csv).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandFailure(`The report ${path} cannot be written: ${reason(cause)}.`, exitCodes.failed, {
      cause,
    });
  });
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file or folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return code ?? message;
}

async function institutionId(ask: Ask, codeOrId: string): Promise<string> {
  const byId = codeOrId.startsWith('inst_');
  const { found } = await ask<{ found: { id: string } | null }>(
    byId
      ? 'query InstitutionById($code: ID!) { found: institution(id: $code) { id } }'
      : 'query InstitutionByCode($code: String!) { found: institutionByCode(moeCode: $code) { id } }',
    { code: codeOrId },
  );
  if (found !== null) return found.id;
  throw new CommandFailure(
    `No institution has the ${byId ? 'id' : 'Ministry code'} ${codeOrId}; import the roster first.`,
  );
}
