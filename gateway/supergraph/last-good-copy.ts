import { createHash, randomBytes } from 'node:crypto';
import { open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../subgraphs/kit/base/clock.js';
import { makeFolder } from '../../subgraphs/kit/base/make-folder.js';
import { hashOfGraph, type GraphFiles } from './graph-files.js';

/** The last graph that was served from a configured file, kept on disk for a start at which that file is broken. */
export interface LastGoodCopy {
  /** Where it lies. */
  readonly file: string;
  /** @returns undefined where there is none. @throws Error where there is one that is not whole */
  read(): Promise<GraphFiles | undefined>;
  /** Puts a graph in its place: at every instant there is the old copy or the new one, whole. */
  save(files: GraphFiles): Promise<void>;
}

const form = z.strictObject({
  format: z.literal(1),
  /** Of both texts, see `hashOfGraph`. */
  hash: z.string(),
  savedAt: z.string(),
  /** The file that the texts were read from. */
  source: z.string(),
  supergraph: z.string(),
  manifest: z.string().nullable(),
});

/** A draft of this age belongs to a process that ended while it wrote. */
const abandonedMs = 3_600_000;

/**
 * The copy of one configured file: each file has its own, so that a mistyped path never serves another graph.
 * Both texts lie in one file, because two files cannot take the place of two others at one instant.
 * @param folder made when something is saved for the first time
 */
export function createLastGoodCopy(options: { folder: string; source: string; clock: Clock }): LastGoodCopy {
  const { folder, clock } = options;
  const source = resolve(options.source);
  const mark = createHash('sha256').update(source).digest('hex').slice(0, 12);
  const file = join(folder, `last-good-graph-${mark}.json`);
  return {
    file,
    async read() {
      let text: string;
      try {
        text = await readFile(file, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
      const { supergraph, manifest: kept, hash } = form.parse(JSON.parse(text));
      const manifest = kept ?? undefined;
      if (hashOfGraph(supergraph, manifest) !== hash) throw new Error(`${file} does not have its own hash`);
      return { supergraph, manifest, hash };
    },
    async save({ supergraph, manifest, hash }) {
      await makeFolder(folder);
      await removeAbandoned(file, clock);
      const savedAt = clock.now().toISOString();
      const copy: z.input<typeof form> = {
        format: 1,
        hash,
        savedAt,
        source,
        supergraph,
        manifest: manifest ?? null,
      };
      await writeWhole(file, JSON.stringify(copy));
    },
  };
}

async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.draft`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  // Only then does the new name outlive a loss of power.
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function removeAbandoned(file: string, clock: Clock): Promise<void> {
  const start = `${basename(file)}.`;
  for (const name of await readdir(dirname(file))) {
    if (!name.startsWith(start) || !name.endsWith('.draft')) continue;
    const draft = join(dirname(file), name);
    const found = await stat(draft).catch(() => undefined);
    if (found !== undefined && clock.now().getTime() - found.mtimeMs > abandonedMs)
      await rm(draft, { force: true });
  }
}
