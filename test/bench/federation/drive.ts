import { join } from 'node:path';
import type { Figures } from '../figures.js';
import { sourceFlags } from '../source-flags.js';
import { cores, startPinned, type PinnedProcess } from './pinned-process.js';

/** Which requests a load is made of. */
export type RequestKind =
  /** The deep query, every time another request. */
  | 'distinct'
  /** The deep query, every time the same request of the same caller. */
  | 'identical'
  /** Another operation every time. */
  | 'many';

/** One load. */
export interface Drive {
  readonly url: string;
  readonly kind: RequestKind;
  /** One per connection, so that the callers differ too; empty for a server that knows no callers. */
  readonly tokens: readonly string[];
  readonly connections: number;
  /** Ends after this time … */
  readonly seconds: number;
  /** … or after that many requests; the n-th request of a load is always the same one. */
  readonly requests?: number;
  /** The number of the first request; a load that goes on where another ended repeats nothing. */
  readonly from: number;
}

/** What came back. */
export interface Driven extends Figures {
  readonly answers: number;
  /** Of them, parsed and compared with what the whole shop answers; all were equal. */
  readonly compared: number;
}

/** Applies loads, from a process on the subgraphs' core. */
export interface Driver {
  /** @throws Error when an answer failed or differs from the expected one */
  drive(load: Drive): Promise<Driven>;
  stop(): Promise<void>;
}

/** Starts the process that asks. */
export function startDriver(): Driver {
  const client: PinnedProcess = startPinned(cores.rest, [
    ...sourceFlags,
    join(import.meta.dirname, 'drive-client.ts'),
  ]);
  return {
    async drive(load) {
      const answer = client.message<Driven | { failure: string }>();
      client.child.send(load);
      const result = await answer;
      if ('failure' in result) throw new Error(result.failure);
      return result;
    },
    stop: () => client.stop(),
  };
}
