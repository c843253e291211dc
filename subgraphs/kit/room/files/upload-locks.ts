import type { Lock, Locker, RequestRelease } from '@tus/server';
import { AmrloError } from '../../base/errors/amrlo-error.js';

interface Held {
  readonly requestRelease: RequestRelease;
  readonly waiting: (() => void)[];
}

const longestWaitMs = 30_000;

/**
 * One writer at a time per upload, within this process. Who waits asks the holder to let go, as tus wants it for
 * connections that died unnoticed; unlike tus's own locker it sleeps instead of spinning meanwhile.
 * Who waited for 30 seconds gets `STORE_UNAVAILABLE`.
 */
export class UploadLocks implements Locker {
  readonly #held = new Map<string, Held>();

  newLock(id: string): Lock {
    return {
      lock: (signal, requestRelease) => this.#acquire(id, signal, requestRelease),
      unlock: async () => this.#release(id),
    };
  }

  /** Runs work while holding the lock of an upload; it is not interrupted by others who wait. */
  async during<T>(id: string, work: () => Promise<T>): Promise<T> {
    await this.#acquire(id, new AbortController().signal, () => {});
    try {
      return await work();
    } finally {
      this.#release(id);
    }
  }

  async #acquire(id: string, signal: AbortSignal, requestRelease: RequestRelease): Promise<void> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(longestWaitMs)]);
    for (;;) {
      const held = this.#held.get(id);
      if (held === undefined) break;
      if (deadline.aborted) throw new AmrloError('STORE_UNAVAILABLE');
      await held.requestRelease();
      if (this.#held.get(id) !== held) continue;
      await new Promise<void>((resolve) => {
        held.waiting.push(resolve);
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    this.#held.set(id, { requestRelease, waiting: [] });
  }

  #release(id: string): void {
    const held = this.#held.get(id);
    this.#held.delete(id);
    for (const wake of held?.waiting ?? []) wake();
  }
}
