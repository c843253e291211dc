import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../subgraphs/kit/base/clock.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';
import type { GraphKeeper } from './graph-keeper.js';

/** How often the file is looked at. */
export interface GraphWatchOptions {
  readonly file: string;
  readonly keeper: Pick<GraphKeeper, 'look'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds between two looks; 0: only when told. */
  readonly pollMs: number;
}

/** Looks at the file. */
export interface GraphWatch {
  /** Looks at once, also at what was refused before; resolves when that is decided. */
  lookAgain(): Promise<void>;
  /** Ends when a look under way has ended. */
  stop(): Promise<void>;
}

/** Between two looks at a file that has changed: who writes it should be done by then. */
export const settleMs = 250;

/**
 * Looks at the file at intervals; a notice of the operating system only makes the next look come sooner, because such
 * notices are lost on network folders and where a folder is replaced as a whole.
 */
export function watchGraph(options: GraphWatchOptions): GraphWatch {
  const { keeper, clock, pollMs } = options;
  let stopped = false;
  let planned: { at: number; cancel: () => void } | undefined;
  /** Ends the pause of a look that was asked for. */
  let leave: (() => void) | undefined;
  let looking: Promise<void> = Promise.resolve();
  const wakeUps = pollMs === 0 ? undefined : wakeUpsFrom(options, () => plan(settleMs));

  function plan(milliseconds: number): void {
    if (stopped || milliseconds === 0) return;
    const at = clock.now().getTime() + milliseconds;
    if (planned !== undefined && planned.at <= at) return;
    planned?.cancel();
    planned = {
      at,
      cancel: clock.after(milliseconds, () => {
        planned = undefined;
        looking = looking.then(() => look(false));
      }),
    };
  }

  async function look(again: boolean): Promise<void> {
    if (stopped) return;
    const found = await keeper.look(again);
    plan(found === 'unsettled' ? settleMs : pollMs);
  }

  async function settled(): Promise<void> {
    while (!stopped && (await keeper.look(true)) === 'unsettled') {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(settleMs, resolve);
        leave = () => {
          cancel();
          resolve();
        };
      });
    }
  }

  plan(pollMs);
  return {
    lookAgain() {
      looking = looking.then(settled);
      return looking;
    },
    async stop() {
      stopped = true;
      planned?.cancel();
      leave?.();
      wakeUps?.close();
      await looking;
    },
  };
}

/** The folder is watched, because a file that is replaced is another file. */
function wakeUpsFrom({ file, log }: GraphWatchOptions, wake: () => void): FSWatcher | undefined {
  const missed = (err: unknown): void =>
    log.debug({ err }, 'the folder of the graph cannot be watched; it is looked at now and then');
  try {
    return watch(dirname(file), { persistent: false }, wake).on('error', missed);
  } catch (error) {
    missed(error);
    return undefined;
  }
}
