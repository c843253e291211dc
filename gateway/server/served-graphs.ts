import type { Logger } from '../../subgraphs/kit/base/log.js';
import type { LoadedGraph } from '../engine/graph-engine.js';
import type { GraphRelease } from './graph-release.js';

/** The release that serves, and those that still have requests to end. */
export interface ServedGraphs {
  /** What new requests get. */
  readonly current: GraphRelease;
  /** Always the current release: each operation runs on one release from its beginning to its end. */
  readonly graph: LoadedGraph;
  /** Runs work on the release that is current now; it stays whole until the work has ended. */
  use<T>(work: (release: GraphRelease) => Promise<T>): Promise<T>;
  /** From the next request on this release serves; the one before is closed when its last request has ended. */
  swap(next: GraphRelease): void;
  /** Told after each swap. @returns ends the telling */
  onSwap(listener: () => void): () => void;
  /** Closes every release. */
  close(): Promise<void>;
}

interface Served {
  readonly release: GraphRelease;
  users: number;
}

/** Serves a release until another takes its place. */
export function createServedGraphs(first: GraphRelease, log: Logger): ServedGraphs {
  const listeners = new Set<() => void>();
  const open = new Set<Served>();
  let current: Served = { release: first, users: 0 };
  open.add(current);

  async function retire(served: Served): Promise<void> {
    if (!open.delete(served)) return;
    try {
      await served.release.close();
    } catch (err) {
      log.error({ err }, 'a release of the graph could not be closed');
    }
  }

  async function use<T>(work: (release: GraphRelease) => Promise<T>): Promise<T> {
    const served = current;
    served.users += 1;
    try {
      return await work(served.release);
    } finally {
      served.users -= 1;
      if (served.users === 0 && served !== current) void retire(served);
    }
  }

  return {
    get current() {
      return current.release;
    },
    graph: {
      get schema() {
        return current.release.graph.schema;
      },
      execute: (operation) => use(({ graph }) => graph.execute(operation)),
    },
    use,
    swap(next) {
      const before = current;
      current = { release: next, users: 0 };
      open.add(current);
      if (before.users === 0) void retire(before);
      for (const listener of listeners) listener();
    },
    onSwap(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await Promise.all([...open].map(retire));
    },
  };
}
