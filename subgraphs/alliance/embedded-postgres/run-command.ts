import { spawn } from 'node:child_process';

/** A program with everything `spawn` needs to know; `uid`/`gid` only when we must change user ourselves. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** How a finished program ended; `status` is null when a signal ended it or it could not be started. */
export interface CommandResult {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a short program to its end and never rejects: a missing program is a result like any other. */
export function runCommand(command: Command): Promise<CommandResult> {
  return new Promise((resolve) => {
    const chunks: string[] = [];
    const child = spawn(command.file, command.args, {
      ...userOf(command),
      env: serverEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
    child.once('error', (error) => resolve({ status: null, output: error.message }));
    child.once('close', (status) => resolve({ status, output: chunks.join('').trim() }));
  });
}

/** The `uid` and `gid` spawn options of a command, absent where the user stays the same. */
export function userOf(command: Command): { uid?: number; gid?: number } {
  return {
    ...(command.uid === undefined ? {} : { uid: command.uid }),
    ...(command.gid === undefined ? {} : { gid: command.gid }),
  };
}

/**
 * Our environment without the `PG*` variables, which libpq and the server would obey, and in the C locale:
 * messages must be in English to be recognised, and macOS refuses to start without a valid locale.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
