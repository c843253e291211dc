import type { DocumentNode } from 'graphql';
import type { Principal } from '../identity/principal.js';
import type { Locale } from '../locale.js';
import type { SubgraphResponse, SubgraphTransport } from './subgraph-request.js';

/** One operation for one subgraph, before it is signed. */
export interface LinkCall {
  /** The subgraph's name in the supergraph; also the audience of the assertion. */
  readonly subgraph: string;
  readonly query: string;
  /** The parsed text where the caller has it; it saves an in-process receiver the parsing. */
  readonly document?: DocumentNode;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  /** A mutation is sent once: never shared with another caller, never repeated. */
  readonly isMutation: boolean;
  /** It reads what a mutation has left: an equal query that began before the mutation must not answer it. */
  readonly afterMutation?: boolean;
  readonly principal: Principal;
  readonly requestId: string;
  readonly traceparent?: string;
  readonly locale: Locale;
  /** The instant, in epoch milliseconds, after which the caller does not wait. */
  readonly deadline: number;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  /** See `SubgraphRequest.reportWanted`. */
  readonly reportWanted?: boolean;
  /** Called when an equal call that is under way gives the answer to this one too. */
  readonly onShared?: () => void;
}

/** What the breaker of a subgraph lets through: everything, nothing, or one call to try. */
export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** How a subgraph is doing, seen from here. */
export interface SubgraphState {
  readonly name: string;
  readonly breaker: BreakerState;
  readonly inFlight: number;
  readonly queued: number;
  /** Whether it has answered at least once since the start. */
  readonly answered: boolean;
}

/** The way to the subgraphs: the only one, for the gateway and for rooms that read each other. */
export interface Link {
  /**
   * The subgraph's answer with foreign errors masked.
   * @throws AmrloError `UPSTREAM_UNAVAILABLE`, `UPSTREAM_TIMEOUT`, `UPSTREAM_BUSY`, `REQUEST_CANCELLED`,
   *   or `INTERNAL` with an id that is in the log
   */
  call(call: LinkCall): Promise<SubgraphResponse>;
  state(): SubgraphState[];
  /** Closes the transports' connections. */
  close(): Promise<void>;
}

/** What the link counts; a caller turns it into metrics. */
export interface LinkMetrics {
  /** A call has ended; `outcome` is `ok`, or the code of the error that ended it. */
  called(subgraph: string, outcome: string, seconds: number): void;
  /** A query was answered by a call that was already under way. */
  shared(subgraph: string): void;
  retried(subgraph: string): void;
  breakerChanged(subgraph: string, state: BreakerState): void;
}

/** A transport that may hold connections. */
export type ClosableTransport = SubgraphTransport & { close?(): Promise<void> };

/** When a subgraph's breaker opens and when it tries again. */
export interface BreakerOptions {
  /** The share of failed calls, above 0 and below 1, beyond which it opens; 0.5 when absent. */
  readonly threshold?: number;
  /** How many of the last calls are looked at; 20 when absent. */
  readonly size?: number;
  /** It never opens on fewer calls than this; 5 when absent. */
  readonly minimumCalls?: number;
  /** Milliseconds until one call is let through to try; 5,000 when absent. */
  readonly halfOpenAfterMs?: number;
}

/** How one subgraph is reached and how far it is trusted. */
export interface SubgraphLinkOptions {
  readonly transport: ClosableTransport;
  /** Milliseconds that one call may take at most, also when the request has more left; 5,000 when absent. */
  readonly timeoutMs?: number;
  /** Calls at the same time; 64 when absent. */
  readonly maxConcurrent?: number;
  /** Calls that may wait for a free place; 256 when absent. */
  readonly maxQueued?: number;
  readonly breaker?: BreakerOptions;
}
