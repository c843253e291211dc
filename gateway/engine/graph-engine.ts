import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import type { Locale } from '../../subgraphs/kit/base/locale.js';
import type { PlanTrace } from './plan-trace.js';

/** Who asks, how long they wait, and in which language they read: everything an operation depends on beside its text. */
export interface OperationContext {
  readonly principal: Principal;
  readonly requestId: string;
  readonly traceparent?: string;
  readonly locale: Locale;
  /** The instant, in epoch milliseconds, after which the client gets what there is. */
  readonly deadline: number;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

/** One operation to run. The document has been parsed, validated against the API schema and measured. */
export interface GraphOperation {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
  readonly context: OperationContext;
  /** The caller only writes the data out: it may come as text, which is cheaper. */
  readonly textWanted?: boolean;
  /** Told how many milliseconds of this process it took to plan and compile the operation; not called where it was kept. */
  readonly onPlanned?: (milliseconds: number) => void;
  /** Receives how the plan ran, once, before the answer. Tracing costs nothing where nobody asks for it. */
  readonly onTrace?: (trace: PlanTrace) => void;
}

/** The answer to a client: every error has a code of the catalogue, a client-safe message and the client's path. */
export interface GraphResult {
  readonly data?: Record<string, unknown> | null;
  /** The data as JSON, in place of `data`; only where text was wanted. */
  readonly text?: string;
  readonly errors?: readonly GraphQLError[];
}

/** A loaded graph. */
export interface LoadedGraph {
  /** The API schema: what clients may ask. */
  readonly schema: GraphQLSchema;
  /** Runs a query or a mutation with the caller's rights. Never rejects. */
  execute(operation: GraphOperation): Promise<GraphResult>;
}

/** Turns a supergraph into answers. Behind this interface one executor can take the place of another. */
export interface GraphEngine {
  load(): Promise<LoadedGraph>;
  stop(): Promise<void>;
}
