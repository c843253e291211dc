import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../kit/base/log.js';
import { processIdentity, processNamespace } from './embedded-postgres/process-identity.js';

interface RunningNote {
  readonly url: string;
  readonly pid: number;
  readonly identity: string | undefined;
  readonly namespace: string;
}

const fileIn = (dataDir: string) => join(dataDir, 'running.json');

/**
 * Notes in the data folder where the alliance over it listens, so that the commands beside it find it wherever it is.
 * An alliance whose folder cannot be written runs without: a command is then told its address.
 * @returns removes the note, unless another alliance has written its own since
 */
export async function noteRunning(dataDir: string, url: string, log: Logger): Promise<() => Promise<void>> {
  const note: RunningNote = {
    url,
    pid: process.pid,
    identity: processIdentity(process.pid),
    namespace: processNamespace(),
  };
  const text = JSON.stringify(note);
  const draft = `${fileIn(dataDir)}.${process.pid}`;
  try {
    await writeFile(draft, text);
    // A command reads the whole note or none.
    await rename(draft, fileIn(dataDir));
  } catch (err) {
    log.debug({ err }, 'commands will not find this alliance by its data folder');
  }
  return async () => {
    const found = await readFile(fileIn(dataDir), 'utf8').catch(() => undefined);
    if (found === text) await rm(fileIn(dataDir), { force: true });
  };
}

/** The base address of the alliance that runs over a data folder, as its note says; undefined without a note, or when its process is gone. */
export async function runningUrl(dataDir: string): Promise<string | undefined> {
  let note: RunningNote;
  try {
    note = JSON.parse(await readFile(fileIn(dataDir), 'utf8')) as RunningNote;
  } catch {
    return undefined;
  }
  // A process of another container cannot be asked after; whether it answers is seen when it is asked.
  const isGone = note.namespace === processNamespace() && processIdentity(note.pid) !== note.identity;
  return isGone ? undefined : note.url;
}
