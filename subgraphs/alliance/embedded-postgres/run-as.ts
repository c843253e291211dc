import os from 'node:os';
import { readFile } from 'node:fs/promises';
import { isMainThread } from 'node:worker_threads';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { copyBinaries, type PostgresBinaries } from './binaries.js';
import { runCommand, type Command } from './run-command.js';

/** Under which user, and by which wrapper, PostgreSQL programs are started on this machine. */
export interface RunAs {
  readonly binaries: PostgresBinaries;
  /** Major version the binaries report, `18`. */
  readonly major: string;
  /** User that must own the cluster and the socket folder; undefined when it is our own. */
  readonly uid: number | undefined;
  /** Whether the kernel signals the program when we die; otherwise a watchdog must. */
  readonly endsWithParent: boolean;
  /** `signal` is what the program gets when we die; it is exec'd, so its process number is the child's. */
  command(program: string, args: readonly string[], signal?: 'INT' | 'KILL'): Command;
}

type Wrap = (signal: string) => { readonly words: readonly string[]; readonly uid?: number };
interface Candidate {
  readonly wrap: Wrap;
  readonly uid: number | undefined;
}

const NOBODY = 65_534;

/**
 * PostgreSQL refuses to run as root, and `initdb` also as a user without a name. In order of preference:
 * as ourselves; as ourselves under another name in a user namespace (nothing changes owner); as the cluster's
 * owner or `nobody`; and, where that user cannot walk to the data folder, as that user with the one capability
 * that lets it. Each is tried for real, because containers forbid these in many ways.
 */
export async function chooseRunAs(
  binaries: PostgresBinaries,
  dataDir: string,
  clusterOwner: number | undefined,
): Promise<RunAs> {
  // The signal is sent when the parent *thread* ends: from a worker thread it would come too early.
  const setpriv =
    process.platform === 'linux' &&
    isMainThread &&
    (await runCommand({ file: 'setpriv', args: ['--pdeathsig', 'INT', '--', '/bin/sh', '-c', ':'] }))
      .status === 0;

  const failures: string[] = [];
  for (const candidate of await candidates(setpriv, clusterOwner)) {
    const base = { uid: candidate.uid, endsWithParent: setpriv, command: commandOf(candidate.wrap) };
    const first = await probe(base, binaries, dataDir);
    if (first.major !== undefined) return { ...base, binaries, major: first.major };
    failures.push(first.failure);
    if (candidate.uid === undefined || !first.reachesDataDir) continue;
    const copy = await copyBinaries(binaries, `${dataDir}/binaries`);
    const second = await probe(base, copy, dataDir);
    if (second.major !== undefined) return { ...base, binaries: copy, major: second.major };
  }
  throw refusal(dataDir, failures.filter(Boolean).join('; '));
}

async function candidates(setpriv: boolean, clusterOwner: number | undefined): Promise<Candidate[]> {
  const uid = process.getuid?.();
  const die = (signal: string): string[] => (setpriv ? ['setpriv', '--pdeathsig', signal, '--'] : []);
  const asOurselves: Candidate = { uid: undefined, wrap: (signal) => ({ words: die(signal) }) };
  if (uid === undefined || (uid !== 0 && hasName())) return [asOurselves];

  const name = String(await namedUser());
  const renamed: Candidate = {
    uid: undefined,
    wrap: (signal) => ({
      words: ['unshare', '--user', `--map-user=${name}`, `--map-group=${name}`, '--', ...die(signal)],
    }),
  };
  if (uid !== 0) return [renamed, asOurselves];

  const other = clusterOwner || NOBODY;
  const dropped: Candidate = {
    uid: other,
    wrap: (signal) => ({ uid: other, words: die(signal) }),
  };
  const user = [`--reuid=${other}`, `--regid=${other}`, '--clear-groups'];
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const droppedWithCapability: Candidate = {
    uid: other,
    wrap: (signal) => ({ words: ['setpriv', ...user, ...capability, ...die(signal).slice(1)] }),
  };
  return [
    // In the namespace only our own files are ours: a cluster of another user needs that user.
    ...(clusterOwner ? [] : [renamed]),
    dropped,
    ...(setpriv ? [droppedWithCapability] : []),
  ];
}

function commandOf(wrap: Wrap): RunAs['command'] {
  return (program, args, signal = 'KILL') => {
    const { words, uid } = wrap(signal);
    const [file = program, ...rest] = [...words, program, ...args];
    return { file, args: rest, ...(uid === undefined ? {} : { uid, gid: uid }) };
  };
}

interface Probe {
  readonly major?: string;
  readonly reachesDataDir: boolean;
  readonly failure: string;
}

async function probe(
  { command }: Pick<RunAs, 'command'>,
  binaries: PostgresBinaries,
  dataDir: string,
): Promise<Probe> {
  const program =
    process.platform === 'win32'
      ? command(binaries.postgres, ['--version'])
      : command('/bin/sh', [
          '-c',
          'cd "$1" && echo reached && exec "$2" --version',
          'sh',
          dataDir,
          binaries.postgres,
        ]);
  const { status, output } = await runCommand(program);
  const major = status === 0 ? /\(PostgreSQL\) (\d+)/.exec(output)?.[1] : undefined;
  return {
    ...(major === undefined ? {} : { major }),
    reachesDataDir: output.startsWith('reached'),
    failure:
      output
        .replace(/^reached\s*/, '')
        .trim()
        .split('\n')
        .at(-1) ?? '',
  };
}

function refusal(folder: string, reason: string): AmrloError {
  return process.getuid?.() === 0
    ? new AmrloError('EMBEDDED_POSTGRES_NEEDS_USER', { folder, reason })
    : new AmrloError('EMBEDDED_POSTGRES_UNUSABLE', { reason });
}

function hasName(): boolean {
  try {
    os.userInfo();
    return true;
  } catch {
    return false;
  }
}

/** Some user with a name: `initdb` looks its own up and stops when there is none. */
async function namedUser(): Promise<number> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  const uids = lines.map((line) => Number(line.split(':')[2])).filter((uid) => uid > 0);
  return uids.includes(NOBODY) ? NOBODY : (uids[0] ?? NOBODY);
}
