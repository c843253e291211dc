import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';

/** How much a caller may ask in a window. */
export interface RateLimitOptions {
  /** Points per window; one operation costs one point unless told otherwise. */
  readonly points: number;
  readonly windowSeconds: number;
  /** Shares the count between gateways. While it cannot be reached, each gateway counts for itself. */
  readonly redis?: Redis;
  readonly keyPrefix?: string;
}

/** Counts what callers ask. */
export interface RateLimit {
  /** @throws AmrloError `RATE_LIMITED` with `retryAfterMs` when the window's points are used up */
  consume(key: string, points?: number): Promise<void>;
}

/** A signed-in caller is counted as a person wherever they are, everybody else by address. */
export function rateKeyOf(principal: Principal, address: string): string {
  return principal.kind === 'ANONYMOUS' ? `ip:${address}` : `sub:${principal.subject}`;
}

/** A counter in this process, or in Redis when a client is given. */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const shape = {
    points: options.points,
    duration: options.windowSeconds,
    keyPrefix: options.keyPrefix ?? 'amrlo:rate',
  };
  const memory = new RateLimiterMemory(shape);
  const limiter =
    options.redis === undefined
      ? memory
      : new RateLimiterRedis({
          ...shape,
          storeClient: options.redis,
          insuranceLimiter: memory,
          rejectIfRedisNotReady: true,
        });
  return {
    async consume(key, points = 1) {
      try {
        await limiter.consume(key, points);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw new AmrloError(
          'RATE_LIMITED',
          {},
          { retryAfterMs: Math.max(1, Math.ceil(refusal.msBeforeNext)) },
        );
      }
    },
  };
}
