import type { SubgraphError } from '../../../subgraphs/kit/base/link/subgraph-request.js';

interface Failed {
  readonly subgraph: string;
  readonly typename: string | undefined;
  /** What is known of the object: its own scalars, its key among them. */
  readonly scalars: Readonly<Record<string, unknown>>;
}

type Plain = Record<string, unknown>;

/**
 * Remembers, for one operation, which values were not obtained. A null that stands for "not obtained" must not be
 * sent to another subgraph as an input: it would compute a fact from it (an exit flag was once true because the
 * figures it needs were not there). Unknown is never none.
 */
export class FailedInputs {
  readonly #byField = new Map<string, Failed[]>();

  /** Notes that a field of an object was not obtained. */
  add(subgraph: string, object: Plain, field: string): void {
    const typename = typeof object['__typename'] === 'string' ? object['__typename'] : undefined;
    const scalars: Plain = {};
    for (const [name, value] of Object.entries(object)) {
      if (name !== '__typename' && name !== field && value !== null && typeof value !== 'object')
        scalars[name] = value;
    }
    const known = this.#byField.get(field);
    const failed = { subgraph, typename, scalars };
    if (known === undefined) this.#byField.set(field, [failed]);
    else known.push(failed);
  }

  /** Notes every null in an answer that one of its errors explains. */
  addFrom(
    subgraph: string,
    data: Plain,
    errors: readonly SubgraphError[],
    representations?: readonly Plain[],
  ): void {
    for (const { path } of errors) {
      if (path === undefined) continue;
      let at: unknown = data;
      let parent: Plain = data;
      let representation: Plain | undefined;
      for (const [depth, segment] of path.entries()) {
        if (typeof at !== 'object' || at === null) break;
        if (!Array.isArray(at)) parent = at as Plain;
        const next = (at as Plain)[segment];
        if (depth === 1 && path[0] === '_entities') representation = representations?.[Number(segment)];
        if (next === null && typeof segment === 'string') {
          // The type and the key of an entity stand in what was sent, not necessarily in what came back.
          this.add(
            subgraph,
            depth === 2 && representation
              ? { ...representation, ...parent, ...typed(representation) }
              : parent,
            segment,
          );
        }
        at = next;
      }
    }
  }

  /** The subgraph that failed to give a value which this representation would send as null, if there is one. */
  blocks(representation: unknown): string | undefined {
    if (this.#byField.size === 0 || typeof representation !== 'object' || representation === null)
      return undefined;
    if (Array.isArray(representation)) {
      for (const item of representation) {
        const failed = this.blocks(item);
        if (failed !== undefined) return failed;
      }
      return undefined;
    }
    const object = representation as Plain;
    for (const [field, value] of Object.entries(object)) {
      const failed = value === null ? this.#match(object, field) : this.blocks(value);
      if (failed !== undefined) return failed;
    }
    return undefined;
  }

  #match(object: Plain, field: string): string | undefined {
    return this.#byField
      .get(field)
      ?.find(
        ({ typename, scalars }) =>
          (typename === undefined ||
            object['__typename'] === undefined ||
            object['__typename'] === typename) &&
          Object.entries(scalars).every(
            ([name, value]) => object[name] === undefined || object[name] === null || object[name] === value,
          ),
      )?.subgraph;
  }
}

function typed(representation: Plain): Plain {
  return { __typename: representation['__typename'] };
}
