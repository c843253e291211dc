import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { operationHash } from '../../gateway/operations/manifest.js';
import { createRedisPersistedStore } from '../../gateway/operations/persisted-store.js';
import { createRateLimit } from '../../gateway/security/rate-limit.js';
import { createRedisWakeBus } from '../../subgraphs/kit/base/wake-redis.js';
import type { WakeSignal } from '../../subgraphs/kit/base/wake.js';

const named = process.env['AMRLO_TEST_REDIS_URL'];
const url = named ?? 'redis://127.0.0.1:1';
const prefix = `test:${randomBytes(6).toString('hex')}:`;
const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
const absent = new Redis('redis://127.0.0.1:1', {
  lazyConnect: true,
  enableOfflineQueue: false,
  retryStrategy: () => null,
});
for (const client of [redis, absent]) client.on('error', () => undefined);
let reachable = false;

beforeAll(async () => {
  reachable =
    named !== undefined &&
    (await redis.connect().then(
      () => true,
      () => false,
    ));
  if (!reachable) process.stdout.write(`Skipped: no Redis (AMRLO_TEST_REDIS_URL: ${named ?? 'not set'}).\n`);
});

afterAll(async () => {
  if (reachable) {
    const keys = await redis.keys(`${prefix}*`);
    if (keys.length > 0) await redis.del(...keys);
  }
  // One that has ended already would hold the process for two seconds more.
  for (const client of [redis, absent]) if (client.status !== 'end') client.disconnect();
});

describe('persisted operations in Redis', () => {
  it('are shared by two gateways, and believed only when they have their hash', async () => {
    if (!reachable) return;
    const [one, two, three] = [1, 2, 3].map(() => createRedisPersistedStore(redis, { keyPrefix: prefix }));
    const text = '{ me { id } }';
    const hash = operationHash(text);
    await one?.put(hash, text);
    expect(await two?.get(hash)).toBe(text);
    expect(await redis.ttl(prefix + hash)).toBeGreaterThan(0);
    await redis.set(prefix + hash, '{ everything }');
    expect(await three?.get(hash)).toBeUndefined();
  });

  it('stay with one gateway while Redis cannot be reached', async () => {
    const store = createRedisPersistedStore(absent);
    await store.put('a', 'text');
    expect([await store.get('a'), await store.get('b')]).toEqual(['text', undefined]);
  });
});

describe('the rate limit in Redis', () => {
  it('counts for two gateways together', async () => {
    if (!reachable) return;
    const options = { points: 2, windowSeconds: 60, redis, keyPrefix: `${prefix}rate` };
    const [one, two] = [createRateLimit(options), createRateLimit(options)];
    await one.consume('sub:a');
    await two.consume('sub:a');
    await expect(one.consume('sub:a')).rejects.toEqual(expect.objectContaining({ code: 'RATE_LIMITED' }));
  });

  it('still counts in one gateway while Redis cannot be reached', async () => {
    const limit = createRateLimit({ points: 1, windowSeconds: 60, redis: absent });
    await limit.consume('sub:a');
    await expect(limit.consume('sub:a')).rejects.toEqual(expect.objectContaining({ code: 'RATE_LIMITED' }));
  });
});

describe('the wake-up channel over Redis', () => {
  it('wakes the listeners of every process once, its own too, and drops what is no signal', async () => {
    if (!reachable) return;
    const channel = `${prefix}wake`;
    const [one, two] = [createRedisWakeBus(url, { channel }), createRedisWakeBus(url, { channel })];
    await Promise.all([one.ready, two.ready]);
    const heard: Record<string, WakeSignal[]> = { one: [], two: [] };
    one.subscribe((signal) => heard['one']?.push(signal));
    const last = new Promise<void>((resolve) =>
      two.subscribe((signal) => {
        heard['two']?.push(signal);
        if (signal.id === 'last') resolve();
      }),
    );
    await redis.publish(channel, 'not json');
    await redis.publish(channel, '{"type":1}');
    one.publish({ type: 'Deposit', id: 'dep_1' });
    one.publish({ type: 'Deposit', id: 'last' });
    await last;
    expect(heard).toEqual({
      one: [
        { type: 'Deposit', id: 'dep_1' },
        { type: 'Deposit', id: 'last' },
      ],
      two: [
        { type: 'Deposit', id: 'dep_1' },
        { type: 'Deposit', id: 'last' },
      ],
    });
    await Promise.all([one.close(), two.close()]);
  });

  it('wakes its own process while Redis cannot be reached', async () => {
    const bus = createRedisWakeBus('redis://127.0.0.1:1');
    const heard: WakeSignal[] = [];
    const leave = bus.subscribe((signal) => heard.push(signal));
    bus.publish({ type: 'Deposit', id: 'dep_1' });
    leave();
    bus.publish({ type: 'Deposit', id: 'dep_2' });
    expect(heard).toEqual([{ type: 'Deposit', id: 'dep_1' }]);
    await bus.close();
  });
});
