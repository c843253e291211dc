/** Something in the SDL that a rule of the house forbids. */
export interface Finding {
  /** The subgraph in whose SDL it stands. */
  readonly subgraph: string;
  /** The type, `Type.field` or `Type.field(argument:)`. */
  readonly at: string;
  /** What is wrong and what to do, one sentence. */
  readonly problem: string;
}

/** The SDL of each subgraph by its name. */
export type SubgraphSdls = Readonly<Record<string, string>>;
