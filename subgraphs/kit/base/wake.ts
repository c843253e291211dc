import { EventEmitter } from 'node:events';

/** Says that something of a type changed; never carries the change itself, readers ask again with their own rights. */
export interface WakeSignal {
  /** The type's name in the graph, for example `Deposit`. */
  readonly type: string;
  readonly id: string;
}

/** A wake-up channel: best effort, at most once. What must not be lost goes through the outbox. */
export interface WakeBus {
  publish(signal: WakeSignal): void;
  /** @returns a function that ends the subscription */
  subscribe(listener: (signal: WakeSignal) => void): () => void;
  close(): Promise<void>;
}

/** The wake-up channel of one process. */
export function createLocalWakeBus(): WakeBus {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    publish: (signal) => void emitter.emit('wake', signal),
    subscribe(listener) {
      emitter.on('wake', listener);
      return () => void emitter.off('wake', listener);
    },
    close: async () => void emitter.removeAllListeners(),
  };
}
