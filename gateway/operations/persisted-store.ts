import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { operationHash } from './manifest.js';

/** Documents that clients have sent once, by hash. May forget at any time; clients then send them again. */
export interface PersistedStore {
  get(hash: string): Promise<string | undefined>;
  put(hash: string, document: string): Promise<void>;
}

/** A store in this process, bounded by bytes. */
export function createLocalPersistedStore(
  options: { maxBytes?: number; ttlSeconds?: number } = {},
): PersistedStore {
  const documents = new LRUCache<string, string>({
    maxSize: options.maxBytes ?? 16 * 1024 * 1024,
    sizeCalculation: (document) => Buffer.byteLength(document),
    ttl: (options.ttlSeconds ?? 24 * 3600) * 1000,
  });
  return {
    get: async (hash) => documents.get(hash),
    put: async (hash, document) => void documents.set(hash, document),
  };
}

/**
 * A store that several gateways share, with a local one in front. While Redis cannot be reached only the local one serves;
 * what comes from Redis is believed only when it has its hash.
 */
export function createRedisPersistedStore(
  redis: Redis,
  options: { ttlSeconds?: number; keyPrefix?: string } = {},
): PersistedStore {
  const ttlSeconds = options.ttlSeconds ?? 24 * 3600;
  const prefix = options.keyPrefix ?? 'amrlo:operation:';
  const local = createLocalPersistedStore({ ttlSeconds });
  return {
    async get(hash) {
      const known = await local.get(hash);
      if (known !== undefined) return known;
      const shared = await redis.get(prefix + hash).catch(() => null);
      if (shared === null || operationHash(shared) !== hash) return undefined;
      await local.put(hash, shared);
      return shared;
    },
    async put(hash, document) {
      await local.put(hash, document);
      await redis.set(prefix + hash, document, 'EX', ttlSeconds).catch(() => null);
    },
  };
}
