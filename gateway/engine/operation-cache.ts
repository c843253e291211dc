import { LRUCache } from 'lru-cache';
import type { CompiledOperation } from './compiled-operation.js';

/** How the cache of compiled operations does. */
export interface CacheFigures {
  /** Operations that are kept. */
  readonly size: number;
  readonly hits: number;
  readonly misses: number;
  /** Seconds of planning and compiling in all; that of one operation is this by `misses`. */
  readonly compileSeconds: number;
}

/** Compiled operations, the least recently used forgotten first. */
export interface OperationCache {
  has(key: string): boolean;
  /**
   * The operation of this key; compiled where it is not there. One that cannot be compiled is tried again.
   * @param key the hash of the authorized document, the name of the operation, and the values of its conditions: what one
   *   caller may read must never decide what another gets
   */
  get(key: string, compile: () => CompiledOperation): { operation: CompiledOperation; cached: boolean };
  figures(): CacheFigures;
}

/** Measured: a compiled operation takes about 50 bytes for each character of its texts, so these are about 100 MB. */
const mostCharacters = 2_000_000;

/** @param max operations kept, fewer where they are large */
export function createOperationCache(max: number): OperationCache {
  const operations = new LRUCache<string, CompiledOperation>({
    max,
    maxSize: mostCharacters,
    sizeCalculation: ({ characters }) => characters,
  });
  let hits = 0;
  let misses = 0;
  let compileSeconds = 0;
  return {
    has: (key) => operations.has(key),
    get(key, compile) {
      const known = operations.get(key);
      if (known !== undefined) {
        hits += 1;
        return { operation: known, cached: true };
      }
      misses += 1;
      const begun = performance.now();
      const operation = compile();
      compileSeconds += (performance.now() - begun) / 1_000;
      operations.set(key, operation);
      return { operation, cached: false };
    },
    figures: () => ({ size: operations.size, hits, misses, compileSeconds }),
  };
}
