import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

/** The texts that a graph is made of. */
export interface GraphFiles {
  readonly supergraph: string;
  /** `operations.json` beside it: the registered operations of this house's clients. A foreign supergraph has none. */
  readonly manifest: string | undefined;
  /** SHA-256 of both, in hex. */
  readonly hash: string;
}

/** The name of two texts together. */
export function hashOfGraph(supergraph: string, manifest: string | undefined): string {
  const hash = createHash('sha256').update(supergraph);
  // Two texts never run into each other: no text of GraphQL holds this byte.
  if (manifest !== undefined) hash.update('\0').update(manifest);
  return hash.digest('hex');
}

/**
 * Reads a supergraph and the manifest beside it; nothing is parsed.
 * @throws AmrloError `SUPERGRAPH_INVALID` when one that is there cannot be read, or there is no supergraph
 */
export async function readGraphFiles(file: string): Promise<GraphFiles> {
  try {
    const supergraph = await readFile(file, 'utf8');
    const manifest = await readFile(join(dirname(file), 'operations.json'), 'utf8').catch(unlessAbsent);
    return { supergraph, manifest, hash: hashOfGraph(supergraph, manifest) };
  } catch (cause) {
    throw new AmrloError('SUPERGRAPH_INVALID', { file, detail: (cause as Error).message }, { cause });
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
