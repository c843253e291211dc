import type { Clock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';
import type { GraphState } from '../telemetry/readiness.js';
import { readGraphFiles, type GraphFiles } from './graph-files.js';
import type { LastGoodCopy } from './last-good-copy.js';

/** What a look at the file led to. */
export type Look = 'unchanged' | 'unsettled' | 'swapped' | 'refused';

/** What is counted of the graph; a caller turns it into metrics. */
export interface GraphMetrics {
  /** Another graph took over, or was refused. */
  looked(outcome: 'swapped' | 'refused'): void;
  /** Whether the graph that serves was read from the last good copy, and whether the file holds what is not served. */
  state(state: { fromCopy: boolean; refused: boolean }): void;
}

/** Keeps the served graph in step with its file. */
export interface GraphKeeper {
  /**
   * Compares the file with what is served. What has changed is taken only when a second look finds the same, because
   * the first may have come while somebody was still writing. Looks wait for each other; none rejects.
   * @param again tries also what was refused before
   */
  look(again?: boolean): Promise<Look>;
  state(): GraphState;
}

/** The graph that serves at the start. */
export interface FirstGraph {
  readonly files: GraphFiles;
  readonly outdated: readonly string[];
  /** Present where the file could not be used and the last good copy took its place. */
  readonly refusal?: { readonly hash: string | undefined; readonly reason: string };
}

/** How the gateway takes another graph. Rejects where it is refused, with nothing changed; gives what does not fit it. */
export type Adopt = (files: GraphFiles) => Promise<{ outdated: readonly string[] }>;

/** Starts to keep; the first graph is saved as the last good one where it came from the file. */
export async function createGraphKeeper(options: {
  file: string;
  first: FirstGraph;
  adopt: Adopt;
  copy: LastGoodCopy;
  clock: Clock;
  log: Logger;
  metrics: GraphMetrics;
}): Promise<GraphKeeper> {
  const { file, first, adopt, copy, clock, log, metrics } = options;
  const now = (): string => clock.now().toISOString();
  let served = { hash: first.files.hash, since: now(), outdated: first.outdated };
  let readFrom: GraphState['readFrom'] = first.refusal === undefined ? 'file' : 'copy';
  /** `hash` is absent where the file cannot be read. */
  let refused = first.refusal && { ...first.refusal, at: now() };
  /** What the last look found that is not decided yet. */
  let seen: string | undefined;
  let tail: Promise<unknown> = Promise.resolve();

  async function save(files: GraphFiles): Promise<void> {
    try {
      await copy.save(files);
    } catch (err) {
      log.warn(
        { err, file: copy.file },
        'the last good graph could not be kept; a broken file at the next start cannot be replaced',
      );
    }
  }

  function tell(): void {
    metrics.state({ fromCopy: readFrom === 'copy', refused: refused !== undefined });
  }

  function refuse(hash: string | undefined, reason: string, again: boolean): Look {
    const isKnown = refused !== undefined && refused.hash === hash && refused.reason === reason;
    if (isKnown && !again) return 'unchanged';
    refused = { hash, reason, at: now() };
    log.error(
      { file, version: shown(hash), served: shown(served.hash), reason },
      'the graph in the file is not served; the one before serves on',
    );
    metrics.looked('refused');
    tell();
    return 'refused';
  }

  async function lookNow(again: boolean): Promise<Look> {
    let files: GraphFiles;
    try {
      files = await readGraphFiles(file);
    } catch (error) {
      if (seen !== '' && !again) {
        seen = '';
        return 'unsettled';
      }
      return refuse(undefined, reasonOf(error), again);
    }
    const { hash } = files;
    if (hash === served.hash) {
      seen = undefined;
      if (refused !== undefined || readFrom === 'copy') {
        log.info({ file, version: shown(hash) }, 'the file holds the graph that is served');
        refused = undefined;
        readFrom = 'file';
        tell();
      }
      return 'unchanged';
    }
    if (hash === refused?.hash && !again) return 'unchanged';
    if (seen !== hash) {
      seen = hash;
      return 'unsettled';
    }
    seen = undefined;
    const began = performance.now();
    let outdated: readonly string[];
    try {
      ({ outdated } = await adopt(files));
    } catch (error) {
      return refuse(hash, reasonOf(error), again);
    }
    const before = served.hash;
    served = { hash, since: now(), outdated };
    refused = undefined;
    readFrom = 'file';
    log.info(
      {
        file,
        before: shown(before),
        version: shown(hash),
        outdated,
        ms: Math.round(performance.now() - began),
      },
      'another graph serves',
    );
    metrics.looked('swapped');
    tell();
    await save(files);
    return 'swapped';
  }

  if (first.refusal === undefined) await save(first.files);
  tell();
  return {
    look(again = false) {
      const result = tail.then(() => lookNow(again));
      tail = result;
      return result;
    },
    state: () => ({
      version: shown(served.hash),
      since: served.since,
      readFrom,
      outdatedOperations: served.outdated,
      ...(refused && {
        refused: { version: shown(refused.hash), at: refused.at, reason: refused.reason },
      }),
    }),
  };
}

function shown(hash: string | undefined): string {
  return hash?.slice(0, 12) ?? 'unreadable';
}

/** One sentence for the log and for `/ready`. */
export function reasonOf(error: unknown): string {
  return error instanceof AmrloError ? error.messageIn('en') : (error as Error).message;
}
