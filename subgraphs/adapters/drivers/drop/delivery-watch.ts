import { watch, type FSWatcher } from 'node:fs';
import type { Clock } from '../../../kit/base/clock.js';

/** What a watch is made of. */
export interface WatchOptions {
  readonly path: string;
  readonly clock: Clock;
  /** The time between two looks. */
  readonly lookEveryMs: number;
  /** The time after which something unsettled is looked at again. */
  readonly settleMs: number;
  readonly look: () => Promise<'SETTLED' | 'UNSETTLED'>;
}

/** After a sign of life from the folder, so that an upload in many writes wakes once a second and not once a write. */
const wakeMs = 1_000;

/**
 * Looks again and again, one look at a time, until it is stopped. The timer is what counts; the file system's own word
 * that something happened only makes the next look come sooner, since network folders do not give it.
 */
export class DeliveryWatch {
  readonly #options: WatchOptions;
  #looking: Promise<void> | undefined;
  #watcher: FSWatcher | undefined;
  #callOff: () => void = () => undefined;
  #waking = false;
  #stopped = false;
  #settled = false;
  #waiters: (() => void)[] = [];

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#start();
  }

  /** The look under way; undefined between two. */
  get looking(): Promise<void> | undefined {
    return this.#looking;
  }

  /** Whether the last look found nothing that may still be written to. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Resolves when the next look has begun, or when there will be none. */
  async nextLook(): Promise<void> {
    if (this.#stopped || this.#looking !== undefined) return;
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#tellWaiters();
    this.#callOff();
    this.#watcher?.close();
    await this.#looking;
  }

  #start(): void {
    if (this.#stopped || this.#looking !== undefined) return;
    this.#callOff();
    this.#waking = false;
    this.#listen();
    this.#looking = this.#lookOnce().finally(() => {
      this.#looking = undefined;
      if (this.#stopped) return;
      const { lookEveryMs, settleMs } = this.#options;
      this.#arm(this.#settled ? lookEveryMs : Math.min(settleMs, lookEveryMs));
    });
    this.#tellWaiters();
  }

  #tellWaiters(): void {
    for (const tell of this.#waiters.splice(0)) tell();
  }

  async #lookOnce(): Promise<void> {
    this.#settled = (await this.#options.look()) === 'SETTLED';
  }

  #arm(milliseconds: number): void {
    this.#callOff();
    this.#callOff = this.#options.clock.after(milliseconds, () => this.#start());
  }

  #listen(): void {
    if (this.#watcher !== undefined) return;
    try {
      this.#watcher = watch(this.#options.path, { persistent: false }, () => this.#wake());
      this.#watcher.on('error', () => this.#deafen());
    } catch {
      // A folder that is not there yet, or a file system without such signs: the timer does it alone.
      this.#deafen();
    }
  }

  #deafen(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #wake(): void {
    if (this.#waking || this.#stopped || this.#looking !== undefined) return;
    this.#waking = true;
    this.#arm(Math.min(wakeMs, this.#options.lookEveryMs));
  }
}
