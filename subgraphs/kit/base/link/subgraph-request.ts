import type { DocumentNode } from 'graphql';
import type { Locale } from '../locale.js';

/** One operation sent to one subgraph; the same shape in one process and over HTTP. */
export interface SubgraphRequest {
  /** The operation's text. */
  readonly query: string;
  /** The parsed text where the sender has it; it saves the in-process receiver the parsing. */
  readonly document?: DocumentNode;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The signed principal (see `identity/assertion.ts`); a subgraph refuses to answer without it. */
  readonly assertion: string;
  readonly requestId: string;
  readonly traceparent?: string;
  readonly locale: Locale;
  /** The instant, in epoch milliseconds, after which nobody waits for the answer. */
  readonly deadline: number;
  /** Aborted when the client has gone or the budget is used up; reaches the SQL statement. */
  readonly signal: AbortSignal;
  /** Whoever asks is allowed to see how the answer came about: a subgraph may add a report. */
  readonly reportWanted?: boolean;
}

/** A subgraph reads no longer request, measured as the JSON body of its HTTP form. */
export const maxRequestBytes = 4 * 1024 * 1024;

/** Nobody takes a longer answer of a subgraph, measured as JSON. */
export const maxAnswerBytes = 16 * 1024 * 1024;

/** The key of a subgraph's report in the extensions of its answer. */
export const reportExtension = 'report';

/** An error as a subgraph reports it; `message` is already in the reader's language. */
export interface SubgraphError {
  readonly message: string;
  readonly path?: ReadonlyArray<string | number>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What a subgraph answers. */
export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly SubgraphError[];
  /** Under `report`: how the answer came about, without values and without persons; only where it was wanted. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** How to reach one subgraph. Rejects with an AmrloError when nothing was obtained. */
export type SubgraphTransport = (request: SubgraphRequest) => Promise<SubgraphResponse>;

/** The headers of the HTTP form of a subgraph request. */
export const subgraphHeaders = {
  assertion: 'x-amrlo-assertion',
  requestId: 'x-request-id',
  traceparent: 'traceparent',
  locale: 'accept-language',
  /** Milliseconds left of the budget; a duration, because clocks of two machines differ. */
  budget: 'x-amrlo-budget-ms',
  /** `wanted`: see `SubgraphRequest.reportWanted`. */
  report: 'x-amrlo-report',
} as const;
