import { createHash, randomBytes } from 'node:crypto';
import { chmod, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../kit/base/make-folder.js';

/** A fingerprint of all rows about each student, by student number. */
export type Fingerprints = ReadonlyMap<string, string>;

/** One generation of fingerprints that lies in a folder. */
export interface Generation {
  /** A hash of the content: the same fingerprints have the same id. */
  readonly id: string;
  readonly takenAt: Date;
}

/** How many generations are kept; those that were used longest ago go first. */
const keptGenerations = 32;

/** A draft older than this is of a process that was killed. */
const draftLifeMs = 60 * 60_000;

const fileName = /^(\d{13})\.([0-9a-f]{32})\.jsonl$/;

/**
 * Generations of fingerprints in a folder that only this user can read. A generation is written aside, brought to the
 * disk and then renamed, so that a process that is killed leaves the last good one; one whose content does not have
 * the hash of its name is not there.
 */
export class FingerprintStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The generation that was taken last; undefined when there is none. */
  async newest(): Promise<Generation | undefined> {
    return (await this.#generations()).at(-1);
  }

  /** The fingerprints of a generation; undefined when it is not there any more, or damaged. */
  async read(id: string): Promise<Fingerprints | undefined> {
    const found = (await this.#generations()).find((generation) => generation.id === id);
    if (found === undefined) return undefined;
    const path = this.#pathOf(found);
    const text = await readFile(path, 'utf8');
    if (idOf(text) !== id) return undefined;
    // What is asked for is used, and stays longer.
    const now = new Date();
    await utimes(path, now, now);
    return new Map(
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as [string, string]),
    );
  }

  /**
   * Keeps fingerprints and forgets the generations that were not used for longest.
   * @throws AmrloError `DATA_DIR_UNWRITABLE`, or the file system's error
   */
  async write(fingerprints: Fingerprints, takenAt: Date): Promise<Generation> {
    await makeFolder(this.#folder);
    await chmod(this.#folder, 0o700);
    const lines = [...fingerprints].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const generation = { id: idOf(text), takenAt };
    const before = (await this.#generations()).find(({ id }) => id === generation.id);
    if (before !== undefined && idOf(await readFile(this.#pathOf(before), 'utf8')) === before.id) {
      await rename(this.#pathOf(before), this.#pathOf(generation));
    } else {
      await this.#writeWhole(this.#pathOf(generation), text);
    }
    await this.#tidy();
    return generation;
  }

  #pathOf({ id, takenAt }: Generation): string {
    return join(this.#folder, `${String(takenAt.getTime()).padStart(13, '0')}.${id}.jsonl`);
  }

  async #generations(): Promise<Generation[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.sort().flatMap((name) => {
      const [, time, id] = fileName.exec(name) ?? [];
      return time === undefined || id === undefined ? [] : [{ id, takenAt: new Date(Number(time)) }];
    });
  }

  async #writeWhole(path: string, text: string): Promise<void> {
    const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  async #tidy(): Promise<void> {
    const names = await readdir(this.#folder);
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        // Another process of the same school may tidy at the same time.
        const info = await stat(path).catch(() => undefined);
        return { path, name, usedAt: info?.mtimeMs ?? 0 };
      }),
    );
    const byUse = files.sort((a, b) => b.usedAt - a.usedAt);
    const latest = byUse[0]?.usedAt ?? 0;
    const forgotten = byUse.filter(({ name }) => fileName.test(name)).slice(keptGenerations);
    const lost = byUse.filter(({ name, usedAt }) => name.endsWith('.tmp') && latest - usedAt > draftLifeMs);
    await Promise.all([...forgotten, ...lost].map(({ path }) => rm(path, { force: true })));
  }
}

function idOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32);
}
