import type { Plain } from './answer-shape.js';

/** The objects at the end of a path, in the order of the data; nulls are left out, and lists of lists are walked through. */
export function objectsAt(data: Plain, path: readonly string[]): Plain[] {
  const found: Plain[] = [];
  collect(data, path, 0, found);
  return found;
}

function collect(value: unknown, path: readonly string[], depth: number, into: Plain[]): void {
  let at = value;
  for (let index = depth; ; index += 1) {
    if (typeof at !== 'object' || at === null) return;
    const element = path[index];
    if (Array.isArray(at)) {
      const next = element === '@' ? index + 1 : index;
      for (const item of at) collect(item, path, next, into);
      return;
    }
    if (element === undefined) {
      into.push(at as Plain);
      return;
    }
    if (element !== '@') at = (at as Plain)[element];
  }
}
