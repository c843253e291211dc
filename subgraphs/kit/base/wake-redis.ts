import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Redis } from 'ioredis';
import type { Logger } from './log.js';
import type { WakeBus, WakeSignal } from './wake.js';

const longestField = 256;

/**
 * The wake-up channel of several processes over Redis. Listeners of this process hear a signal at once and without
 * Redis; those of other processes hear it as long as Redis can be reached, best effort as every WakeBus.
 */
export function createRedisWakeBus(
  url: string,
  options: { channel?: string; log?: Pick<Logger, 'warn'> } = {},
): WakeBus & { /** Settles once signals of other processes arrive. */ readonly ready: Promise<void> } {
  const channel = options.channel ?? 'amrlo:wake';
  const origin = randomUUID();
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const publisher = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null });
  const failed = (err: unknown): void => options.log?.warn({ err }, 'wake bus: Redis cannot be reached');
  publisher.on('error', failed);
  subscriber.on('error', failed);
  subscriber.on('message', (_channel: string, text: string) => {
    const signal = readSignal(text, origin);
    if (signal !== undefined) emitter.emit('wake', signal);
  });
  const ready = subscriber.subscribe(channel).then(
    () => undefined,
    (error: unknown) => failed(error),
  );
  return {
    ready,
    publish(signal) {
      emitter.emit('wake', signal);
      publisher
        .publish(channel, JSON.stringify({ type: signal.type, id: signal.id, origin }))
        .catch(() => undefined);
    },
    subscribe(listener) {
      emitter.on('wake', listener);
      return () => void emitter.off('wake', listener);
    },
    async close() {
      emitter.removeAllListeners();
      publisher.disconnect();
      subscriber.disconnect();
      await ready;
    },
  };
}

/** Anybody who reaches Redis can write to a channel; what is not a signal, or our own, is dropped. */
function readSignal(text: string, own: string): WakeSignal | undefined {
  try {
    const { type, id, origin } = JSON.parse(text) as Record<'type' | 'id' | 'origin', unknown>;
    if (typeof type !== 'string' || typeof id !== 'string' || origin === own) return undefined;
    return type.length > longestField || id.length > longestField ? undefined : { type, id };
  } catch {
    return undefined;
  }
}
