import type { MergeShape, Plain } from './answer-shape.js';

/** Brings what a subgraph gave into the data. */
export type Merge = (target: Plain, source: Plain, shape: MergeShape) => void;

/**
 * Merges in place and copies nothing. A null never takes the place of a value: it says that one subgraph does not know.
 * A leaf is taken as it is, also where a scalar is an object.
 * @param isInterface whether a name is that of an interface: a subgraph with an `@interfaceObject` calls objects so,
 *   and must not take away the type that another subgraph told
 */
export function createMerge(isInterface: (typename: string) => boolean): Merge {
  function merge(target: Plain, source: Plain, shape: MergeShape): void {
    if (target === source) return;
    for (const name in source) {
      const value = source[name];
      if (value === undefined) continue;
      const known = target[name];
      if (known === undefined || known === null) target[name] = value;
      else if (value !== null) mergeValue(target, name, known, value, shape);
    }
  }

  function mergeValue(target: Plain, name: string, known: unknown, value: unknown, shape: MergeShape): void {
    if (typeof value === 'object') {
      const below = shape.get(name);
      if (below !== undefined && typeof known === 'object') {
        if (!Array.isArray(value)) {
          merge(known as Plain, value as Plain, below);
          return;
        }
        if (Array.isArray(known) && known.length === value.length) {
          mergeItems(known, value, below);
          return;
        }
      }
    } else if (name === '__typename' && isInterface(value as string)) {
      return;
    }
    target[name] = value;
  }

  function mergeItems(known: unknown[], values: readonly unknown[], shape: MergeShape): void {
    if (known === values) return;
    values.forEach((value, index) => {
      const item = known[index];
      if (item === null || item === undefined) known[index] = value;
      else if (Array.isArray(item) && Array.isArray(value)) mergeItems(item, value, shape);
      else if (typeof item === 'object' && typeof value === 'object' && value !== null)
        merge(item as Plain, value as Plain, shape);
    });
  }

  return merge;
}
