import { loadSettings, SettingsError, type SettingSources } from './load-settings.js';
import { settingsHelp } from './settings-help.js';
import type { ProcessKind } from './process-kinds.js';
import type { SettingsOf } from './settings.js';

/** The edges of a process, replaceable in tests. */
export interface ProcessEdge {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly exit: (code: number) => never;
}

/** Exit status of a process that was started with bad settings. */
export const badSettingsExitCode = 2;

const realEdge: ProcessEdge = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  exit: (code) => process.exit(code),
};

/**
 * For the first line of a main: the settings, or one sentence per problem on standard error and exit status 2.
 * `--help` and `-h` list every setting of the process and exit with status 0.
 */
export function settingsOrExit<P extends ProcessKind>(
  kind: P,
  sources: SettingSources = { env: process.env, argv: process.argv.slice(2) },
  edge: ProcessEdge = realEdge,
): SettingsOf<P> {
  if (sources.argv?.some((word) => word === '--help' || word === '-h')) {
    edge.out(settingsHelp(kind));
    return edge.exit(0);
  }
  try {
    return loadSettings(kind, sources);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    edge.err(`${error.problems.join('\n')}\n`);
    return edge.exit(badSettingsExitCode);
  }
}
