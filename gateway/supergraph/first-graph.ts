import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';
import { readGraphFiles, type GraphFiles } from './graph-files.js';
import { reasonOf, type FirstGraph } from './graph-keeper.js';
import type { LastGoodCopy } from './last-good-copy.js';

/**
 * Starts on the graph of a file; where that is missing or cannot be served, on the last good copy of it, which is said
 * loudly. A file that was never served has no copy: then the start fails, as it must for a mistyped path.
 * @param start makes and proves everything; rejects with `SUPERGRAPH_INVALID` where the graph is at fault
 * @throws AmrloError `SUPERGRAPH_INVALID` about the file, and whatever else `start` rejects with
 */
export async function startOnGraph<T>(
  options: { file: string; copy: LastGoodCopy; log: Logger },
  start: (files: GraphFiles) => Promise<T>,
): Promise<{ started: T } & Omit<FirstGraph, 'outdated'>> {
  const { file, copy, log } = options;
  let files: GraphFiles | undefined;
  try {
    files = await readGraphFiles(file);
    return { started: await start(files), files };
  } catch (error) {
    if (!(error instanceof AmrloError) || error.code !== 'SUPERGRAPH_INVALID') throw error;
    const kept = await copy.read().catch((err: unknown) => {
      log.error({ err, copy: copy.file }, 'the last good copy of the graph cannot be used');
      return undefined;
    });
    if (kept === undefined || kept.hash === files?.hash) throw error;
    const reason = reasonOf(error);
    log.error(
      { file, reason, copy: copy.file, version: kept.hash.slice(0, 12) },
      'THE CONFIGURED GRAPH CANNOT BE SERVED: the last good copy of it is served in its place until the file is mended',
    );
    const started = await start(kept).catch((err: unknown) => {
      log.error({ err, copy: copy.file }, 'the last good copy of the graph cannot be served either');
      throw error;
    });
    return { started, files: kept, refusal: { hash: files?.hash, reason } };
  }
}
