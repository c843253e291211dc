/** A failure that a case injects. */
export type Failure =
  /**
   * A field throws, whoever resolves it, on the objects of a type whose seed is `at` modulo `of`. What the answer has
   * to be follows from the schema alone.
   */
  | {
      readonly kind: 'field';
      readonly type: string;
      readonly field: string;
      readonly of: number;
      readonly at: number;
    }
  /** A subgraph throws, or finds nothing, when it is given a reference to some of a type's entities. */
  | {
      readonly kind: 'reference';
      readonly subgraph: string;
      readonly type: string;
      readonly how: 'throws' | 'absent';
      readonly of: number;
      readonly at: number;
    }
  /** A subgraph does not answer. */
  | { readonly kind: 'subgraph'; readonly subgraph: string };

/** Subgraphs, an operation and failures: all that a run needs, since the data follow from names. */
export interface FederationCase {
  /** SDL by the subgraph's name. */
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly failures: readonly Failure[];
}

/** An object of an answer. */
export type Plain = Record<string, unknown>;

/** A 32-bit number made from a text; the same everywhere and always. */
export function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  // FNV alone leaves neighbours alike in their low bits.
  state ^= state >>> 16;
  state = Math.imul(state, 0x85ebca6b);
  state ^= state >>> 13;
  return state >>> 0;
}

/** JSON with sorted keys: equal values, equal texts. */
export function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${stable(one)}`)
    .join(',')}}`;
}
