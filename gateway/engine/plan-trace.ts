/** How one step of a plan ran. Times are milliseconds since the operation began. */
export type TraceNode =
  { readonly kind: 'sequence' | 'parallel'; readonly nodes: TraceNode[] } | RequestTrace;

/** One request to a subgraph, or none where nothing had to be asked. */
export interface RequestTrace {
  readonly kind: 'request';
  readonly subgraph: string;
  readonly operationName: string | undefined;
  readonly startedMs: number;
  endedMs: number;
  /** False where no object needed it. */
  sent: boolean;
  /** The code of the error that took the place of an answer. */
  failed?: string;
  /** Present where an equal request that was under way gave the answer, so that none was sent for this one. */
  shared?: true;
  /** What the subgraph says of its own work, as it said it; see `SubgraphResponse`. */
  report?: unknown;
  /** Several are one request: fetches of the plan that could start together were merged. */
  readonly fetches: FetchTrace[];
}

/** One fetch of the plan within a request. */
export interface FetchTrace {
  /** Where its objects lie; `@` stands for each item of a list. */
  readonly path: readonly string[];
  /** Objects of the data that it concerns. */
  rows: number;
  /** Different representations that were sent; 0 for a fetch of root fields. */
  representations: number;
  /** Objects of which something was not asked for, because an input of theirs was not obtained. */
  held: number;
}

/** How a plan ran. */
export interface PlanTrace {
  readonly operationName: string | undefined;
  /** Whether plan and compilation were there already. */
  readonly cached: boolean;
  /** Milliseconds of planning and compiling; 0 where they were there. */
  readonly planningMs: number;
  readonly totalMs: number;
  /** Absent where no subgraph had to be asked. */
  readonly root: TraceNode | undefined;
}
