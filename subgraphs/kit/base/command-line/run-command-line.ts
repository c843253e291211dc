import '../needs-node.js';
import { CommandFailure, exitCodes } from './command-failure.js';
import { parseArgs, renderUsage, runCommand, type ArgsDef, type CommandDef } from 'citty';
import { SettingsError } from '../config/load-settings.js';
import { AmrloError } from '../errors/amrlo-error.js';
import { ProblemsError } from '../problems-error.js';

/** The edges of a command, replaceable in tests. */
export interface CommandEdge {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const realEdge: CommandEdge = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** Node repeats a longer interval at once. */
const longestInterval = 2_147_483_647;

/**
 * Runs a command line and says how it ended: `--help` is printed, a flag that is not known is refused, and whatever
 * goes wrong is one sentence on standard error, or one for each mistake of a file, never a stack. The process lives as
 * long as the command works, also while all that it waits for is the clock, whose timers keep no process alive.
 * @returns the exit status, see {@link exitCodes}
 */
export async function runCommandLine<T extends ArgsDef>(
  command: CommandDef<T>,
  rawArgs: readonly string[],
  edge: CommandEdge = realEdge,
): Promise<number> {
  const alive = setInterval(() => undefined, longestInterval);
  try {
    const [chosen, parent, words] = await choose(command as CommandDef<ArgsDef>, rawArgs);
    if (words.some((word) => word === '--help' || word === '-h')) {
      edge.out(`${plain(await renderUsage(chosen, parent))}\n`);
      return exitCodes.done;
    }
    await refuseUnknown(chosen, words);
    await runCommand(chosen, { rawArgs: [...words] });
    return exitCodes.done;
  } catch (error) {
    edge.err(`${sentenceOf(error)}\n`);
    return codeOf(error);
  } finally {
    clearInterval(alive);
  }
}

type Chosen = readonly [
  command: CommandDef<ArgsDef>,
  parent: CommandDef<ArgsDef> | undefined,
  words: readonly string[],
];

async function choose(command: CommandDef<ArgsDef>, words: readonly string[]): Promise<Chosen> {
  const choices = (await resolved(command.subCommands)) as Record<string, CommandDef<ArgsDef>> | undefined;
  const [name, ...rest] = words;
  if (choices === undefined || name === '--help' || name === '-h') return [command, undefined, words];
  const chosen = name === undefined || !Object.hasOwn(choices, name) ? undefined : choices[name];
  if (chosen === undefined) {
    throw new CommandFailure(
      `${name === undefined ? 'Say what to do' : `${JSON.stringify(name)} is not known here`}: ${Object.keys(choices).join(' or ')}; --help shows how.`,
      exitCodes.misused,
    );
  }
  return [chosen, command, rest];
}

async function refuseUnknown(command: CommandDef<ArgsDef>, words: readonly string[]): Promise<void> {
  const args = ((await resolved(command.args)) ?? {}) as ArgsDef;
  const positionals = Object.values(args).filter(({ type }) => type === 'positional').length;
  const parsed = parseArgs([...words], args);
  const flags = words.filter((word) => word.startsWith('-') && word !== '-' && word !== '--');
  const unknown = flags.find(
    (word) => !Object.hasOwn(args, word.replace(/^--?(no-)?/, '').replace(/=.*$/s, '')),
  );
  if (unknown !== undefined) {
    const known = Object.keys(args).filter((name) => args[name]?.type !== 'positional');
    throw new CommandFailure(
      `${unknown} is not known; there are ${known.map((name) => `--${name}`).join(', ')}.`,
      exitCodes.misused,
    );
  }
  if (parsed._.length > positionals) {
    throw new CommandFailure(
      `${JSON.stringify(parsed._[positionals])} is one word too many.`,
      exitCodes.misused,
    );
  }
  for (const [name, { type }] of Object.entries(args)) {
    if (type !== 'boolean' && type !== 'positional' && parsed[name] === '') {
      throw new CommandFailure(`--${name} needs a value.`, exitCodes.misused);
    }
  }
}

async function resolved(value: unknown): Promise<unknown> {
  return typeof value === 'function' ? (value as () => unknown)() : value;
}

function codeOf(error: unknown): number {
  if (error instanceof CommandFailure) return error.exitCode;
  return error instanceof SettingsError || isUsageError(error) ? exitCodes.misused : exitCodes.failed;
}

function isUsageError(error: unknown): boolean {
  return error instanceof Error && error.name === 'CLIError';
}

function sentenceOf(error: unknown): string {
  if (error instanceof ProblemsError) return error.problems.join('\n');
  if (error instanceof AmrloError) return error.messageIn('en');
  if (!(error instanceof Error)) return String(error);
  const first = plain(error.message.split('\n')[0] || error.name);
  return isUsageError(error) ? `${first.replace(/\.$/, '')}; --help shows how.` : first;
}

/** What a terminal colours is not for files and tests. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape character is what begins a colour
  return text.replace(/\u001B\[[0-9;]*m/g, '');
}
